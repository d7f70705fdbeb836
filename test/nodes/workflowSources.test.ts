import type { INodeParameters } from 'n8n-workflow';
import type { InputItem } from '../support/engine';
import { itemWith } from './support/fileNodes';
import { JobNodes, queue } from './support/JobNodes';
import { quick } from './support/jobWorkflows';
import { sentJobs } from './support/sent';
import { nodeType } from '../support/builtPackage';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** What the editor saves for {@link quick}. */
const editorFile = {
	last_node_id: 2,
	last_link_id: 1,
	nodes: [
		{
			id: 1,
			type: 'EmptyImage',
			mode: 0,
			inputs: [],
			outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
			widgets_values: [16, 16, 1, 255],
		},
		{
			id: 2,
			type: 'SaveImage',
			title: 'Save Picture',
			mode: 0,
			inputs: [{ name: 'images', type: 'IMAGE', link: 1 }],
			outputs: [],
			widgets_values: ['made'],
		},
	],
	links: [[1, 1, 0, 2, 0, 'IMAGE']],
	version: 0.4,
};

async function sent(parameters: INodeParameters, item: InputItem = { json: {} }) {
	const server = await nodes.server();
	const { type, name } = queue({});
	const run = await nodes.run(
		server,
		[{ type, name, parameters: { workflowSource: 'json', seedMode: 'keep', ...parameters } }],
		{
			input: [item],
		},
	);
	return { run, server, job: sentJobs(server)[0] };
}

const inputsOf = (job: { prompt: Record<string, { inputs: unknown }> }) => [
	job.prompt['1'].inputs,
	job.prompt['2'].inputs,
];
const expected = [quick['1'].inputs, quick['2'].inputs];

describe("the editor's file", () => {
	test('runs as it is, and is embedded in what is made', async () => {
		const { run, job } = await sent({ workflow: JSON.stringify(editorFile) });
		expect(run.error).toBeUndefined();
		expect(inputsOf(job)).toEqual(expected);
		expect(job.extra_data.extra_pnginfo).toEqual({ workflow: editorFile });
	});

	test('may be an object of the item, beside a prompt that is a text', async () => {
		const json = { prompt: 'a cat', workflow: editorFile };
		const { job } = await sent({ workflow: '={{ $json }}' }, { json: json as never });
		expect(inputsOf(job)).toEqual(expected);
	});

	test('with nodes that the server lacks is an error that names all of them, before anything is queued', async () => {
		const lacking = structuredClone(editorFile) as { nodes: object[] };
		lacking.nodes[0] = { ...lacking.nodes[0], type: 'FancyImage', title: 'My Fancy' };
		const { run, job } = await sent({ workflow: JSON.stringify(lacking) });
		expect(run.error?.message).toMatch(/FancyImage/);
		expect(job).toBeUndefined();
	});
});

describe('a file of the item', () => {
	const fromFile = { workflowSource: 'binary' };

	test.each<[string, unknown]>([
		['the API format', quick],
		["the editor's format", editorFile],
	])('may be JSON in %s', async (_format, workflow) => {
		const data = Buffer.from(JSON.stringify(workflow));
		const { run, job } = await sent(fromFile, itemWith(data, 'w.json', 'application/json'));
		expect(run.error).toBeUndefined();
		expect(inputsOf(job)).toEqual(expected);
	});

	test('may be a picture that ComfyUI made', async () => {
		const server = await nodes.server();
		await server.submit(quick);
		await server.idle();
		const picture = server.files.read('output', server.files.list('output')[0]) as Buffer;
		const { run, job } = await sent(fromFile, itemWith(picture, 'made.png'));
		expect(run.error).toBeUndefined();
		expect(inputsOf(job)).toEqual(expected);
	});

	test('that carries none is an error that says why that may be', async () => {
		const { run, job } = await sent(fromFile, itemWith(Buffer.from('GIF89a'), 'cat.gif', 'image/gif'));
		expect(run.error?.message).toMatch(/cat\.gif/);
		expect(run.error?.description).toBeTruthy();
		expect(job).toBeUndefined();
	});

	test('that the item does not have is an error', async () => {
		const { run } = await sent({ ...fromFile, workflowBinaryField: 'other' }, itemWith(Buffer.from('{}')));
		expect(run.error?.message).toMatch(/other/);
	});
});

describe('a workflow that was saved on the server', () => {
	async function saved(paths: string[]) {
		const server = await nodes.server();
		for (const path of paths) {
			await fetch(`${server.url}/userdata/${encodeURIComponent(`workflows/${path}`)}`, {
				method: 'POST',
				body: JSON.stringify(editorFile),
			});
		}
		return server;
	}

	const search = async (url: string, filter?: string) =>
		(
			await nodes.engine.listSearch({
				nodeType: nodeType('QueuePrompt'),
				method: 'searchSavedWorkflows',
				credentials: { comfyUiApi: { url } },
				filter,
			})
		).results;

	test('is found in a list that can be searched', async () => {
		const { url } = await saved(['cats.json', 'deep/Dogs.json', 'notes.txt']);
		expect((await search(url)).map(({ name }) => name).sort()).toEqual(['cats', 'deep/Dogs']);
		expect(await search(url, 'dog')).toMatchObject([{ name: 'deep/Dogs', value: 'deep/Dogs.json' }]);
	});

	test('none at all is an empty list', async () => {
		const { url } = await nodes.server();
		expect(await search(url)).toEqual([]);
	});

	test.each(['deep/dogs.json', 'deep/dogs', '/deep/dogs.json'])('runs by its path: %s', async (path) => {
		const server = await saved(['deep/dogs.json']);
		const parameters = {
			workflowSource: 'server',
			savedWorkflow: { __rl: true, mode: 'path', value: path },
			seedMode: 'keep',
		};
		const { type, name } = queue({});
		const run = await nodes.run(server, [{ type, name, parameters }], {
			input: [{ json: {} }, { json: {} }],
		});
		expect(run.error).toBeUndefined();
		expect(sentJobs(server).map(inputsOf)).toEqual([expected, expected]);
		const reads = server.requests.filter((request) => request.path.includes('/userdata/'));
		expect(reads.filter(({ method }) => method === 'GET')).toHaveLength(1);
	});
});
