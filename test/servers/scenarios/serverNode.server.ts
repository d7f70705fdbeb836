import type { IDataObject } from 'n8n-workflow';
import { resources } from '../../../nodes/Server/operationProperties';
import { byId, ServerNode } from '../../nodes/Server/support';
import { serverFacts } from '../support/facts';
import { serverUnderTest } from '../support/ServerUnderTest';
import { picture, slow, unique } from '../support/workflows';

/** Every operation of ComfyUI Server on the real server. */

const server = serverUnderTest();
const { client, other } = server;

let node: ServerNode;
beforeAll(async () => {
	node = await ServerNode.start();
});
afterAll(async () => await node.stop());

const tried = new Set<string>();
type Names = [resource: string, operation: string];

const rows = async (names: Names, parameters?: IDataObject, items?: IDataObject[]) => {
	tried.add(names.join('/'));
	return await node.rows(server, names, parameters, { items });
};
const failure = async (names: Names, parameters?: IDataObject) => {
	tried.add(names.join('/'));
	return await node.failure(server, names, parameters);
};

/** A job of this n8n that waits behind a running job of somebody. */
async function queued() {
	const { job: done } = await server.run(picture());
	const running = await other.queuePrompt(slow(20, 100));
	await server.running(running);
	const again = async () => (await rows(['job', 'runAgain'], { promptId: byId(done.promptId) }))[0];
	return { running, done, mine: [await again(), await again()] };
}

test('jobs', async () => {
	const { running, done, mine } = await queued();
	const [pending] = mine;
	expect(pending).toMatchObject({ previousPromptId: done.promptId });
	const listed = await rows(['job', 'getMany'], { limit: 20 });
	expect(listed.map(({ promptId }) => promptId)).toEqual(
		expect.arrayContaining([pending.promptId, running.promptId, done.promptId]),
	);
	const get = async (promptId: unknown) =>
		(await rows(['job', 'get'], { promptId: byId(String(promptId)), options: { includeWorkflow: true } }))[0];
	expect(await get(done.promptId)).toMatchObject({ status: 'success', files: [{ type: 'output' }] });
	expect(await get(pending.promptId)).toMatchObject({ status: 'pending', position: 1 });
	expect(
		await rows(['job', 'cancel'], { promptIds: `${String(pending.promptId)},${running.promptId}` }),
	).toMatchObject([
		{ cancelled: true, result: 'removed' },
		{ cancelled: true, result: 'interrupted' },
	]);
	await server.idle();
	expect(await rows(['job', 'clearHistory'])).toMatchObject([{ cleared: true, scope: 'mine' }]);
	expect(await client.getHistory(done.promptId)).toBeDefined();
	expect(await rows(['job', 'deleteFromHistory'], { promptIds: done.promptId })).toEqual([
		{ promptId: done.promptId, deleted: true },
	]);
	expect(await client.getHistory(done.promptId)).toBeUndefined();
});

test('the queue', async () => {
	const { running, mine } = await queued();
	const ids = async () =>
		(await rows(['queue', 'getMany'], { returnAll: true })).map(({ promptId }) => promptId);
	const [first, second] = mine.map(({ promptId }) => promptId);
	expect(await ids()).toEqual([running.promptId, first, second]);
	const [moved] = await rows(['queue', 'moveToFront'], { promptId: byId(String(second)) });
	expect(await ids()).toEqual([running.promptId, moved.promptId, first]);
	const taken = await rows(['queue', 'takeOut'], { returnAll: true });
	expect(taken.map(({ promptId }) => promptId)).toEqual([moved.promptId, first]);
	expect(await ids()).toEqual([running.promptId]);
	const back = await rows(['queue', 'putBack'], { takenJob: '={{ $json.job }}' }, taken);
	expect(await ids()).toEqual([running.promptId, ...back.map(({ promptId }) => promptId)]);
	expect(
		await rows(['queue', 'waitUntilIdle'], { options: { timeout: 0, onTimeout: 'return' } }),
	).toMatchObject([{ idle: false, running: 1, pending: 2 }]);
	expect(await rows(['queue', 'clearPending'])).toMatchObject([{ removed: 2, scope: 'mine' }]);
	expect(await rows(['queue', 'cancel'])).toMatchObject([{ cancelled: 0 }]);
	expect(await rows(['server', 'interrupt'])).toMatchObject([
		{ interrupted: false, promptId: running.promptId },
	]);
	expect(await rows(['server', 'interrupt'], { scope: 'everybody' })).toMatchObject([{ interrupted: true }]);
	expect(await rows(['queue', 'waitUntilIdle'])).toMatchObject([{ idle: true }]);
});

test('the server', async () => {
	await server.run(picture());
	const [status] = await rows(['server', 'getStatus']);
	expect(status).toMatchObject({ idle: true, pending: 0 });
	expect(status.idleSeconds).toBeLessThan(60);
	expect(await rows(['server', 'freeMemory'], { free: 'everything' })).toMatchObject([
		{ requested: 'everything' },
	]);
	expect((await rows(['server', 'getLogs'], { limit: 5 })).length).toBeGreaterThan(0);
	expect(await rows(['user', 'getMany'])).toMatchObject([{ id: 'default' }]);
});

test('models, files and workflows', async () => {
	const { result } = await server.run(picture());
	for (const model of await rows(['model', 'getMany'], { folder: byId('checkpoints') }))
		expect(model).toMatchObject({ folder: 'checkpoints' });
	const nothing = { folder: byId('checkpoints'), model: byId('nobody.safetensors') };
	expect(await failure(['model', 'getMetadata'], nothing)).toMatchObject({ code: 'not-found' });
	const workflow = JSON.stringify({
		'1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'nobody.safetensors' } },
		'2': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
		'3': { class_type: 'VAEDecode', inputs: { samples: ['2', 0], vae: ['1', 2] } },
		'4': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
	});
	expect(await rows(['model', 'getMissing'], { workflowSource: 'json', workflow })).toMatchObject([
		{ name: 'nobody.safetensors' },
	]);
	if (await server.listsItsOutput()) {
		const files = await rows(['file', 'getMany'], { returnAll: true });
		expect(files.map(({ fileName }) => fileName)).toContain(result.files[0].filename);
	} else expect(await failure(['file', 'getMany'])).toMatchObject({ code: 'not-supported' });
	const path = unique('by_node');
	const savedWorkflow = { __rl: true, mode: 'path', value: path };
	await rows(['savedWorkflow', 'save'], { path, content: workflow });
	const saved = await rows(['savedWorkflow', 'getMany'], { returnAll: true });
	expect(saved.map(({ name }) => name)).toContain(path);
	expect(await rows(['savedWorkflow', 'get'], { savedWorkflow })).toMatchObject([
		{ text: workflow, format: 'api' },
	]);
	expect(await rows(['savedWorkflow', 'delete'], { savedWorkflow })).toMatchObject([{ deleted: true }]);
});

test('templates, where the server ships them', async () => {
	const { status } = await server.fetch('/templates/index.json');
	const byName = (value: unknown) => ({ template: { __rl: true, mode: 'name', value } });
	if (status === 200) {
		const templates = await rows(['template', 'getMany'], { returnAll: true });
		expect(templates.length).toBeGreaterThan(0);
		for (const { name } of [templates[0], templates[templates.length - 1]])
			expect(await rows(['template', 'get'], byName(name))).toMatchObject([{ name, format: 'editor' }]);
		expect(await failure(['template', 'get'], byName('nobody'))).toMatchObject({ code: 'not-found' });
	} else {
		expect(await failure(['template', 'getMany'])).toMatchObject({ code: 'not-supported' });
		expect(await failure(['template', 'get'], byName('default'))).toMatchObject({ code: 'not-supported' });
	}
});

test('a file is deleted, where the server keeps a list of assets', async () => {
	const { assets } = await client.getFeatures();
	if (assets !== true) {
		const assetId = byId(crypto.randomUUID());
		expect(await failure(['file', 'delete'], { assetId })).toMatchObject({ code: 'not-supported' });
		return;
	}
	const [{ filename }] = (await server.run(picture())).result.files;
	const listed = async () =>
		(await rows(['file', 'getMany'], { returnAll: true })).find(({ fileName }) => fileName === filename);
	const file = await listed();
	expect(file).toMatchObject({ type: 'output', size: expect.any(Number), assetId: expect.any(String) });
	expect(await rows(['file', 'delete'], { assetId: byId(String(file?.assetId)) })).toMatchObject([
		{ fileName: filename, removedFromAssets: true },
	]);
	expect(await listed()).toBeUndefined();
});

test('the server restarts, where it has ComfyUI-Manager', async () => {
	if (!(await server.hasManager())) {
		expect(await failure(['server', 'restart'])).toMatchObject({ code: 'not-supported' });
		return;
	}
	const { job } = await server.run(picture());
	expect(await rows(['server', 'restart'])).toMatchObject([{ restarted: true, lostJobs: [], scope: 'mine' }]);
	expect(await client.getHistory(job.promptId)).toBeUndefined();
}, 400_000);

test('no operation was left out', () => {
	const all = resources.flatMap(({ value, operations }) =>
		operations
			.filter(({ hosts }) => hosts.includes('selfHosted'))
			.map((operation) => `${value}/${operation.value}`),
	);
	expect([serverFacts().version, all.filter((name) => !tried.has(name))]).toEqual([
		serverFacts().version,
		[],
	]);
});
