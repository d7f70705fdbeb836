import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkWorkflow, ComfyUiClient, reportText, toApiFormat, type ApiWorkflow } from '../../nodes/client';
import type { LittleComfyUi } from '../server';
import { packageName } from '../support/builtPackage';
import { flowFiles, galleryNames, readApiWorkflow, readFlow, readText } from './support/flowFiles';
import { Gallery } from './support/Gallery';

/** The ComfyUI workflows of the gallery. */

describe('the ComfyUI workflow of', () => {
	let server: LittleComfyUi;
	let client: ComfyUiClient;
	beforeAll(async () => {
		server = await Gallery.comfyUi();
		server.files.put('input', 'example.png', readFileSync('test/fixtures/picture.png'));
		client = ComfyUiClient.connect({ url: server.url });
	});
	afterAll(async () => {
		await client.close();
		await server.stop();
	});

	test.each(galleryNames)('%s is the same in the format of the editor', async (name) => {
		const objectInfo = await client.objectInfo();
		const { prompt, warnings } = toApiFormat(JSON.parse(readText(name, 'workflow.json')), objectInfo);
		expect(warnings).toEqual([]);
		expect(prompt).toEqual(readApiWorkflow(name));
	});

	test.each(galleryNames)('%s can run: the server finds nothing to complain about', async (name) => {
		const api = readApiWorkflow(name);
		const report = checkWorkflow(api, await client.objectInfo());
		expect(reportText(report)).toEqual([]);
	});

	test.each(galleryNames)('%s has only nodes of ComfyUI itself', async (name) => {
		const objectInfo = await client.objectInfo();
		const types = Object.values(readApiWorkflow(name)).map(({ class_type }) => class_type);
		const foreign = types.filter(
			(type) => !/^(nodes|comfy_extras\.\w+)$/.test(String(objectInfo[type]?.python_module)),
		);
		expect(foreign).toEqual([]);
	});

	test.each(galleryNames)('%s has one loader whose model the flow names in a Set node', (name) => {
		const models = Object.values(readApiWorkflow(name)).flatMap(({ inputs }) =>
			Object.entries(inputs).filter(([input]) => /^(ckpt|unet|bg_removal)_name$/.test(input)),
		);
		expect(models).toHaveLength(1);
	});

	test.each(flowFiles)('%s is the one that the nodes of %s run', (name, file) => {
		const nodes = readFlow(name, file).nodes.filter(({ type }) => type.startsWith(packageName));
		const texts = nodes.flatMap(({ parameters: { workflow } }) =>
			typeof workflow === 'string' && workflow !== 'any' ? [workflow] : [],
		);
		for (const text of texts) expect(JSON.parse(text) as ApiWorkflow).toEqual(readApiWorkflow(name));
		expect(path.basename(name)).toBe(name);
	});
});
