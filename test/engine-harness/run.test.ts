import { sleep } from 'n8n-workflow';
import { Engine } from '../support/engine';
import { nodeOf, text } from './support/nodeOf';

let attempts = 0;

const greet = nodeOf(
	async function () {
		const items = this.getInputData().map((_, item) => ({
			json: { greeting: this.getNodeParameter('greeting', item) as string },
			pairedItem: { item },
		}));
		return [items];
	},
	{ properties: [text('greeting', { required: true })] },
);

/** Two items for each, so that n8n cannot guess which belongs to which. */
const double = nodeOf(async function () {
	const items = this.getInputData().flatMap((_, item) => [
		{ json: { copy: 1 }, pairedItem: { item } },
		{ json: { copy: 2 }, pairedItem: { item } },
	]);
	return [items];
});

const unpaired = nodeOf(async function () {
	return [[{ json: { lost: 1 } }, { json: { lost: 2 } }, { json: { lost: 3 } }]];
});

const flaky = nodeOf(async function () {
	attempts++;
	if (attempts < 3) throw new Error(`attempt ${attempts} was in vain`);
	return [[{ json: { attempts } }]];
});

let engine: Engine;
beforeAll(async () => {
	engine = await Engine.start({
		nodeTypes: {
			'probe.greet': greet,
			'probe.double': double,
			'probe.unpaired': unpaired,
			'probe.flaky': flaky,
		},
		credentialTypes: {},
	});
});
afterAll(async () => await engine.stop());

const people = [{ json: { name: 'Ada' } }, { json: { name: 'Bob' } }];

test('evaluates expressions for each item, in a workflow without wires or a start', async () => {
	const run = await engine.run({
		nodes: [
			{
				name: 'Greet',
				type: 'probe.greet',
				parameters: { greeting: '=Hello {{ $json.name }}, no {{ $itemIndex }}' },
			},
		],
		input: people,
	});
	expect(run.status).toBe('success');
	expect(run.error).toBeUndefined();
	expect(run.items('Greet').map((item) => item.json)).toEqual([
		{ greeting: 'Hello Ada, no 0' },
		{ greeting: 'Hello Bob, no 1' },
	]);
});

test('follows paired items back over several nodes', async () => {
	const run = await engine.run({
		nodes: [
			{ name: 'People', type: 'test.input' },
			{ name: 'Double', type: 'probe.double' },
			{ name: 'Pass', type: 'test.noOp' },
			{
				name: 'Set',
				type: 'test.set',
				parameters: { values: { who: "={{ $('People').item.json.name }}", copy: '={{ $json.copy }}' } },
			},
		],
		input: people,
	});
	expect(run.items('Set').map((item) => item.json)).toEqual([
		{ who: 'Ada', copy: 1 },
		{ who: 'Ada', copy: 2 },
		{ who: 'Bob', copy: 1 },
		{ who: 'Bob', copy: 2 },
	]);
});

test('reports what a user reads when the paired items are missing', async () => {
	const run = await engine.run({
		nodes: [
			{ name: 'People', type: 'test.input' },
			{ name: 'Lose', type: 'probe.unpaired' },
			{ name: 'Set', type: 'test.set', parameters: { values: { who: "={{ $('People').item.json.name }}" } } },
		],
		input: people,
	});
	expect(run.status).toBe('error');
	expect(run.error).toMatchObject({ node: 'Set', itemIndex: 0 });
	expect(run.error?.message).toContain('Paired item data');
});

test('runs a workflow as n8n exports it', async () => {
	const started: string[] = [];
	const run = await engine.run({
		nodes: [
			{
				parameters: {},
				id: '5f3c',
				name: 'When clicking ‘Execute workflow’',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
			},
			{
				parameters: { greeting: 'Hi' },
				id: '5f3d',
				name: 'Greet',
				type: 'probe.greet',
				typeVersion: 1,
				position: [200, 0],
			},
		],
		connections: {
			'When clicking ‘Execute workflow’': { main: [[{ node: 'Greet', type: 'main', index: 0 }]] },
		},
		onNode: (name) => started.push(name),
	});
	expect(run.items('Greet')).toMatchObject([{ json: { greeting: 'Hi' } }]);
	expect(started).toEqual(['When clicking ‘Execute workflow’', 'Greet']);
});

test('reports a required parameter that is empty', async () => {
	const run = await engine.run({ nodes: [{ name: 'Greet', type: 'probe.greet' }] });
	expect(run.status).toBe('error');
	expect(run.error?.message).toContain("The 'Greet' node has issues");
	expect(run.items('Greet')).toEqual([]);
});

test('reports a node type that nobody knows', async () => {
	const run = await engine.run({ nodes: [{ name: 'What', type: 'probe.unheard' }] });
	expect(run.error?.message).toBe('Unrecognized node type: probe.unheard');
});

test('retries on fail, as often as the node says', async () => {
	attempts = 0;
	const node = { name: 'Flaky', type: 'probe.flaky', retryOnFail: true, waitBetweenTries: 1 };
	const twice = await engine.run({ nodes: [{ ...node, maxTries: 2 }] });
	expect(twice.error).toMatchObject({ message: 'attempt 2 was in vain', node: 'Flaky' });
	const thrice = await engine.run({ nodes: [{ ...node, maxTries: 3 }] });
	expect(thrice.items('Flaky')).toMatchObject([{ json: { attempts: 3 } }]);
});

test('runs several workflows at the same time', async () => {
	const request = (name: string) => ({
		nodes: [{ name: 'Set', type: 'test.set', parameters: { values: { name: '={{ $json.name }}' } } }],
		input: [{ json: { name } }],
	});
	const runs = await Promise.all([engine.run(request('a')), sleep(1).then(() => engine.run(request('b')))]);
	expect(runs.map((run) => run.items('Set')[0].json.name)).toEqual(['a', 'b']);
});
