import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Engine } from '../support/engine';
import { nodeOf, text } from './support/nodeOf';
import { serve, type LocalServer } from './support/serve';

const bytes = Buffer.from([0, 255, 137, 80, 78, 71]);

/** Turns the bytes of a file around. */
const reverse = nodeOf(
	async function () {
		const property = this.getNodeParameter('property', 0) as string;
		const file = this.helpers.assertBinaryData(0, property);
		const content = file.id
			? await buffer(await this.helpers.getBinaryStream(file.id))
			: await this.helpers.getBinaryDataBuffer(0, property);
		const turned = await this.helpers.prepareBinaryData(content.reverse(), 'turned.png', 'image/png');
		return [[{ json: {}, binary: { data: turned }, pairedItem: { item: 0 } }]];
	},
	{ properties: [text('property', { default: 'data' })] },
);

const download = nodeOf(
	async function () {
		const url = this.getNodeParameter('url', 0) as string;
		const body = (await this.helpers.httpRequest({ url, encoding: 'stream' })) as Readable;
		const binary = {
			data: await this.helpers.prepareBinaryData(body, 'file.bin', 'application/octet-stream'),
		};
		return [[{ json: {}, binary, pairedItem: { item: 0 } }]];
	},
	{ properties: [text('url')] },
);

const nodeTypes = { 'probe.reverse': reverse, 'probe.download': download };
const input = [{ json: {}, binary: { data: { data: bytes, fileName: 'a.png', mimeType: 'image/png' } } }];

describe.each(['filesystem', 'default'] as const)('with binary mode %s', (binaryMode) => {
	let engine: Engine;
	let server: LocalServer;
	beforeAll(async () => {
		engine = await Engine.start({ binaryMode, nodeTypes, credentialTypes: {} });
		server = await serve((_, response) => response.end(bytes));
	});
	afterAll(async () => {
		await engine.stop();
		await server.close();
	});

	test('stores the files of the input and hands out those of the output', async () => {
		const run = await engine.run({ nodes: [{ name: 'Reverse', type: 'probe.reverse' }], input });
		const [given] = run.items('Input');
		const [made] = run.items('Reverse');
		expect(given.binary?.data).toMatchObject({
			fileName: 'a.png',
			mimeType: 'image/png',
			fileExtension: 'png',
		});
		expect(made.binary?.data.id !== undefined).toBe(binaryMode === 'filesystem');
		expect(await run.binary(given, 'data')).toEqual(bytes);
		expect(await run.binary(made, 'data')).toEqual(Buffer.from(bytes).reverse());
		await expect(run.binary(made, 'image')).rejects.toThrow('no file "image"; it has: data');
	});

	test('takes base64, streams and files of an earlier run', async () => {
		const files = [bytes.toString('base64'), Readable.from([bytes.subarray(0, 2), bytes.subarray(2)])];
		for (const data of files) {
			const run = await engine.run({
				nodes: [{ name: 'Reverse', type: 'probe.reverse' }],
				input: [{ json: {}, binary: { data: { data, fileName: 'a.png', mimeType: 'image/png' } } }],
			});
			const again = await engine.run({
				nodes: [{ name: 'Reverse', type: 'probe.reverse' }],
				input: run.items('Reverse'),
			});
			expect(await again.binary(again.items('Reverse')[0], 'data')).toEqual(bytes);
		}
	});

	test('streams a download', async () => {
		const run = await engine.run({
			nodes: [{ name: 'Get', type: 'probe.download', parameters: { url: server.url } }],
		});
		expect(run.error).toBeUndefined();
		expect(await run.binary(run.items('Get')[0], 'data')).toEqual(bytes);
	});
});

test('keeps files in the JSON of an item when the workflow says so', async () => {
	const engine = await Engine.start({ nodeTypes, credentialTypes: {} });
	const run = await engine.run({
		nodes: [{ name: 'Reverse', type: 'probe.reverse', parameters: { property: '_files.data' } }],
		settings: { binaryMode: 'combined' },
		input,
	});
	const [made] = run.items('Reverse');
	expect(run.error).toBeUndefined();
	expect(made.binary).toBeUndefined();
	expect(made.json).toHaveProperty('_files.data.fileName', 'turned.png');
	expect(await run.binary(made, 'data')).toEqual(Buffer.from(bytes).reverse());
	await engine.stop();
});

test('keeps files in a folder that goes with the engine', async () => {
	const engine = await Engine.start({ nodeTypes, credentialTypes: {} });
	await engine.run({ nodes: [{ name: 'Reverse', type: 'probe.reverse' }], input });
	const files = await readdir(path.join(engine.folder, 'binaries'), { recursive: true, withFileTypes: true });
	expect(files.filter((file) => file.isFile())).toHaveLength(4);
	await engine.stop();
	expect(existsSync(engine.folder)).toBe(false);
});
