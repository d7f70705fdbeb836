import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { picture, slow, textToImage } from '../../client/support/workflows';
import { byId, fromList, ServerNode, TYPE } from './support';

let node: ServerNode;
beforeAll(async () => {
	node = await ServerNode.start();
});
afterAll(async () => await node.stop());
afterEach(async () => await node.stopServers());

const FAILING = { ...slow(0), '2': { class_type: 'TFail', inputs: { msg: 'no', image: ['1', 0] } } };

describe('a job', () => {
	test('that failed has its error, the node that failed, and what to do', async () => {
		const server = await node.server();
		const promptId = await server.submit(FAILING);
		await server.idle();
		const [row] = await node.rows(server, ['job', 'get'], {
			promptId: byId(promptId),
			options: { includeWorkflow: true },
		});
		expect(row).toMatchObject({
			promptId,
			status: 'error',
			error: expect.stringContaining('failed: no') as string,
			details: { code: 'execution', failure: { nodeType: 'TFail' } },
		});
		expect(JSON.parse(String(row.workflow))).toEqual(FAILING);
	});

	test('that ended has its files and times, and one that waits its position', async () => {
		const server = await node.server();
		const ended = await server.submit(picture());
		await server.idle();
		server.faults.hold();
		const waiting = await server.submit(picture(1));
		const get = async (id: string) => (await node.rows(server, ['job', 'get'], { promptId: byId(id) }))[0];
		expect(await get(ended)).toMatchObject({
			status: 'success',
			files: [{ filename: 'x_00001_.png', comfyUiUrl: expect.any(String) as string }],
			timings: expect.any(Object) as object,
		});
		expect(await get(waiting)).toMatchObject({ status: 'pending', position: 0 });
		expect(await node.failure(server, ['job', 'get'], { promptId: byId(crypto.randomUUID()) })).toMatchObject(
			{ code: 'not-found' },
		);
		server.faults.release();
		await server.idle();
	});

	test('runs again with new seeds and the same other inputs, or with the same seeds', async () => {
		const server = await node.server();
		const promptId = await server.submit(textToImage(5));
		await server.idle();
		const again = async (seeds: string) => {
			const [row] = await node.rows(server, ['job', 'runAgain'], { promptId: byId(promptId), seeds });
			await server.idle();
			const entry = server.history(String(row.promptId)) as Record<string, { prompt: unknown[] }>;
			return entry[String(row.promptId)].prompt[2] as Record<string, { inputs: IDataObject }>;
		};
		const fresh = await again('randomize');
		expect(fresh['3'].inputs.seed).not.toBe(5);
		expect({ ...fresh['3'].inputs, seed: 5 }).toEqual(textToImage(5)['3'].inputs);
		expect((await again('keep'))['3'].inputs.seed).toBe(5);
	});
});

describe('Get Status', () => {
	test('is flat, and says how long the server has been idle', async () => {
		const server = await node.server();
		expect(await node.rows(server, ['server', 'getStatus'])).toMatchObject([
			{ idle: true, idleSeconds: null },
		]);
		await server.submit(picture());
		await server.idle();
		const [row] = await node.rows(server, ['server', 'getStatus']);
		expect(row).toMatchObject({ idle: true, queueLength: 0, version: '0.33.0', server: server.url });
		expect(row.idleSeconds).toBeLessThan(60);
		for (const value of Object.values(row)) expect(typeof value === 'object' && value !== null).toBe(false);
	});
});

describe('Get Logs', () => {
	test('gives the latest lines, of a level if asked', async () => {
		const server = await node.server();
		await server.submit(FAILING);
		await server.idle();
		const latest = await node.rows(server, ['server', 'getLogs'], { limit: 1 });
		expect(latest).toMatchObject([{ level: 'INFO', text: 'Prompt executed in 0.01 seconds' }]);
		const errors = await node.rows(server, ['server', 'getLogs'], { level: 'errors', returnAll: true });
		expect(errors[0].text).toContain('!!! Exception during processing !!!');
		expect(new Set(errors.map(({ level }) => level))).toEqual(new Set(['ERROR']));
	});

	test('names the version that writes levels', async () => {
		const server = await node.server({ version: '0.3.64' });
		const failure = await node.failure(server, ['server', 'getLogs'], { level: 'warnings' });
		expect(failure).toMatchObject({
			code: 'not-supported',
			hint: expect.stringContaining('0.25.0') as string,
		});
	});
});

describe('saved workflows', () => {
	test('are those of the user in the credential', async () => {
		const server = await node.server({ users: { anna_1: 'Anna', ben_2: 'Ben' } });
		const content = '{"1": {"class_type": "KSampler", "inputs": {"seed": 18446744073709551615}}}';
		const anna = { user: 'anna_1' };
		await node.rows(server, ['savedWorkflow', 'save'], { path: 'a/b', content }, anna);
		expect(await node.rows(server, ['savedWorkflow', 'getMany'], {}, anna)).toMatchObject([
			{ path: 'a/b.json', name: 'a/b' },
		]);
		expect(await node.rows(server, ['savedWorkflow', 'getMany'], {}, { user: 'ben_2' })).toEqual([]);
		const [row] = await node.rows(
			server,
			['savedWorkflow', 'get'],
			{ savedWorkflow: fromList('a/b.json') },
			anna,
		);
		expect(row.text).toBe(content);
		const nobody = await node.failure(server, ['savedWorkflow', 'getMany']);
		expect(nobody).toMatchObject({
			code: 'invalid-input',
			hint: expect.stringContaining('User ID') as string,
		});
		expect(await node.rows(server, ['user', 'getMany'])).toEqual([
			{ id: 'anna_1', name: 'Anna', multiUser: true },
			{ id: 'ben_2', name: 'Ben', multiUser: true },
		]);
	});

	test('are not overwritten unless asked, and must be workflows', async () => {
		const server = await node.server();
		const save = { path: 'mine', content: JSON.stringify(picture()) };
		await node.rows(server, ['savedWorkflow', 'save'], save);
		expect(await node.failure(server, ['savedWorkflow', 'save'], save)).toMatchObject({
			code: 'invalid-input',
		});
		await node.rows(server, ['savedWorkflow', 'save'], { ...save, overwrite: true });
		const bad = await node.failure(server, ['savedWorkflow', 'save'], { path: 'x', content: '{"a": 1}' });
		expect(bad.code).toBe('invalid-workflow');
		const none = await node.failure(server, ['savedWorkflow', 'delete'], { savedWorkflow: byId('nobody') });
		expect(none).toMatchObject({ code: 'not-found' });
	});
});

test('an operation of another host is refused with its name', async () => {
	const server = await node.server();
	expect(await node.failure(server, ['server', 'getHealth'])).toMatchObject({
		code: 'not-supported',
		message: 'ComfyUI does not have the operation "Server: Get Health".',
	});
});

test('every item is handled, is linked to its input, and keeps its error when the node continues', async () => {
	const server = await node.server();
	const good = await server.submit(picture());
	await server.idle();
	const items = [{ id: good }, { id: crypto.randomUUID() }, { id: good }];
	const run = await node.run(
		server,
		['job', 'get'],
		{ promptId: byId('={{ $json.id }}') },
		{ items, onError: 'continueRegularOutput' },
	);
	const rows = run.items('Server');
	expect(rows.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual([
		['success', { item: 0 }],
		[undefined, { item: 1 }],
		['success', { item: 2 }],
	]);
	expect(rows[1].json).toMatchObject({ id: items[1].id, details: { code: 'not-found' } });
});

test('jobs are cancelled and deleted by lists of IDs', async () => {
	const server = await node.server();
	server.faults.hold();
	const [a, b] = [await server.submit(picture(1)), await server.submit(picture(2))];
	const unknown = crypto.randomUUID();
	expect(await node.rows(server, ['job', 'cancel'], { promptIds: `${a}, ${unknown}` })).toEqual([
		{ promptId: a, cancelled: true, result: 'removed' },
		{ promptId: unknown, cancelled: false, result: 'nothing' },
	]);
	server.faults.release();
	await server.idle();
	const deleted = await node.rows(
		server,
		['job', 'deleteFromHistory'],
		{ promptIds: '={{ $json.ids }}' },
		{ items: [{ ids: [b, a] }] },
	);
	expect(deleted).toEqual([
		{ promptId: b, deleted: true },
		{ promptId: a, deleted: false },
	]);
	expect(await node.failure(server, ['job', 'cancel'], { promptIds: ' , ' })).toMatchObject({
		code: 'invalid-input',
	});
});

describe('the lists of the editor', () => {
	const search = async (url: string, method: string, parameters: IDataObject = {}, filter?: string) =>
		(
			await node.engine.listSearch({
				nodeType: TYPE,
				method,
				parameters: { host: 'selfHosted', ...parameters } as INodeParameters,
				credentials: { comfyUiApi: { url } },
				filter,
			})
		).results.map(({ name, value }) => [name, value]);

	test('have jobs, pending jobs, folders, models, files, saved workflows and templates', async () => {
		const server = await node.server({ assets: true });
		const ended = await server.submit(picture());
		await server.idle();
		server.faults.hold();
		const waiting = await server.submit(picture(1));
		await node.rows(server, ['savedWorkflow', 'save'], { path: 'mine', content: JSON.stringify(picture()) });
		const jobs = await search(server.url, 'searchJobs');
		expect(jobs.map(([, value]) => value)).toEqual(expect.arrayContaining([waiting, ended]));
		expect(await search(server.url, 'searchJobs', {}, 'pending')).toEqual([
			[expect.stringContaining('pending'), waiting],
		]);
		expect(await search(server.url, 'searchPendingJobs')).toEqual([[`0: ${waiting}`, waiting]]);
		expect(await search(server.url, 'searchModelFolders', {}, 'lor')).toEqual([['loras', 'loras']]);
		expect(
			await search(
				server.url,
				'searchModelFiles',
				{ resource: 'model', operation: 'getMetadata', folder: byId('vae') },
				'ae.s',
			),
		).toContainEqual(['ae.safetensors', 'ae.safetensors']);
		expect(await search(server.url, 'searchFiles')).toEqual([['x_00001_.png [output]', expect.any(String)]]);
		expect(await search(server.url, 'searchSavedWorkflows')).toEqual([['mine', 'mine.json']]);
		expect((await search(server.url, 'searchTemplates')).length).toBeGreaterThan(0);
		server.faults.release();
		await server.idle();
	});
});
