import { describeNode, listFields, listNodeTypes } from '../../../nodes/client';
import { failure, serverUnderTest } from '../support/ServerUnderTest';
import { editorFileOf2025 } from '../support/editorFiles';
import { unique } from '../support/workflows';

const server = serverUnderTest();
const { client } = server;

describe('what the server says of itself', () => {
	test('system stats name its devices', async () => {
		expect((await client.getSystemStats()).devices[0]).toMatchObject({ type: expect.any(String) as string });
	});

	test('features are empty before 0.3.45, and name its upload limit since', async () => {
		const features = await client.getFeatures();
		if (Object.keys(features).length > 0) expect(features.max_upload_size).toBeGreaterThan(0);
	});

	test('model folders, models and embeddings are lists of names', async () => {
		expect(await client.models()).toContain('checkpoints');
		expect(await client.models('checkpoints')).toEqual(expect.any(Array));
		expect(await client.embeddings()).toEqual(expect.any(Array));
	});

	test('a folder that it does not have is not found', async () => {
		await failure(client.models('no_such_folder'), 'not-found');
	});

	test('memory is freed', async () => {
		await client.free({ unloadModels: true, freeMemory: true });
	});
});

describe('node types', () => {
	test('all of them hold the core ones', async () => {
		const objectInfo = await client.objectInfo({ refresh: true });
		expect(Object.keys(objectInfo)).toEqual(expect.arrayContaining(['KSampler', 'LoadImage', 'SaveImage']));
		expect(listNodeTypes(objectInfo, {}).length).toBeGreaterThan(50);
	});

	test('one of them is described by itself, and an unknown one is not found', async () => {
		expect((await client.objectInfo('KSampler')).input?.required).toHaveProperty('seed');
		await failure(client.objectInfo('NoSuchNode'), 'not-found');
	});

	test('a description lists the inputs with their choices', async () => {
		const { inputs } = describeNode('KSampler', await client.objectInfo('KSampler'));
		expect(inputs.length).toBeGreaterThanOrEqual(9);
		expect(inputs.find(({ name }) => name === 'sampler_name')?.choices?.length).toBeGreaterThan(5);
	});

	test('choices are read in each form in which they are declared', async () => {
		const { inputs } = describeNode('TCombo', await client.objectInfo('TCombo'));
		expect(inputs.map(({ name, choices }) => [name, choices])).toEqual([
			['c', ['a', 'b']],
			['d', ['x', 'y']],
			['e', ['x', 'y', 'z']],
		]);
	});

	test('a form knows the type and the choices of each field', async () => {
		const sampler = { seed: 1, steps: 20, cfg: 8, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
		const workflow = { '1': { class_type: 'KSampler', inputs: sampler } };
		const fields = listFields(workflow, await client.objectInfo());
		const declared = (input: string) => fields.find((field) => field.id.endsWith(input))?.declared;
		expect(declared('steps')?.type).toBe('INT');
		expect(declared('sampler_name')?.choices?.length).toBeGreaterThan(5);
	});
});

test('workflows that were saved in the editor are listed and read', async () => {
	const save = async (name: string) => {
		const path = `/userdata/${encodeURIComponent(`workflows/${name}`)}?overwrite=true`;
		const body = JSON.stringify(editorFileOf2025(unique('from_editor')));
		return await server.fetch(path, { method: 'POST', body });
	};
	const name = `${unique('mine')}.json`;
	expect((await save(name)).status).toBe(200);
	const listed = await client.listUserFiles('workflows');
	const file = listed.find(({ path }) => path.endsWith(name));
	const text = await client.readUserFile(`workflows/${file?.path.replace(/^workflows\//, '')}`);
	const { result } = await server.run(text);
	expect(result.files[0].filename).toContain(unique('from_editor'));
});
