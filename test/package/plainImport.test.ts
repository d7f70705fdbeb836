import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LittleComfyUi } from '../server';
import { pack, type Packed } from './packed';

const SCRIPT = `
const workflow = {
	1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } },
	2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'plain' } },
};
const client = ComfyUiClient.connect({ url: process.argv[2] });
const job = await client.queuePrompt(workflow);
const { files } = await client.waitForCompletion(job.promptId, { timeoutMs: 20000 });
let bytes = 0;
for await (const chunk of await client.download(files[0])) bytes += chunk.length;
await client.uploadImage({ data: new Uint8Array([1, 2, 3]), filename: 'three.bin' });
await client.close();
console.log(JSON.stringify({ name: files[0].filename, bytes, isError: typeof isComfyUiError }));
`;

describe('the package without n8n and without its optional packages', () => {
	let packed: Packed;
	let server: LittleComfyUi;
	beforeAll(async () => {
		packed = pack();
		server = await LittleComfyUi.start();
	});
	afterAll(async () => {
		packed.remove();
		await server.stop();
	});

	const run = async (name: string, text: string) => {
		const script = path.join(packed.folder, '../..', name);
		writeFileSync(script, text);
		const { stdout } = await promisify(execFile)(process.execPath, [script, server.url]);
		return JSON.parse(stdout) as { name: string; bytes: number; isError: string };
	};

	it('is imported by an ES module, runs a job and ends by itself', async () => {
		const found = await run(
			'module.mjs',
			`import { ComfyUiClient, isComfyUiError } from 'n8n-nodes-comfyui-workflows';\n${SCRIPT}`,
		);
		expect(found).toEqual({
			name: expect.stringMatching(/^plain_\d+_\.png$/),
			bytes: expect.any(Number),
			isError: 'function',
		});
		expect(found.bytes).toBe(server.files.read('output', found.name)?.length);
	});

	it('is required by a CommonJS script', async () => {
		const found = await run(
			'script.cjs',
			`const { ComfyUiClient, isComfyUiError } = require('n8n-nodes-comfyui-workflows');\n(async () => {${SCRIPT}})();`,
		);
		expect(found.isError).toBe('function');
	});
});
