import { decodePng } from '../server/pictures/decodePng';
import { until } from '../support/until';
import { JobNodes, queue, wait } from './support/JobNodes';
import { overSocket } from './support/jobWorkflows';
import { sentJobs, upgrades } from './support/sent';

const canvas = (width: number) => ({
	...overSocket['1'],
	inputs: { ...overSocket['1'].inputs, width },
});

/** Pictures of SaveImageWebsocket exist only while a client listens. */
describe.each(['filesystem', 'default'] as const)('pictures over the WebSocket, binary mode %s', (mode) => {
	let nodes: JobNodes;
	beforeAll(async () => {
		nodes = await JobNodes.start(mode);
	});
	afterAll(async () => await nodes.stop());
	afterEach(async () => await nodes.stopServers());

	test('arrive as files of the items, though the jobs ran before anybody waited', async () => {
		const server = await nodes.server();
		const workflows = [1, 2].map((factor) => ({
			...overSocket,
			'1': canvas(16 * factor),
		}));
		const input = workflows.map((workflow) => ({ json: { workflow } }));
		const run = await nodes.run(server, [queue('={{ $json.workflow }}'), wait()], {
			input,
		});
		expect(run.error).toBeUndefined();
		const found = run.items('Wait');
		const names = found.map(({ json }) => (json.files as Array<Record<string, unknown>>)[0]);
		expect(names).toMatchObject([
			{ nodeTitle: 'Send', type: 'frame', mimeType: 'image/png', binaryProperty: 'frame_1' },
			{ nodeTitle: 'Send', type: 'frame', mimeType: 'image/png', binaryProperty: 'frame_1' },
		]);
		const pictures = await Promise.all(found.map(async (item) => await run.binary(item, 'frame_1')));
		expect(pictures.map((data) => decodePng(data)?.width)).toEqual([16, 32]);
		expect(found[0].binary?.frame_1).toMatchObject({ mimeType: 'image/png', fileExtension: 'png' });
		expect(upgrades(server)).toHaveLength(1);
		await until(() => server.sockets === 0);
	});

	test('arrive when a node stands between the one that queues and the one that waits', async () => {
		const server = await nodes.server();
		const between = { name: 'Between', type: 'test.noOp' };
		const run = await nodes.run(server, [queue(overSocket), between, wait()]);
		expect(run.items('Wait')[0].binary).toHaveProperty('frame_1');
		await until(() => server.sockets === 0);
	});

	test('come from the right one of two servers, though both know the client by the same name', async () => {
		const servers = [await nodes.server(), await nodes.server()];
		const input = servers.map(({ url }, index) => ({
			json: { url, workflow: { ...overSocket, '1': canvas(16 * (index + 1)) } },
		}));
		const credential = { url: "={{ $('Input').item.json.url }}" };
		const queueing = queue('={{ $json.workflow }}', { options: { clientId: 'the-same' } });
		const run = await nodes.run(servers[0], [queueing, wait()], { credential, input });
		expect(run.error).toBeUndefined();
		const widths = run.items('Wait').map(async (item) => decodePng(await run.binary(item, 'frame_1'))?.width);
		expect(await Promise.all(widths)).toEqual([16, 32]);
		expect(servers.map((server) => sentJobs(server).length)).toEqual([1, 1]);
		await until(() => servers.every(({ sockets }) => sockets === 0));
	});

	test('leave no socket open when no node waits for them', async () => {
		const server = await nodes.server();
		await nodes.run(server, [queue(overSocket)]);
		expect(upgrades(server)).toHaveLength(1);
		await until(() => server.sockets === 0);
	});

	test('leave no socket open when queueing fails', async () => {
		const server = await nodes.server();
		const input = [{ json: { workflow: overSocket } }, { json: { workflow: {} } }];
		const run = await nodes.run(server, [queue('={{ $json.workflow }}')], { input });
		expect(run.status).toBe('error');
		await until(() => server.sockets === 0);
	});
});
