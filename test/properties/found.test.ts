import {
	checkWorkflow,
	describeNode,
	listFields,
	listNodeTypes,
	parseWorkflow,
	setInputs,
	toApiFormat,
	type ApiWorkflow,
	type ObjectInfo,
} from '../../nodes/client';
import { JobRecord } from '../../nodes/client/jobs/JobRecord';
import { toExecutionError } from '../../nodes/client/protocol/executionErrors';
import { parseHistoryEntry } from '../../nodes/client/protocol/history';
import { parseMessage } from '../../nodes/client/protocol/messages';
import { parseQueue } from '../../nodes/client/protocol/queue';
import { readNodeErrors, toProblems } from '../../nodes/client/protocol/validation';
import { segment } from '../../nodes/client/transport/address';
import { caught } from '../client/support/caught';
import { deep } from './support/weird';

/** What generated values have brought to light, once more and for good. */

/** JSON whose members make `String` fail. */
const HOSTILE: unknown = JSON.parse('{"toString":null,"valueOf":1}');
const hostileText = JSON.stringify(HOSTILE);

describe('values with a toString member', () => {
	test('do not break the connection off when an event holds them', () => {
		const record = new JobRecord('a');
		for (const text of [
			`{"type":"execution_cached","data":{"prompt_id":"a","nodes":[${hostileText}]}}`,
			`{"type":"execution_error","data":{"prompt_id":"a","exception_type":"ExecutionBlocked","exception_message":${hostileText}}}`,
		]) {
			const message = parseMessage(text);
			if (message) record.apply(message);
		}
		expect(record.nodes.cachedNodes).toEqual([hostileText]);
		expect(record.nodes.notices).toEqual([hostileText]);
	});

	test('are ids of nothing in the format of the editor', () => {
		const graph = { nodes: [{ id: HOSTILE, type: 'A' }], links: [[HOSTILE, 1, 0, 2, 0, 'X']] };
		expect(toApiFormat(graph, {}).warnings[0]).toMatchObject({ reason: 'unreadable-node' });
	});

	test('are numbers of nothing', () => {
		const entry = [HOSTILE, 'a', {}, {}, []];
		expect(parseQueue({ queue_running: [entry] })).toMatchObject([{ promptId: 'a', number: NaN }]);
		const graph = { nodes: [{ id: 1, type: 'A' }], links: [[1, 1, HOSTILE, 1, HOSTILE, 'X']] };
		expect(() => toApiFormat(graph, { A: {} })).not.toThrow();
	});

	test('are told in failures, refusals and definitions', () => {
		const data = { node_type: HOSTILE, exception_message: HOSTILE, exception_type: HOSTILE } as never;
		expect(toExecutionError('a', data, undefined).message).toContain('toString');
		const errors = {
			'1': { class_type: HOSTILE, errors: [{ type: HOSTILE, message: HOSTILE, details: HOSTILE }] },
		};
		expect(toProblems(readNodeErrors(errors), {})).toHaveLength(1);
		const definition = {
			output: [HOSTILE],
			input: { required: { a: [HOSTILE] } },
			input_order: { required: [HOSTILE] },
		};
		expect(describeNode('A', definition as never).inputs).toHaveLength(1);
	});
});

test('a catalogue may hold what is no definition', () => {
	const catalogue = { A: null, B: 7, C: { input: {} } } as unknown as ObjectInfo;
	expect(listNodeTypes(catalogue).map(({ nodeType }) => nodeType)).toEqual(['C']);
	const workflow: ApiWorkflow = { '1': { class_type: 'A', inputs: {} } };
	expect(checkWorkflow(workflow, catalogue).missingNodeTypes).toHaveLength(1);
	expect(listFields(workflow, catalogue)).toEqual([]);
});

test('a title that is no text is none', () => {
	const titled = {
		'1': { class_type: 'A', inputs: {}, _meta: { title: { a: 1 } } },
	} as unknown as ApiWorkflow;
	expect(() => setInputs(titled, [{ node: 'B', input: 'x', value: 1 }])).toThrow('"B"');
	expect(listFields(titled, {})).toEqual([]);
});

test('half a surrogate pair can be asked for', () => {
	expect(segment('a\uD800', 'name')).toBe('a%EF%BF%BD');
});

test('what is no node is left out of a workflow that the server kept', () => {
	const node = { class_type: 'A', inputs: {} };
	expect(parseHistoryEntry({ prompt: [0, 'a', { '1': null, '2': node }] })?.workflow).toEqual({ '2': node });
});

test('names out of the history of others are made safe to show', () => {
	const workflow = { '1': { class_type: 'A', inputs: {}, _meta: { title: '<img src=x onerror=y>' } } };
	expect(toExecutionError('a', { node_id: '1' }, workflow).message).not.toMatch(/[<>]/);
	const errors = {
		'1': {
			errors: [{ type: 'value_not_in_list', extra_info: { input_name: '<b>', input_config: [['<i>']] } }],
		},
	};
	expect(toProblems(readNodeErrors(errors), workflow)[0].text).not.toMatch(/[<>]/);
});

test.each([
	[
		'a workflow',
		() => parseWorkflow({ '1': { class_type: 'A', inputs: { a: deep(5_000) } } }),
		'invalid-workflow',
	],
	[
		'a value',
		() =>
			setInputs({ '1': { class_type: 'A', inputs: {} } }, [
				{ node: '1', input: 'a', add: true, value: deep(5_000) },
			]),
		'invalid-input',
	],
])('%s of thousands of levels is refused', async (_what, work, code) => {
	expect((await caught(work)).code).toBe(code);
});

test('the text of an error stays readable, whatever it repeats', async () => {
	const error = await caught(() => setInputs({}, [{ node: 'x'.repeat(2_000_000), value: 1 }]));
	expect(error.message.length).toBeLessThanOrEqual(10_000);
});

test('a definition whose outputs are no list does not keep other nodes from being converted', () => {
	const custom = { input: { required: { rows: ['CUSTOM'] } }, output: [] };
	const graph = { nodes: [{ id: 1, type: 'A', widgets_values: ['x'] }], links: [] };
	for (const output of [{ input: {} }, 7, true]) {
		const objectInfo = { A: custom, B: { output } } as unknown as ObjectInfo;
		expect(toApiFormat(graph, objectInfo).prompt['1'].class_type).toBe('A');
	}
});
