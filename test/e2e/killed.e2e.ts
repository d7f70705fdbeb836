import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { installInto, pack } from './setup/tarball';
import { chain, ours, start } from './support/flows';
import { freePort } from './support/freePort';
import { N8n } from './support/N8n';
import { N8nProcess } from './support/N8nProcess';

/** More than fits into the buffers between n8n and the server. */
const VIDEO = Buffer.alloc(24 * 1024 * 1024, 7);

/** How n8n ends: at once, or as on a deploy, when it waits some seconds for its executions. */
const ENDS = [
	['killed (SIGKILL)', 'kill'],
	['stopped (SIGTERM)', 'stop'],
] as const;

describe('an n8n that ends during an upload', () => {
	let home: string;
	let port: string;
	let main: N8nProcess;
	let n8n: N8n;
	let server: LittleComfyUi;
	const startN8n = async () =>
		(main = await N8nProcess.start('start', home, { N8N_PORT: port, N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '3' }));
	beforeAll(async () => {
		home = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-killed-'));
		installInto(home, pack(home));
		port = String(await freePort());
		await startN8n();
		n8n = await N8n.setUp(main.url);
	}, 300_000);
	beforeEach(async () => {
		server = await LittleComfyUi.start();
	});
	afterEach(async () => await server.stop());
	afterAll(async () => {
		await main.stop();
		rmSync(home, { recursive: true, force: true });
	});

	it.each(ENDS)(
		'leaves no part of the file on the server when %s, and the next run uploads all of it',
		async (_how, end) => {
			server.files.put('output', 'video.mp4', VIDEO);
			const credential = await n8n.credential({ url: server.url });
			const get = ours('GetImages', credential, { source: 'files', files: '=["video.mp4"]' });
			const workflow = await n8n.save(chain(start(), get, ours('UploadImage', credential)));
			const isUpload = ({ path }: { path: string }) => path.endsWith('/upload/image');
			server.faults.slowUpload({ path: /upload\/image/ });
			const id = await n8n.begin(workflow, 'Start');
			await until(() => server.requests.some(isUpload), 'the upload to begin');
			await main[end]();
			server.faults.clear();
			await startN8n();
			expect(server.files.list('input')).toEqual([]);
			expect((await n8n.ended(String(id))).status).toBe('crashed');
			const next = await n8n.ended(String(await n8n.begin(workflow, 'Start')));
			expect(next.error?.message).toBeUndefined();
			const [{ name }] = next.json('UploadImage');
			expect(server.files.list('input')).toEqual([name]);
			expect(server.files.read('input', String(name))?.equals(VIDEO)).toBe(true);
		},
		400_000,
	);
});
