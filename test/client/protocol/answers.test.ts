import { parseHistoryEntry } from '../../../nodes/client/protocol/history';
import { parseActiveJobs, parseQueue } from '../../../nodes/client/protocol/queue';

describe('a history entry', () => {
	const entry = (status: unknown, more: object = {}) => ({ prompt: [], outputs: {}, status, ...more });
	const said = (...names: string[]) => ({
		status_str: 'error',
		messages: names.map((name, index) => [name, { node_id: '3', timestamp: 1000 + index }]),
	});

	test.each<[string, unknown, string]>([
		['a success', { status_str: 'success', messages: [] }, 'success'],
		['no status at all, as very old servers write', null, 'success'],
		['an error', said('execution_start', 'execution_error'), 'error'],
		['an interruption', said('execution_start', 'execution_interrupted'), 'interrupted'],
		['an error without a message', { status_str: 'error' }, 'error'],
		[
			'messages of another shape',
			{ status_str: 'error', messages: [null, 5, ['x'], ['execution_error', null]] },
			'error',
		],
	])('with %s', (_what, status, expected) => expect(parseHistoryEntry(entry(status))?.status).toBe(expected));

	test('tells times, cached nodes, the workflow and what it was run for', () => {
		const workflow = { '3': { class_type: 'A', inputs: {} } };
		const messages = [
			['execution_start', { timestamp: 2000 }],
			['execution_cached', { nodes: ['1', 2], timestamp: 2001 }],
			['execution_success', { timestamp: 2500 }],
		];
		const found = parseHistoryEntry({
			prompt: [0, 'p', workflow, { create_time: 1500 }, ['3', 4]],
			outputs: { '3': { images: [] }, '4': null },
			status: { status_str: 'success', messages },
			meta: { '3.0.1': { display_node: '3' }, '5': null },
		});
		expect(found).toMatchObject({
			workflow,
			outputs: { '3': { images: [] } },
			outputNodes: ['3', '4'],
			cachedNodes: ['1', '2'],
			createdAt: 1500,
			startedAt: 2000,
			endedAt: 2500,
			displayNodes: { '3.0.1': '3' },
			error: undefined,
		});
		expect(Object.keys(found?.outputs ?? {})).toEqual(['3']);
	});

	test.each([undefined, null, [], 'x', 5])('%p is none', (value) =>
		expect(parseHistoryEntry(value)).toBeUndefined(),
	);
	test('of which everything is missing is a success without outputs', () => {
		expect(parseHistoryEntry({})).toMatchObject({ status: 'success', outputs: {}, cachedNodes: [] });
	});
});

describe('the queue', () => {
	const item = (number: number, id: string) => [number, id, { '1': {} }, { client_id: 'c' }, []];

	test('is told in the order in which it runs, whatever the order of the heap', () => {
		const entries = parseQueue({
			queue_running: [item(3, 'r')],
			queue_pending: [item(-2, 'front'), item(9, 'last'), item(5, 'middle')],
		});
		expect(entries.map(({ promptId, state, position }) => [promptId, state, position])).toEqual([
			['r', 'running', 0],
			['front', 'pending', 1],
			['middle', 'pending', 2],
			['last', 'pending', 3],
		]);
		expect(entries[0]).toMatchObject({ clientId: 'c', workflow: { '1': {} } });
	});

	test.each([null, [], {}, { queue_running: null, queue_pending: [null, 5, [1], [1, 2, {}]] }])(
		'%j has no jobs',
		(answer) => expect(parseQueue(answer)).toEqual([]),
	);

	test('is told from the jobs API as well', () => {
		const job = (id: unknown, status: string, priority: number) => ({ id, status, priority });
		const answer = {
			jobs: [
				job('b', 'pending', 4),
				job('a', 'pending', 2),
				job('r', 'in_progress', 1),
				job('d', 'completed', 0),
				job(5, 'pending', 0),
				null,
			],
		};
		expect(
			parseActiveJobs(answer).map(({ promptId, state, position }) => [promptId, state, position]),
		).toEqual([
			['r', 'running', 0],
			['a', 'pending', 1],
			['b', 'pending', 2],
		]);
		expect([parseActiveJobs(null), parseActiveJobs({ jobs: 5 })]).toEqual([[], []]);
	});
});
