import type { IDataObject } from 'n8n-workflow';
import { picture, slow } from '../../client/support/workflows';
import { byId } from '../Server/support';
import { usePool } from './support/poolEngine';

const { start, rows, run, servers } = usePool();

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
