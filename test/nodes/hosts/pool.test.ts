import { fork } from 'node:child_process';
import path from 'node:path';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { nodeType } from '../../support/builtPackage';
import type { Engine, EngineRun } from '../../support/engine';
import type { Activation } from '../../support/engine/Activation';
import { until } from '../../support/until';
import { picture, slow, textToImage } from '../../client/support/workflows';
import { byId } from '../Server/support';
import { startWholeEngine } from './support/engine';
import type { Done, Task } from './support/otherProcess';

/** A PNG of one pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

let engine: Engine;
let servers: LittleComfyUi[] = [];
const active: Activation[] = [];

beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());
afterEach(async () => {
	for (const activation of active.splice(0)) await activation.close();
	for (const server of servers.splice(0)) {
		await server.stop();
		expect(server.damage).toEqual([]);
	}
});

async function start(...options: LittleComfyUiOptions[]): Promise<LittleComfyUi[]> {
	servers = await Promise.all(options.map(async (one) => await LittleComfyUi.start(one)));
	return servers;
}

/** The credential of all servers, named a, b, c. */
const credentials = () => ({
	comfyUiPoolApi: {
		servers: {
			server: servers.map(({ url }, index) => ({
				name: 'abc'[index],
				url,
				authentication: 'none',
				weight: 1,
			})),
		},
	},
});

async function run(name: string, parameters: IDataObject, items: IDataObject[] = [{}]): Promise<EngineRun> {
	const all = { host: 'pool', ...parameters } as INodeParameters;
	const node: Partial<INode> & { name: string; type: string } = {
		name: 'Node',
		type: nodeType(name),
		parameters: all,
	};
	return await engine.run({
		nodes: [node],
		credentials: credentials(),
		input: items.map((json) => ({ json })),
	});
}

async function rows(...request: Parameters<typeof run>): Promise<IDataObject[]> {
	const { error, items } = await run(...request).then((done) => ({
		error: done.error,
		items: done.items('Node'),
	}));
	if (error) throw new Error(`${error.message} ${error.description ?? ''}`);
	return items.map(({ json }) => json);
}

const server = async (resource: string, operation: string, parameters: IDataObject = {}) =>
	await rows('Server', { resource, operation, ...parameters });
const failure = async (resource: string, operation: string, parameters: IDataObject = {}) => {
	const { error } = await run('Server', { resource, operation, ...parameters });
	const { code } = ((error?.raw as { context?: IDataObject })?.context?.comfyUi ?? {}) as IDataObject;
	return { code, message: error?.message ?? '', hint: error?.description ?? '' };
};
const onB = { poolServer: byId('b') };

/** The client ID under which this n8n queues jobs. */
async function ownClientId(): Promise<string> {
	const id = await servers[0].submit(picture());
	await servers[0].idle();
	const [{ clientId }] = await server('job', 'runAgain', { promptId: byId(`${id}@a`) });
	await servers[0].idle();
	return String(clientId);
}

describe('ComfyUI Server on a pool', () => {
	test('lists the queue of all servers, or of the chosen one, with the name of each', async () => {
		const [a, b] = await start({}, {});
		for (const { faults } of [a, b]) faults.hold();
		const ids = [await a.submit(picture(1)), await a.submit(picture(2)), await b.submit(picture(3))];
		const all = await server('queue', 'getMany', { returnAll: true });
		expect(all.map(({ promptId, server: name, position }) => [promptId, name, position])).toEqual([
			[`${ids[0]}@a`, 'a', 0],
			[`${ids[2]}@b`, 'b', 0],
			[`${ids[1]}@a`, 'a', 1],
		]);
		expect(await server('queue', 'getMany', { returnAll: true, ...onB })).toMatchObject([
			{ promptId: `${ids[2]}@b`, server: 'b' },
		]);
		expect(await server('queue', 'getMany', { limit: 2 })).toHaveLength(2);
		for (const { faults } of [a, b]) faults.release();
	});

	test('gets, runs again and deletes a job on its server, which the ID names', async () => {
		const [, b] = await start({}, {});
		const id = await b.submit(picture(1));
		await b.idle();
		const job = { promptId: byId(`${id}@b`) };
		expect(await server('job', 'get', job)).toMatchObject([
			{ promptId: `${id}@b`, server: 'b', status: 'success', files: [{ server: 'b' }] },
		]);
		// without the name of the server it is looked for
		expect(await server('job', 'get', { promptId: byId(id) })).toMatchObject([{ server: 'b' }]);
		const [again] = await server('job', 'runAgain', job);
		expect(again).toMatchObject({ server: 'b', promptId: expect.stringMatching(/@b$/) as string });
		await b.idle();
		const listed = await server('job', 'getMany', { returnAll: true });
		expect(listed.map(({ promptId }) => promptId).sort()).toEqual([`${id}@b`, again.promptId].sort());
		expect(await server('job', 'deleteFromHistory', { promptIds: `${id}@b` })).toMatchObject([
			{ deleted: true },
		]);
		expect(await server('job', 'getMany', { returnAll: true })).toHaveLength(1);
		expect(
			await failure('job', 'get', { promptId: byId('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d') }),
		).toMatchObject({
			code: 'not-found',
			hint: expect.stringContaining('@a') as string,
		});
	});

	test('clears, takes out, puts back and moves jobs of this n8n on the servers that have them', async () => {
		const [a, b] = await start({}, {});
		const clientId = await ownClientId();
		for (const one of [a, b]) {
			const started = one.faults.holdAt('executing');
			await one.submit(slow(0), { clientId: 'somebody' });
			await started;
		}
		await a.submit(picture(1), { clientId });
		const second = await b.submit(picture(2), { clientId });
		const third = await b.submit(picture(3), { clientId });
		const [moved] = await server('queue', 'moveToFront', { promptId: byId(`${third}@b`) });
		expect(moved).toMatchObject({ server: 'b', previousPromptId: `${third}@b` });
		expect(b.going.at(-1)).toBe(second);
		const taken = await server('queue', 'takeOut', { limit: 2 });
		expect(taken.map(({ server: name }) => name)).toEqual(['a', 'b']);
		expect([a.going.length, b.going.length]).toEqual([1, 2]);
		const back = await rows(
			'Server',
			{ resource: 'queue', operation: 'putBack', takenJob: '={{ $json.job }}' },
			taken,
		);
		expect(back.map(({ server: name }) => name)).toEqual(['a', 'b']);
		expect(await server('queue', 'clearPending')).toMatchObject([
			{ server: 'a', removed: 1 },
			{ server: 'b', removed: 2 },
		]);
		expect(await server('server', 'interrupt')).toMatchObject([
			{ server: 'a', interrupted: false, isMine: false },
			{ server: 'b', interrupted: false, isMine: false },
		]);
		for (const { faults } of [a, b]) faults.release();
	});

	test('gives the status of each server, also of one that is down, which fails nothing else', async () => {
		const [a] = await start({ version: '0.3.64' }, {});
		await servers[1].stop();
		const found = await server('server', 'getStatus');
		expect(found).toMatchObject([
			{ server: 'a', version: '0.3.64', idle: true },
			{ server: 'b', error: expect.stringMatching(/refused|Nothing answers/) as string },
		]);
		expect(await failure('server', 'getStatus', onB)).toMatchObject({ code: 'connection' });
		await a.stop();
		const none = await failure('server', 'getStatus');
		expect(none.code).toBe('connection');
		expect(none.message).toMatch(/a: .* b: /);
	});

	test('frees memory, reads logs and users, and lists models with the servers that have them', async () => {
		await start(
			{ models: { checkpoints: ['one.safetensors', 'both.safetensors'] } },
			{ models: { checkpoints: ['both.safetensors'] } },
		);
		expect(await server('server', 'freeMemory')).toMatchObject([{ server: 'a' }, { server: 'b' }]);
		expect(
			new Set((await server('server', 'getLogs', { returnAll: true })).map(({ server: name }) => name)),
		).toEqual(new Set(['a', 'b']));
		expect(await server('user', 'getMany', { returnAll: true })).toMatchObject([
			{ server: 'a' },
			{ server: 'b' },
		]);
		const models = await server('model', 'getMany', { folder: byId('checkpoints'), returnAll: true });
		expect(models.map(({ name, servers: having }) => [name, having])).toEqual([
			['one.safetensors', ['a']],
			['both.safetensors', ['a', 'b']],
		]);
	});

	test('saves a workflow on every server, and deletes it wherever it is', async () => {
		const [, b] = await start({}, {});
		const saved = { path: 'portrait', content: picture() };
		expect(await server('savedWorkflow', 'save', saved)).toMatchObject([
			{ server: 'a', saved: true },
			{ server: 'b', saved: true },
		]);
		expect(await server('savedWorkflow', 'getMany', { returnAll: true })).toHaveLength(1);
		const chosen = { savedWorkflow: byId('portrait.json') };
		expect(await server('savedWorkflow', 'get', chosen)).toMatchObject([{ format: 'api' }]);
		expect(await server('savedWorkflow', 'delete', { ...chosen, ...onB })).toMatchObject([{ server: 'b' }]);
		expect(await server('savedWorkflow', 'delete', chosen)).toMatchObject([{ server: 'a', deleted: true }]);
		expect(await failure('savedWorkflow', 'delete', chosen)).toMatchObject({ code: 'not-found' });
		expect(b.going).toEqual([]);
	});

	test('restarts only a server that is chosen, and knows only those of its list', async () => {
		await start({}, {});
		expect(await failure('server', 'restart')).toMatchObject({
			code: 'invalid-input',
			message: 'Choose the server of the pool to restart.',
			hint: expect.stringContaining('a, b') as string,
		});
		expect(await failure('server', 'getStatus', { poolServer: byId('gone') })).toMatchObject({
			code: 'not-found',
			message: 'The pool has no server "gone". Its servers are a, b.',
		});
	});

	test('lists files under names that the next node takes', async () => {
		const [, b] = await start({}, {});
		await b.submit(picture());
		await b.idle();
		const [file] = await server('file', 'getMany', { returnAll: true });
		expect(file).toMatchObject({
			server: 'b',
			comfyUiFile: expect.stringMatching(/ \[output\]@b$/) as string,
		});
	});

	test('waits until all servers are idle', async () => {
		const [, b] = await start({}, {});
		const started = b.faults.holdAt('executing');
		await b.submit(slow(0), { clientId: 'somebody' });
		await started;
		const waiting = { options: { timeout: 0, onTimeout: 'return' } };
		expect(await server('queue', 'waitUntilIdle', waiting)).toMatchObject([{ idle: false, running: 1 }]);
		expect(await server('queue', 'waitUntilIdle', { ...waiting, poolServer: byId('a') })).toMatchObject([
			{ idle: true },
		]);
		b.faults.release();
	});
});

describe('ComfyUI Object Info on a pool', () => {
	const info = async (operation: string, parameters: IDataObject = {}) =>
		await rows('ObjectInfo', { operation, returnAll: true, ...parameters });
	const some = {
		objectInfo: { EmptyImage: null },
		models: { checkpoints: ['one.safetensors', 'both.safetensors'] },
	};
	const others = { models: { checkpoints: ['two.safetensors', 'both.safetensors'] } };

	test('says which servers have a node type, a model and a choice', async () => {
		await start(some, others);
		const types = await info('listNodeTypes', { filters: { text: 'image' } });
		const having = Object.fromEntries(types.map(({ nodeType, servers: names }) => [nodeType, names]));
		expect(having).toMatchObject({ SaveImage: ['a', 'b'], EmptyImage: ['b'] });
		expect(await info('describeNode', { nodeType: byId('SaveImage') })).toMatchObject([
			{ servers: ['a', 'b'] },
		]);
		const models = { 'one.safetensors': ['a'], 'two.safetensors': ['b'], 'both.safetensors': ['a', 'b'] };
		const listed = await info('listModels', { folder: byId('checkpoints') });
		expect(Object.fromEntries(listed.map(({ name, servers: names }) => [name, names]))).toEqual(models);
		const choices = await info('getChoices', {
			nodeType: byId('CheckpointLoaderSimple'),
			input: byId('ckpt_name'),
		});
		expect(Object.fromEntries(choices.map(({ choice, servers: names }) => [choice, names]))).toEqual(models);
	});

	test('describes each server, also one that is down', async () => {
		await start({ version: '0.3.64' }, {});
		await servers[1].stop();
		expect(await info('getServerInformation')).toMatchObject([
			{ server: 'a', version: '0.3.64', queue: { running: 0, pending: 0 } },
			{ server: 'b', error: expect.stringMatching(/refused|Nothing answers/) as string },
		]);
	});

	test('says which servers can run a workflow, and what the others lack', async () => {
		await start(some, others);
		const check = async (workflow: object) =>
			(await info('checkWorkflow', { workflowSource: 'json', workflow: JSON.stringify(workflow) }))[0];
		expect(await check(textToImage(1, 'both.safetensors'))).toMatchObject({ ok: true, servers: ['a', 'b'] });
		expect(await check(textToImage(1, 'one.safetensors'))).toMatchObject({
			ok: true,
			servers: ['a'],
			unsuitableServers: [{ server: 'b', reason: expect.stringContaining('one.safetensors') as string }],
		});
		const loaders = { ...textToImage(1, 'one.safetensors') };
		const more = Object.entries(textToImage(2, 'two.safetensors')).map(([id, { class_type, inputs }]) => [
			`1${id}`,
			{
				class_type,
				inputs: Object.fromEntries(
					Object.entries(inputs).map(([name, value]) => [
						name,
						Array.isArray(value) ? [`1${String(value[0])}`, value[1]] : value,
					]),
				),
			},
		]);
		// every model is on some server, and no server has both
		expect(await check({ ...loaders, ...Object.fromEntries(more) })).toMatchObject({
			ok: false,
			servers: [],
			unsuitableServers: [{ server: 'a' }, { server: 'b' }],
		});
	});
});

describe('the item of a job on a pool', () => {
	/** Another n8n process, which knows the credential and gets the item. */
	async function otherProcess() {
		const root = path.resolve(__dirname, '../../..');
		const child = fork(path.join(root, 'scripts/run.cjs'), ['test/nodes/hosts/support/otherProcess.ts'], {
			cwd: root,
		});
		const answer = async () =>
			await new Promise<unknown>((resolve, reject) => {
				child.once('message', resolve);
				child.once('exit', (code) => reject(new Error(`the process ended with code ${code}`)));
			});
		await answer();
		const ask = async (node: string, item: IDataObject, parameters: INodeParameters = {}) => {
			const task: Task = {
				node,
				item,
				parameters: { host: 'pool', ...parameters },
				credentials: credentials(),
			};
			const answered = answer();
			child.send(task);
			return (await answered) as Done;
		};
		return { ask, stop: () => child.disconnect() };
	}

	test('is all that another n8n process needs to wait for the job, to get its files and to cancel it', async () => {
		const [a, b] = await start({}, {});
		a.faults.hold();
		await a.submit(picture()); // so that the jobs go to the second server
		const queue = async (workflow: object) =>
			(await rows('QueuePrompt', { workflowSource: 'json', workflow: JSON.stringify(workflow) }))[0];
		const item = await queue(picture(1));
		expect(item).toMatchObject({ server: 'b', promptId: expect.stringMatching(/@b$/) as string });
		expect(JSON.stringify(item)).not.toContain('127.0.0.1');
		const other = await otherProcess();
		try {
			const only = { promptId: item.promptId };
			const waited = await other.ask('WaitForCompletion', only);
			expect(waited).toMatchObject({ items: [{ status: 'success', server: 'b' }] });
			const got = await other.ask('GetImages', only);
			expect(got.error).toBeUndefined();
			expect(got.sizes).toEqual([expect.any(Number)]);
			expect(got.sizes[0]).toBeGreaterThan(0);
			const files = await other.ask('GetImages', waited.items[0], { source: 'files' });
			expect(files.sizes).toEqual(got.sizes);
			const started = b.faults.holdAt('executing');
			const { promptId } = await queue(slow(0));
			await started;
			const cancelled = await other.ask('Server', { promptId }, { resource: 'job', operation: 'cancel' });
			expect(cancelled).toMatchObject({ items: [{ promptId, cancelled: true, result: 'interrupted' }] });
			expect(a.going).toHaveLength(1);
		} finally {
			other.stop();
			for (const { faults } of [a, b]) faults.release();
		}
	});

	test('says where a job ran that was handed on, how often, and its file was uploaded again', async () => {
		const [a, b] = await start({}, {});
		for (const { faults } of [a, b]) faults.hold();
		const workflow = {
			'1': { class_type: 'LoadImage', inputs: { image: 'x.png' } },
			'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
		};
		const values = [{ node: '1', input: 'image', value: 'data' }];
		const node = {
			name: 'Node',
			type: nodeType('RunWorkflow'),
			parameters: {
				host: 'pool',
				workflowSource: 'json',
				workflow: JSON.stringify(workflow),
				inputs: { values },
			} as INodeParameters,
		};
		const data = { data: PNG.toString('base64'), mimeType: 'image/png', fileName: 'cat.png' };
		const running = engine.run({
			nodes: [node],
			credentials: credentials(),
			input: [{ json: {}, binary: { data } }],
		});
		await until(() => [a, b].some(({ going }) => going.length > 0), 'the job', 20_000);
		const [first, second] = a.going.length > 0 ? [a, b] : [b, a];
		await first.stop();
		second.faults.release();
		const done = await running;
		expect(done.error?.message).toBeUndefined();
		expect(done.items('Node')[0].json).toMatchObject({ server: second === a ? 'a' : 'b', attempts: 2 });
		const uploads = [a, b].map(
			({ requests }) => requests.filter(({ path: to }) => to.startsWith('/api/upload')).length,
		);
		expect(uploads).toEqual([1, 1]);
	});
});

describe('ComfyUI Trigger on a pool', () => {
	async function activate(parameters: INodeParameters, staticData?: IDataObject): Promise<Activation> {
		const trigger = {
			name: 'Trigger',
			type: nodeType('Trigger'),
			parameters: { host: 'pool', ...parameters },
		};
		const activation = await engine.activate(
			{ nodes: [trigger], credentials: credentials() },
			{ staticData },
		);
		active.push(activation);
		return activation;
	}

	test('starts for the events of every server, with the name of the server', async () => {
		const [a, b] = await start({}, {});
		const activation = await activate({ events: ['finished', 'queueEmpty', 'offline'], output: 'separate' });
		const id = await b.submit(picture(), { clientId: 'the-editor' });
		await until(() => activation.executions.length >= 2, 'two executions', 20_000);
		await a.stop();
		await until(() => activation.executions.length >= 3, 'three executions', 20_000);
		expect(activation.errors).toEqual([]);
		const items = activation.executions.flatMap((execution) => execution.items);
		const facts = Object.fromEntries(items.map(({ json }) => [json.event, json]));
		expect(facts).toMatchObject({
			finished: { promptId: `${id}@b`, server: 'b', comfyUiFile: expect.stringMatching(/@b$/) as string },
			queueEmpty: { server: 'b' },
			offline: { server: 'a' },
		});
		const [withFile] = items.filter(({ binary }) => binary);
		expect(withFile.binary?.data).toMatchObject({ mimeType: 'image/png' });
		expect(JSON.stringify(items)).not.toContain(a.url);
	});

	test('continues on each server after a restart of n8n, and repeats nothing', async () => {
		const [a, b] = await start({}, {});
		const first = await activate({});
		await a.submit(picture(1), { clientId: 'the-editor' });
		await until(() => first.executions.length >= 1, 'an execution', 20_000);
		await first.close();
		const meanwhile = [await a.submit(picture(2)), await b.submit(picture(3))];
		await Promise.all([a.idle(), b.idle()]);
		const second = await activate({}, first.staticData);
		await until(() => second.executions.length >= 2, 'two executions', 20_000);
		const ids = second.executions.flatMap(({ items }) => items.map(({ json }) => json.promptId));
		expect(new Set(ids)).toEqual(new Set([`${meanwhile[0]}@a`, `${meanwhile[1]}@b`]));
	});
});
