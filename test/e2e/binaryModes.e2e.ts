import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { quick } from '../nodes/support/jobWorkflows';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { isOldMajor } from './setup/installation';
import { installInto, pack } from './setup/tarball';
import { chain, exampleFlow, items, ours, start, type Credential } from './support/flows';
import { N8n } from './support/N8n';
import { N8nProcess } from './support/N8nProcess';

/**
 * Every place where n8n keeps files without a license: on disk, in the database, and in the item itself (`default`, which
 * n8n 2 no longer has). S3 and Azure need a license.
 */
const MODES: Array<[mode: string, id: RegExp | undefined]> = [
	['filesystem', /^filesystem-v2:/],
	['database', /^database:/],
	...(isOldMajor ? [['default', undefined] as [string, undefined]] : []),
];
/** n8n 1 has only the places that it is told of. */
const AVAILABLE = { N8N_AVAILABLE_BINARY_DATA_MODES: 'filesystem,database' };
const picture = readFileSync(path.join(__dirname, '../fixtures/picture.png'));
/** More than one chunk of any store. */
const VIDEO = Buffer.alloc(5 * 1024 * 1024, 'video');

describe.each(MODES)('an n8n whose binary data mode is %s', (mode, id) => {
	let home: string;
	let main: N8nProcess;
	let n8n: N8n;
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		home = mkdtempSync(path.join(tmpdir(), `n8n-e2e-${mode}-`));
		installInto(home, pack(home));
		main = await N8nProcess.start('start', home, {
			N8N_DEFAULT_BINARY_DATA_MODE: mode,
			...(isOldMajor && AVAILABLE),
		});
		n8n = await N8n.setUp(main.url);
		server = await LittleComfyUi.start({ stepMs: 0, previews: false });
		credential = await n8n.credential({ url: server.url });
	}, 300_000);
	afterAll(async () => {
		await main.stop();
		await server.stop();
		rmSync(home, { recursive: true, force: true });
	});

	function expectPlace({ binary }: INodeExecutionData): void {
		if (id) expect(binary?.data.id).toMatch(id);
		else expect(binary?.data).not.toHaveProperty('id');
	}

	it('restyles the picture of a form', async () => {
		const flow = exampleFlow('image-to-image.json', credential);
		const restyle = flow.nodes.find(({ name }) => name === 'ComfyUI');
		Object.assign(restyle?.parameters ?? {}, { width: 64, height: 64 });
		const workflow = await n8n.save(flow);
		await n8n.publish(workflow);
		const form = new FormData();
		form.set('field-0', new Blob([picture], { type: 'image/png' }), 'me.png');
		form.set('field-1', 'watercolour');
		const address = `${n8n.url}/form/${flow.nodes[0].webhookId}`;
		expect((await fetch(address, { method: 'POST', body: form })).status).toBe(200);
		await until(async () => (await n8n.executionsOf(workflow)).length === 1, 'an execution');
		const [{ id: executionId }] = await n8n.executionsOf(workflow);
		const execution = await n8n.ended(executionId);
		expect(execution.error?.message).toBeUndefined();
		const [item] = execution.items('ComfyUI');
		expectPlace(item);
		expect(await execution.file(item)).toEqual(server.files.read('output', String(item.json.fileName)));
		const inputs = server.files.list('input').map((name) => server.files.read('input', name));
		expect(inputs).toContainEqual(picture);
	});

	it('takes a file from the server and uploads it again, byte for byte', async () => {
		server.files.put('output', 'video.mp4', VIDEO);
		const get = ours('GetImages', credential, { source: 'files', files: '=["video.mp4"]' });
		const execution = await n8n.run(chain(start(), get, ours('UploadImage', credential)));
		expect(execution.error?.message).toBeUndefined();
		const [item] = execution.items('GetImages');
		expectPlace(item);
		expect((await execution.file(item)).equals(VIDEO)).toBe(true);
		const [{ name }] = execution.json('UploadImage');
		expect(server.files.read('input', String(name))?.equals(VIDEO)).toBe(true);
	});

	it('runs the workflow that is a file of the item', async () => {
		server.files.put('output', 'workflow.json', JSON.stringify(quick));
		const get = ours('GetImages', credential, { source: 'files', files: '=["workflow.json"]' });
		const run = ours('RunWorkflow', credential, { workflowSource: 'binary', workflowBinaryField: 'data' });
		const execution = await n8n.run(chain(start(), items([{}, {}]), get, run));
		expect(execution.error?.message).toBeUndefined();
		const made = execution.items('RunWorkflow');
		expect(made.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		for (const item of made) {
			expectPlace(item);
			expect(await execution.file(item)).toEqual(server.files.read('output', String(item.json.fileName)));
		}
	});
});
