import { decodePng } from '../../server/pictures/decodePng';
import { overSocket } from '../support/jobWorkflows';
import { EACH, itemsFor, RunNodes } from '../support/runNodes';

/** Pictures of SaveImageWebsocket exist only while a client listens. */
describe.each(['filesystem', 'default'] as const)('pictures over the WebSocket, binary mode %s', (mode) => {
	let nodes: RunNodes;
	beforeAll(async () => {
		nodes = await RunNodes.start(mode);
	});
	afterAll(async () => await nodes.stop());
	afterEach(async () => await nodes.stopServers());

	test('are files like others, but for the server nothing to convert', async () => {
		const server = await nodes.server();
		const workflows = [16, 32].map((width) => ({
			...overSocket,
			'1': { ...overSocket['1'], inputs: { ...overSocket['1'].inputs, width } },
		}));
		const parameters = { convert: 'webp', options: { fileName: 'live' } };
		const run = await nodes.run(server, EACH, { parameters, input: itemsFor(workflows) });
		expect(run.error).toBeUndefined();
		const found = run.items('Run');
		expect(found.map(({ json }) => json)).toMatchObject([
			{ nodeTitle: 'Send', type: 'frame', fileName: 'live.png', mimeType: 'image/png' },
			{ nodeTitle: 'Send', type: 'frame' },
		]);
		const pictures = await Promise.all(found.map(async (item) => await run.binary(item, 'data')));
		expect(pictures.map((data) => decodePng(data)?.width)).toEqual([16, 32]);
		expect(found[0].json.size).toBe(pictures[0].length);
	});

	test('that nobody could listen to are missed with a message that says why', async () => {
		const server = await nodes.server();
		server.faults.refuseSockets = 426;
		const { error } = await nodes.run(server, overSocket);
		expect(error?.message).toBe('The job made neither files nor texts.');
		expect(error?.description).toContain('Allow WebSocket connections in the proxy before ComfyUI');
	});
});
