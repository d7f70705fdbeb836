import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { nodeType } from '../../support/builtPackage';
import type { Engine, EngineRun } from '../../support/engine';
import type { Activation } from '../../support/engine/Activation';
import { until } from '../../support/until';
import { picture, slow } from '../../client/support/workflows';
import { byId } from '../Server/support';
import { startWholeEngine } from './support/engine';

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
