import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LittleComfyUi } from '../server';
import { installInto, pack } from './setup/tarball';
import { chain, ours, start, type Credential } from './support/flows';
import { N8n } from './support/N8n';
import { N8nProcess } from './support/N8nProcess';

/** The address that n8n blocks. Linux answers on all of 127.0.0.0/8, so the other addresses of this machine stay open. */
const BLOCKED = '127.0.0.2';
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/** A web server that counts its requests. `/away` redirects to another address. */
async function webServer(
	host: string,
	away = '',
): Promise<{ url: string; requests: string[]; server: Server }> {
	const requests: string[] = [];
	const server = createServer(({ url = '' }, response) => {
		requests.push(url);
		if (url === '/away') response.writeHead(302, { location: away }).end();
		else response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
	});
	await new Promise<void>((done) => server.listen(0, host, done));
	return { url: `http://${host}:${(server.address() as AddressInfo).port}`, requests, server };
}

describe('an n8n that blocks an address', () => {
	let home: string;
	let main: N8nProcess;
	let n8n: N8n;
	let comfyUi: LittleComfyUi;
	let credential: Credential;
	let blocked: Awaited<ReturnType<typeof webServer>>;
	let open: Awaited<ReturnType<typeof webServer>>;
	beforeAll(async () => {
		home = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-egress-'));
		installInto(home, pack(home));
		blocked = await webServer(BLOCKED);
		open = await webServer('127.0.0.1', `${blocked.url}/secret.png`);
		comfyUi = await LittleComfyUi.start();
		main = await N8nProcess.start('start', home, {
			N8N_SSRF_PROTECTION_ENABLED: 'true',
			N8N_SSRF_BLOCKED_IP_RANGES: `${BLOCKED}/32`,
		});
		n8n = await N8n.setUp(main.url);
		credential = await n8n.credential({ url: comfyUi.url });
	}, 300_000);
	afterAll(async () => {
		await main.stop();
		await comfyUi.stop();
		for (const { server } of [blocked, open]) server.close();
		rmSync(home, { recursive: true, force: true });
	});

	const upload = async (address: string) =>
		await n8n.run(chain(start(), ours('UploadImage', credential, { source: 'address', address })));

	it('takes a file from another address', async () => {
		const { error } = await upload(`${open.url}/cat.png`);
		expect(error?.message).toBeUndefined();
		expect(comfyUi.files.list('input')).toHaveLength(1);
	});

	it.each([
		['at the address', () => `${blocked.url}/cat.png`],
		['behind a redirect to it', () => `${open.url}/away`],
	])('does not get a file %s, and says so', async (_where, file) => {
		const { status, error } = await upload(file());
		expect(status).toBe('error');
		expect(error?.message).toMatch(/^n8n does not allow requests to http:/);
		expect(blocked.requests).toEqual([]);
	});

	it('does not reach a ComfyUI at the address', async () => {
		const tested = await n8n.testCredential({ url: blocked.url });
		expect(tested).toMatchObject({
			status: 'Error',
			message: expect.stringContaining(`n8n does not allow requests to ${blocked.url}`),
		});
		expect(blocked.requests).toEqual([]);
	});
});
