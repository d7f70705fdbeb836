import { NodeOperationError, type INodeExecutionData } from 'n8n-workflow';
import { Engine, type Wire } from '../support/engine';
import { nodeOf } from './support/nodeOf';

/** Refuses every other item, in the manner that n8n's own nodes do. */
const picky = nodeOf(async function () {
	const items = this.getInputData().map(({ json }, item) => {
		if (item % 2 === 0) return { json: { ok: json.n }, pairedItem: { item } };
		const error = new NodeOperationError(this.getNode(), `I do not like ${json.n}`, {
			itemIndex: item,
			description: 'Try another number',
		});
		if (!this.continueOnFail()) throw error;
		return { json: { error: error.message }, error, pairedItem: { item } };
	});
	return [items];
});

const thrower = nodeOf(async function () {
	throw new Error('I am careless');
});

const gentle = nodeOf(async function () {
	const json = { error: 'No', details: 'Not today' };
	return [this.getInputData().map((_, item) => ({ json, pairedItem: { item } }))];
});

const talkative = nodeOf(async function () {
	this.addExecutionHints({
		message: 'Twice as fast with the new model',
		type: 'info',
		location: 'outputPane',
	});
	return [this.getInputData()];
});

let engine: Engine;
beforeAll(async () => {
	engine = await Engine.start({
		nodeTypes: {
			'probe.picky': picky,
			'probe.gentle': gentle,
			'probe.thrower': thrower,
			'probe.talkative': talkative,
		},
		credentialTypes: {},
	});
});
afterAll(async () => await engine.stop());

const input = [1, 2, 3].map((n) => ({ json: { n } }));

test('stops at an error and tells it as n8n does', async () => {
	const run = await engine.run({
		nodes: [
			{ name: 'Picky', type: 'probe.picky' },
			{ name: 'After', type: 'test.noOp' },
		],
		input,
	});
	expect(run.status).toBe('error');
	expect(run.error).toMatchObject({
		message: 'I do not like 2',
		description: 'Try another number',
		node: 'Picky',
		itemIndex: 1,
	});
	expect(run.items('Picky')).toEqual([]);
	expect(run.items('After')).toEqual([]);
});

test('continues on the regular output', async () => {
	const run = await engine.run({
		nodes: [
			{ name: 'Picky', type: 'probe.picky', onError: 'continueRegularOutput' },
			{ name: 'After', type: 'test.set', parameters: { values: { n: "={{ $('Input').item.json.n }}" } } },
		],
		input,
	});
	expect(run.status).toBe('success');
	expect(run.items('Picky').map((item) => item.json)).toEqual([
		{ ok: 1 },
		{ error: 'I do not like 2' },
		{ ok: 3 },
	]);
	expect(run.items('After').map((item) => item.json.n)).toEqual([1, 2, 3]);
});

describe('on the error output', () => {
	const branches = (type: string, parameters = {}) => ({
		nodes: [
			{ name: 'Node', type, parameters, onError: 'continueErrorOutput' as const },
			{ name: 'Good', type: 'test.noOp' },
			{ name: 'Bad', type: 'test.noOp' },
		],
		connections: [['Node', 'Good'] as Wire, ['Node', 'Bad', 1] as Wire],
		input,
	});
	const json = (items: INodeExecutionData[]) => items.map((item) => item.json);

	test('an item with an error object is cut down to the message', async () => {
		const run = await engine.run(branches('probe.picky'));
		expect(json(run.items('Good'))).toEqual([{ ok: 1 }, { ok: 3 }]);
		expect(json(run.items('Bad'))).toEqual([{ error: 'I do not like 2' }]);
		expect(run.items('Node', 1)).toHaveLength(1);
	});

	test('an item of error, message and details alone is joined with its input', async () => {
		const run = await engine.run(branches('probe.gentle'));
		expect(json(run.items('Good'))).toEqual([]);
		expect(json(run.items('Bad'))).toEqual([1, 2, 3].map((n) => ({ n, error: 'No', details: 'Not today' })));
	});

	test('the input of a node that throws goes to the success output', async () => {
		const run = await engine.run(branches('probe.thrower'));
		expect(run.status).toBe('success');
		expect(json(run.items('Good'))).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
		expect(run.items('Bad')).toEqual([]);
	});
});

test('calls it an error when the last node throws, even though it may', async () => {
	const run = await engine.run({
		nodes: [{ name: 'Careless', type: 'probe.thrower', onError: 'continueRegularOutput' }],
		input,
	});
	expect(run.status).toBe('error');
	expect(run.items('Careless').map((item) => item.json)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('collects the hints of a node', async () => {
	const run = await engine.run({ nodes: [{ name: 'Talk', type: 'probe.talkative' }] });
	expect(run.hints('Talk')).toEqual([
		{ message: 'Twice as fast with the new model', type: 'info', location: 'outputPane' },
	]);
	expect(run.hints('Input')).toEqual([]);
});
