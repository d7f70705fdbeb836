import type { EngineRun } from '../../support/engine';
import { JobNodes, queue } from '../support/JobNodes';
import { textToImage } from '../support/jobWorkflows';
import { sentJobs } from '../support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** A workflow of no real class, so that every kind of value has its place. */
const probe = {
	'1': {
		class_type: 'Probe',
		inputs: { text: 'old', steps: 20, cfg: 7.5, on: true, list: { __value__: [1] }, image: ['9', 0] },
		_meta: { title: 'My Probe' },
	},
	'9': { class_type: 'Source', inputs: {} },
};

const unchecked = { options: { checkWorkflow: false } };

/** A server that takes everything. */
async function tolerantServer() {
	const server = await nodes.server();
	const body = { prompt_id: '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d', number: 1, node_errors: {} };
	server.faults.respond({ method: 'POST', path: /^\/api\/prompt$/ }, { status: 200, body });
	return server;
}

async function sentWith(values: object[], workflow: object = probe) {
	const server = await tolerantServer();
	const run = await nodes.run(server, [
		queue(workflow, { inputs: { values: values as never }, ...unchecked }),
	]);
	expect(run.error).toBeUndefined();
	return sentJobs(server)[0].prompt['1'].inputs;
}

const poem = 'She said "no",\nthen \\ left.\t{"6": 1} — ünïcødé 🏮';

test.each([
	['auto', 'text', '12', '12'],
	['auto', 'text', poem, poem],
	['auto', 'steps', '12', 12],
	['auto', 'cfg', '6.5', 6.5],
	['auto', 'on', 'false', false],
	['auto', 'steps', '={{ 8 }}', 8],
	['auto', 'on', '={{ false }}', false],
	['string', 'steps', '12', '12'],
	['string', 'text', poem, poem],
	['number', 'text', '1e3', 1000],
	['boolean', 'text', 'TRUE', true],
	['json', 'list', '[1, 2, 3]', { __value__: [1, 2, 3] }],
	['json', 'image', '["9", 1]', ['9', 1]],
	['json', 'text', '{"a": [1]}', { a: [1] }],
	['json', 'text', '={{ { a: 1 } }}', { a: 1 }],
	['json', 'text', 'null', null],
])('sets a value of type %s for the input "%s" to %j as %j', async (type, input, value, sent) => {
	const inputs = await sentWith([{ node: '1', input, type, value }]);
	expect(inputs[input]).toEqual(sent);
});

test.each(['1', 'My Probe', 'my probe', 'Probe'])('finds the node by "%s"', async (node) => {
	expect(await sentWith([{ node, input: 'text', value: 'new' }])).toMatchObject({ text: 'new' });
});

test('changes nothing but the inputs that are named', async () => {
	const inputs = await sentWith([
		{ node: '1', input: 'text', value: 'new' },
		{ node: '1', input: 'steps', value: '4' },
	]);
	expect(inputs).toEqual({ ...probe['1'].inputs, text: 'new', steps: 4 });
});

describe('seeds', () => {
	const twoItems = { input: [{ json: {} }, { json: {} }] };
	const seedsIn = (run: EngineRun) =>
		run.items('Queue').map(({ json }) => (json.seeds as Array<{ seed: unknown }>).map(({ seed }) => seed));

	test('are new for each item when randomised, and told in the output', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, [queue(textToImage(), { seedMode: 'randomize' })], twoItems);
		const sent = sentJobs(server).map((job) => job.prompt['3'].inputs.seed);
		expect(seedsIn(run)).toEqual(sent.map((seed) => [seed]));
		expect(new Set([...sent, 1]).size).toBe(3);
	});

	test('count on from the fixed one', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, [queue(textToImage(), { seedMode: 'fixed', seed: 41 })], twoItems);
		expect(sentJobs(server).map((job) => job.prompt['3'].inputs.seed)).toEqual([41, 42]);
		expect(seedsIn(run)).toEqual([[41], [42]]);
	});

	test('are randomised when nothing is chosen, as one value for all nodes of an item', async () => {
		const server = await tolerantServer();
		const twoSeeds = {
			'1': { class_type: 'KSampler', inputs: { seed: 5 } },
			'2': { class_type: 'RandomNoise', inputs: { noise_seed: 5 } },
		};
		const { type, name } = queue(twoSeeds);
		await nodes.run(server, [
			{
				name,
				type,
				parameters: { workflowSource: 'json', workflow: JSON.stringify(twoSeeds), ...unchecked },
			},
		]);
		const { '1': one, '2': two } = sentJobs(server)[0].prompt;
		expect(one.inputs.seed).not.toBe(5);
		expect(one.inputs.seed).toBe(two.inputs.noise_seed);
	});

	test('keep all digits of 64 bits', async () => {
		const server = await nodes.server();
		const text = JSON.stringify(textToImage({ seed: 424242 })).replace('424242', '18446744073709551615');
		const run = await nodes.run(server, [queue(text)]);
		expect(seedsIn(run)).toEqual([['18446744073709551615']]);
		expect(server.requests.find(({ method }) => method === 'POST')?.bodyText).toContain(
			'"seed":18446744073709551615',
		);
	});

	test('that are set as an input win over the seed option', async () => {
		const server = await nodes.server();
		const inputs = { values: [{ node: '3', input: 'seed', value: '77' }] };
		const run = await nodes.run(server, [queue(textToImage(), { seedMode: 'randomize', inputs })]);
		expect(sentJobs(server)[0].prompt['3'].inputs.seed).toBe(77);
		expect(seedsIn(run)).toEqual([[77]]);
	});
});
