import { nodeType } from '../support/builtPackage';
import { RunNodes } from './support/runNodes';

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** Two nodes that save a picture; App Mode shows the second. */
const workflow = (outputs: unknown[] = [3]) => ({
	nodes: [
		{
			id: 1,
			type: 'EmptyImage',
			widgets_values: [64, 64, 1, 0],
			outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
		},
		save(2, 'other', 1),
		save(3, 'shown', 2),
	],
	links: [
		[1, 1, 0, 2, 0, 'IMAGE'],
		[2, 1, 0, 3, 0, 'IMAGE'],
	],
	extra: { linearData: { inputs: [], outputs } },
});
const save = (id: number, prefix: string, link: number) => ({
	id,
	type: 'SaveImage',
	title: `Save ${prefix}`,
	widgets_values: [prefix],
	inputs: [{ name: 'images', type: 'IMAGE', link }],
});

async function files(source: unknown, parameters: object = {}, typeVersion = 1.1): Promise<unknown[]> {
	const server = await nodes.server();
	const run = await nodes.run(server, source, { parameters: { ...parameters }, node: { typeVersion } });
	expect(run.error).toBeUndefined();
	return run.items('Run').map(({ json }) => json.fileName);
}

describe('the files that Run Workflow returns', () => {
	test('are those that App Mode shows', async () => {
		expect(await files(workflow())).toEqual(['shown_00001_.png']);
	});

	test('are those that App Mode shows, also when the source has the API format too', async () => {
		const prompt = {
			'1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
			'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'other' } },
			'3': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'shown' } },
		};
		const both = { prompt, extra_data: { extra_pnginfo: { workflow: workflow() } } };
		expect(await files(both)).toEqual(['shown_00001_.png']);
	});

	test.each<[string, object]>([
		['the filter of nodes', { filters: { nodes: '2' } }],
		['the output nodes to run', { options: { outputNodes: ['2'] } }],
	])('are others where %s say so', async (_what, parameters) => {
		expect(await files(workflow(), parameters)).toEqual(['other_00001_.png']);
	});

	test('are all files where App Mode shows no node that saves one', async () => {
		expect(await files(workflow([1]))).toEqual(['other_00001_.png', 'shown_00001_.png']);
		expect(await files(workflow([]))).toEqual(['other_00001_.png', 'shown_00001_.png']);
	});

	test('are all files in version 1 of the node', async () => {
		expect(await files(workflow(), {}, 1)).toEqual(['other_00001_.png', 'shown_00001_.png']);
	});
});

test('the output nodes to run can be chosen from a list, those of App Mode first', async () => {
	const { url } = await nodes.server();
	const options = await nodes.engine.loadOptions({
		nodeType: nodeType('RunWorkflow'),
		method: 'outputNodes',
		parameters: { workflowSource: 'json', workflow: JSON.stringify(workflow()) },
		credentials: { comfyUiApi: { url } },
	});
	expect(options).toEqual([
		{ name: 'Save shown (node 3)', value: '3', description: 'Shown by App Mode' },
		{ name: 'Save other (node 2)', value: '2' },
	]);
});
