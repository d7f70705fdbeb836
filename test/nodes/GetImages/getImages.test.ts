import type { INodeParameters } from 'n8n-workflow';
import type { EngineRun } from '../../support/engine';
import { FileNodes } from '../support/fileNodes';
import { everyKind, failsLate, noFiles, onlyPreview, overSocket, threePictures } from '../support/workflows';

let nodes: FileNodes;
beforeAll(async () => {
	nodes = await FileNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(() => nodes.server.faults.clear());

const itemsOf = (run: EngineRun) => {
	expect(run.error).toBeUndefined();
	return run.items('Node');
};
const namesOf = (run: EngineRun) => itemsOf(run).map(({ json }) => json.fileName);

describe('the files of a job', () => {
	let promptId: string;
	beforeAll(async () => {
		promptId = await nodes.made(threePictures);
	});
	const get = async (parameters: INodeParameters = {}) =>
		await nodes.get({ source: 'promptId', ...parameters }, [{ json: { promptId } }]);

	test('come by default from the promptId of the item, one item each, without previews', async () => {
		const run = await get();
		expect(namesOf(run)).toEqual(['first_00001_.png', 'second_00001_.png']);
		for (const item of itemsOf(run)) expect(Object.keys(item.binary ?? {})).toEqual(['data']);
	});

	test('have the bytes that the server keeps', async () => {
		const [item] = itemsOf(await get());
		const bytes = nodes.server.files.read('output', 'sets/first_00001_.png');
		expect(item.binary?.data).toMatchObject({ fileName: 'first_00001_.png', mimeType: 'image/png' });
		expect(await (await get()).binary(item, 'data')).toEqual(bytes);
		expect(item.json.size).toBe(bytes?.length);
	});

	test('are described in the JSON: node, place, kind, type, size and address', async () => {
		const [item] = itemsOf(await get());
		expect(item.json).toMatchObject({
			promptId,
			index: 0,
			nodeId: '2',
			nodeTitle: 'Save First',
			nodeType: 'SaveImage',
			key: 'images',
			kind: 'image',
			fileName: 'first_00001_.png',
			mimeType: 'image/png',
			comfyUiFile: 'sets/first_00001_.png [output]',
			comfyUiUrl: `${nodes.server.url}/api/view?filename=first_00001_.png&subfolder=sets&type=output`,
			downloadUrl: expect.stringContaining('/binary-data/signed?'),
		});
		for (const name of ['filename', 'subfolder', 'url']) expect(item.json).not.toHaveProperty(name);
	});

	test('keep the names that version 1 of the node gave them', async () => {
		const run = await nodes.run('comfyUiGetImages', {}, [{ json: { promptId } }], { typeVersion: 1 });
		const [{ json }] = itemsOf(run);
		expect(json).toMatchObject({
			filename: 'first_00001_.png',
			subfolder: 'sets',
			type: 'output',
			fileName: 'first_00001_.png',
			url: `${nodes.server.url}/api/view?filename=first_00001_.png&subfolder=sets&type=output`,
		});
		for (const name of ['comfyUiFile', 'comfyUiUrl', 'downloadUrl']) expect(json).not.toHaveProperty(name);
	});

	test('have a link that works as long as is wanted, or none', async () => {
		const expiry = async (options: INodeParameters) => {
			const [{ json }] = itemsOf(await get({ options }));
			if (json.downloadUrl === undefined) return undefined;
			const [, payload] = (new URL(String(json.downloadUrl)).searchParams.get('token') ?? '').split('.');
			const { iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>;
			return (exp - iat) / 3600;
		};
		expect(await expiry({})).toBe(24);
		expect(await expiry({ linkHours: 0.5 })).toBe(0.5);
		expect(await expiry({ includeDownloadLink: false })).toBeUndefined();
		const run = await get({ options: { linkHours: -1 } });
		expect(run.error).toMatchObject({
			message: '"Download Link Valid For (Hours)" is not a number up to 8784.',
		});
	});

	test('go without a description when that is not wanted', async () => {
		const [item] = itemsOf(await get({ options: { includeDetails: false } }));
		expect(item.json).toEqual({ promptId, downloadUrl: expect.any(String) as string });
	});

	test('come with the fields of the incoming item when that is wanted', async () => {
		const run = await nodes.get({ options: { includeInput: true } }, [{ json: { promptId, customer: 7 } }]);
		expect(itemsOf(run)[0].json).toMatchObject({ customer: 7, fileName: 'first_00001_.png' });
	});

	test('can be had in one item, in fields that are counted', async () => {
		const [item, ...others] = itemsOf(await get({ output: 'together' }));
		expect(others).toEqual([]);
		expect(Object.keys(item.binary ?? {})).toEqual(['data', 'data_1']);
		expect(item.json).toMatchObject({
			promptId,
			fileCount: 2,
			files: [{ binaryProperty: 'data' }, { binaryProperty: 'data_1', fileName: 'second_00001_.png' }],
		});
	});

	test('are counted from zero behind a field name with an underscore', async () => {
		const [item] = itemsOf(await get({ output: 'together', binaryPropertyName: 'image_' }));
		expect(Object.keys(item.binary ?? {})).toEqual(['image_0', 'image_1']);
	});

	test.each([
		['a title', { nodes: 'save first' }, ['first_00001_.png']],
		['a title that has a comma', { nodes: 'Save, Second' }, ['second_00001_.png']],
		['several IDs', { nodes: '2, 3' }, ['first_00001_.png', 'second_00001_.png']],
		['a class', { nodes: 'SaveImage' }, ['first_00001_.png', 'second_00001_.png']],
		['a key', { keys: 'images' }, ['first_00001_.png', 'second_00001_.png']],
		['a number', { maxFiles: 1 }, ['first_00001_.png']],
	])('can be filtered by %s', async (_, filters, names) => {
		expect(namesOf(await get({ filters }))).toEqual(names);
	});

	test('are the previews when the node asked for makes previews only', async () => {
		const [item, ...others] = itemsOf(await get({ filters: { nodes: 'Look' } }));
		expect(others).toEqual([]);
		expect(item.json).toMatchObject({ type: 'temp', nodeId: '4' });
	});

	test.each([
		['outputs', ['output', 'output']],
		['previews', ['temp']],
		['both', ['output', 'output', 'temp']],
	])('can be limited to %s', async (which, types) => {
		expect(itemsOf(await get({ filters: { which } })).map(({ json }) => json.type)).toEqual(types);
	});

	test('are missed with a message that lists what there is when no file passes the filters', async () => {
		const { error } = await get({ filters: { kinds: ['video'] } });
		expect(error?.message).toBe(
			'None of the files (3) matches the filters: sets/first_00001_.png (node 2 "Save First", images, image), second_00001_.png (node 3 "Save, Second", images, image), ' +
				`${nodes.server.files.list('temp')[0]} [temp] (node 4 "Look", images, image).`,
		);
		expect(error?.description).toContain('Change the filters.');
	});

	test('can be named by the user; further ones get a number', async () => {
		const run = await get({ options: { fileName: 'portrait.png' } });
		expect(itemsOf(run).map(({ binary }) => binary?.data.fileName)).toEqual([
			'portrait.png',
			'portrait_1.png',
		]);
	});

	test('are linked to the item that asked for them', async () => {
		const other = await nodes.made(onlyPreview);
		const run = await nodes.get({}, [{ json: { promptId } }, { json: { promptId: other } }]);
		expect(itemsOf(run).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }]);
	});

	test('tell an agent where to fetch them, since agents lose binary data', async () => {
		const input = [{ json: { promptId } }];
		const run = await nodes.run('comfyUiGetImagesTool', { options: { includeDetails: false } }, input);
		const [{ json }] = itemsOf(run);
		expect(Object.keys(json)).toEqual([
			'warning',
			'fileName',
			'mimeType',
			'size',
			'downloadUrl',
			'comfyUiUrl',
			'promptId',
		]);
		expect(json.downloadUrl).toContain('/binary-data/signed?');
	});
});

test('previews are taken when a job made nothing else', async () => {
	const promptId = await nodes.made(onlyPreview);
	const [item] = itemsOf(await nodes.get({ promptId }));
	expect(item.json.type).toBe('temp');
});

test('files of every kind arrive with the type of their extension and unchanged', async () => {
	const promptId = await nodes.made(everyKind);
	const run = await nodes.get({ promptId });
	const found = itemsOf(run).map(({ json }) => [json.kind, json.mimeType, json.key]);
	expect(found.sort()).toEqual([
		['3d', 'model/gltf-binary', '3d'],
		['audio', 'audio/flac', 'audio'],
		['image', 'image/gif', 'gifs'],
		['image', 'image/png', 'images'],
		['other', 'application/octet-stream', 'latents'],
		['video', 'video/mp4', 'images'],
	]);
	for (const item of run.items('Node')) {
		const { fileName, comfyUiFile, mimeType } = item.json as Record<string, string>;
		const path = comfyUiFile.replace(' [output]', '');
		expect(await run.binary(item, 'data')).toEqual(nodes.server.files.read('output', path));
		expect(item.binary?.data).toMatchObject({ mimeType, fileName });
	}
	expect(run.items('Node').find(({ json }) => json.key === 'gifs')?.json.info).toMatchObject({
		frame_rate: 8,
	});
});

describe('a job that cannot give files', () => {
	test('that is still running is an error that names Wait For Completion', async () => {
		nodes.server.faults.hold();
		const promptId = await nodes.server.submit(threePictures);
		const { error } = await nodes.get({ promptId });
		expect(error?.message).toMatch(/has no files yet: it is still (in the queue|running)\.$/);
		expect(error?.description).toBe('Put ComfyUI Wait For Completion before this node.');
		nodes.server.faults.release();
		await nodes.server.idle();
	});

	test('that the server does not know is an error that says what to check', async () => {
		const { error } = await nodes.get({ promptId: '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d' });
		expect(error?.message).toMatch(/does not know the job 6f1ed002/);
		expect(error?.description).toContain('Check the prompt ID');
	});

	test('that failed is an error that says which node failed and why', async () => {
		const { error } = await nodes.get({ promptId: await nodes.made(failsLate) });
		expect(error?.message).toBe('"Oven" (TFail, node 3) failed: the oven broke [ValueError]');
	});

	test('that failed gives the files it made before when they are asked for', async () => {
		const promptId = await nodes.made(failsLate);
		const run = await nodes.get({ promptId, options: { filesOfFailedJobs: true } });
		expect(namesOf(run)).toEqual([expect.stringMatching(/^early_\d+_\.png$/)]);
		expect(run.hints('Node')).toEqual([]);
	});

	test('that failed on a server which lists files of previous jobs comes with a warning', async () => {
		const old = await FileNodesOn('0.3.64');
		const promptId = await old.submit(failsLate);
		await old.idle();
		const parameters = { promptId, options: { filesOfFailedJobs: true } };
		const run = await nodes.run('comfyUiGetImages', parameters, undefined, {}, old.url);
		await old.stop();
		expect(run.hints('Node')).toMatchObject([{ message: expect.stringContaining('files of previous jobs') }]);
	});

	test('that made none is an error with advice, unless an item without files is wanted', async () => {
		const promptId = await nodes.made(noFiles);
		const { error } = await nodes.get({ promptId });
		expect(error?.message).toBe(`The job ${promptId} created no files.`);
		expect(error?.description).toContain('Add a node that saves files');

		const run = await nodes.get({ promptId, options: { whenNoFiles: 'return' } }, [
			{ json: { customer: 7 } },
		]);
		expect(itemsOf(run)).toEqual([{ json: { customer: 7, fileCount: 0 }, pairedItem: { item: 0 } }]);
	});

	test('whose pictures went over the WebSocket is an error that says where they are', async () => {
		const { error } = await nodes.get({ promptId: await nodes.made(overSocket) });
		expect(error?.description).toContain('in the item of ComfyUI Wait For Completion');
	});

	test('keeps its item and says why when the node continues on fail, and the others go on', async () => {
		const promptId = await nodes.made(onlyPreview);
		const input = [{ json: { promptId: 'unknown', customer: 7 } }, { json: { promptId } }];
		const run = await nodes.get({}, input, { onError: 'continueRegularOutput' });
		const [failed, fine] = itemsOf(run);
		expect(failed.json).toMatchObject({
			customer: 7,
			error: expect.stringContaining('does not know the job unknown'),
			details: { code: 'lost' },
		});
		expect(failed.pairedItem).toEqual({ item: 0 });
		expect(fine).toMatchObject({ json: { type: 'temp' }, pairedItem: { item: 1 } });
	});
});

async function FileNodesOn(version: string) {
	const { LittleComfyUi } = await import('../../server');
	return await LittleComfyUi.start({ version });
}
