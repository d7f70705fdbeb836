import { until } from '../../support/until';
import { JobNodes, queue, set, wait } from '../support/JobNodes';
import { quick, slow, textToImage } from '../support/jobWorkflows';
import { sentJobs, upgrades } from '../support/sent';
import { nodeType } from '../../support/builtPackage';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const items = (count: number) => ({ input: Array.from({ length: count }, (_, n) => ({ json: { n } })) });
const first = {
	...quick,
	'4': { class_type: 'TText', inputs: { text: 'hello' }, _meta: { title: 'Caption' } },
};
const withPreview = { ...quick, '3': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } } };
const filesOf = (json: { files?: unknown }) =>
	(json.files as Array<{ filename: string; type: string }>).map(
		({ filename, type }) => `${type} ${filename}`,
	);

test('lists what the job made, with places, times and texts', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, [queue(first), wait()]);
	const [{ json, binary }] = run.items('Wait');
	expect(json).toEqual({
		promptId: sentJobs(server)[0].prompt_id,
		status: 'success',
		durationMs: expect.any(Number) as number,
		timings: {
			queuedMs: expect.any(Number) as number,
			executingMs: expect.any(Number) as number,
			totalMs: expect.any(Number) as number,
		},
		cachedNodes: [],
		files: [
			{
				nodeId: '2',
				nodeTitle: 'Save Picture',
				nodeType: 'SaveImage',
				key: 'images',
				filename: 'made_00001_.png',
				subfolder: '',
				type: 'output',
				kind: 'image',
				mimeType: 'image/png',
				comfyUiUrl: `${server.url}/api/view?filename=made_00001_.png&type=output`,
			},
		],
		texts: [{ nodeId: '4', nodeTitle: 'Caption', key: 'text', text: 'hello' }],
	});
	expect(binary).toBeUndefined();
});

test('waits for ten jobs at once over one socket, and keeps the order of the items', async () => {
	const server = await nodes.server();
	server.faults.hold();
	// the job that was submitted last runs first
	const queueing = queue(textToImage(), {
		seedMode: 'randomize',
		options: { number: '={{ -$json.n }}' },
	});
	const { run } = nodes.launch(server, [queueing, wait()], items(10));
	await until(() => server.sockets === 1);
	server.faults.release();
	const found = (await run).items('Wait').map(({ json }) => json);
	expect(found.map(({ promptId }) => promptId)).toEqual(sentJobs(server).map((job) => job.prompt_id));
	expect(found.flatMap(filesOf)).toEqual(
		Array.from({ length: 10 }, (_, n) => `output made_${String(10 - n).padStart(5, '0')}_.png`),
	);
	expect(upgrades(server)).toHaveLength(1);
	await until(() => server.sockets === 0);
});

test('listens to the events of the client that queued the job', async () => {
	const server = await nodes.server();
	await nodes.run(server, [queue(quick), wait()]);
	expect(upgrades(server).map(({ query }) => query.clientId)).toEqual([sentJobs(server)[0].client_id]);
});

test('waits for jobs that somebody else queued, over one socket too', async () => {
	const server = await nodes.server();
	const ids = [await server.submit(quick), await server.submit(textToImage())];
	const input = ids.map((promptId) => ({ json: { promptId } }));
	const run = await nodes.run(server, [wait()], { input });
	expect(run.items('Wait').map(({ json }) => [json.promptId, json.status])).toEqual(
		ids.map((id) => [id, 'success']),
	);
	expect(upgrades(server).length).toBeLessThan(2);
});

test('answers all items that wait for the same job', async () => {
	const server = await nodes.server();
	const promptId = await server.submit(slow(0.2));
	const run = await nodes.run(server, [wait({ promptId })], items(2));
	expect(run.items('Wait').map(({ json }) => [json.promptId, json.status])).toEqual([
		[promptId, 'success'],
		[promptId, 'success'],
	]);
});

test('works without any socket where a proxy refuses them', async () => {
	const server = await nodes.server();
	server.faults.refuseSockets = 426;
	const run = await nodes.run(server, [queue(textToImage()), wait()]);
	expect(run.items('Wait').flatMap(({ json }) => filesOf(json))).toEqual(['output made_00001_.png']);
});

test('links every item to the one it came from, two nodes later too', async () => {
	const server = await nodes.server();
	const back = set('Back', { n: "={{ $('Queue').item.json.promptId === $json.id }}" });
	const ids = set('Ids', { id: '={{ $json.promptId }}' });
	const run = await nodes.run(server, [queue(quick), wait(), ids, back], items(3));
	expect(run.items('Back').map(({ json }) => json)).toEqual([{ n: true }, { n: true }, { n: true }]);
});

test('evaluates expressions for each item in every field', async () => {
	const server = await nodes.server();
	const [done, held] = [await server.submit(withPreview), 'no-such-job'];
	await server.idle();
	const input = [
		{ json: { id: done, seconds: 60, at: 'fail', previews: true } },
		{ json: { id: held, seconds: 0.2, at: 'return', previews: false } },
	];
	const parameters = {
		promptId: '={{ $json.id }}',
		timeout: '={{ $json.seconds }}',
		onTimeout: '={{ $json.at }}',
		options: { includePreviews: '={{ $json.previews }}', includeTexts: '={{ !$json.previews }}' },
	};
	const [one, two] = (await nodes.run(server, [wait(parameters)], { input })).items('Wait');
	expect(filesOf(one.json)).toHaveLength(2);
	expect(one.json).not.toHaveProperty('texts');
	expect(two.json).toMatchObject({ promptId: held, files: [] });
});

test('works as a tool of an AI agent, whose answer is JSON', async () => {
	const server = await nodes.server();
	const tool = { ...wait(), type: nodeType('WaitForCompletionTool') };
	const run = await nodes.run(server, [queue(quick), tool]);
	const [{ json }] = run.items('Wait');
	expect(json).toMatchObject({
		status: 'success',
		files: [{ comfyUiUrl: expect.stringContaining(server.url) }],
	});
});
