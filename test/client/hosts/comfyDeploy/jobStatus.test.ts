import { toJobStatus } from '../../../../nodes/client/hosts/comfyDeploy/jobStatus';
import { tidy } from '../../../../nodes/client/core/text';
import { caught } from '../../support/caught';

function outcomeOf(run: Record<string, unknown>) {
	const look = toJobStatus('run-1', run, tidy);
	if (look.state !== 'ended') throw new Error(`expected an end, not ${look.state}`);
	return look.outcome;
}

const withData = (status: string, ...data: unknown[]) => ({
	status,
	outputs: data.map((one) => ({ data: one })),
});

describe('why a run failed', () => {
	test.each([
		['a text', { error: 'no GPU was free' }, 'The run failed: no GPU was free'],
		[
			'an exception of the machine',
			{
				error: { error_type: 'ConnectError', stack_trace: 'Traceback\n  File "a.py"\nConnectError: refused' },
			},
			'The run failed: ConnectError: refused',
		],
		[
			'a failed transfer of a file',
			{ error: { type: 'TimeoutError', message: 'upload took too long', stack_trace: 'Traceback' } },
			'The run failed: upload took too long [TimeoutError]',
		],
		[
			'a refused workflow',
			{ error: { error: { type: 'prompt_no_outputs', message: 'Prompt has no outputs' }, node_errors: {} } },
			'The run failed: The workflow has no output node, so there is nothing to run.',
		],
		[
			'an exception of a node',
			{ node_id: '3', node_type: 'KSampler', exception_message: 'boom', exception_type: 'ValueError' },
			'"KSampler" (node 3) failed: boom [ValueError]',
		],
	])('is told by %s', (_, data, message) => {
		const { explain, collected } = outcomeOf(withData('failed', data));
		expect(explain?.(undefined)).toMatchObject({ code: 'execution', promptId: 'run-1', message });
		expect(collected).toEqual({ files: [], texts: [] });
	});

	test('is the time, where it took too long', () => {
		const error = outcomeOf({ status: 'timeout', live_status: 'Executing <b>VAEDecode</b>' }).explain?.(
			undefined,
		);
		expect(error?.message).toBe(
			'The run failed. It exceeded its time limit. Its last step was: Executing VAEDecode.',
		);
	});
});

describe('what a run made', () => {
	const file = (query: string) => ({
		images: [{ filename: 'a.png', type: 'output', url: `https://s3.example.com/runs/1/a.png?${query}` }],
	});

	test('lists a file once, however its addresses are signed', () => {
		const { collected } = outcomeOf(withData('success', file('sig=1'), file('sig=2')));
		expect(collected?.files).toMatchObject([{ filename: 'a.png', url: expect.stringContaining('sig=1') }]);
	});

	test('takes names from addresses, and no address that is none of the web', () => {
		const images = [
			{ url: 'https://s3.example.com/x/my%20cat.png?a=b' },
			{ filename: 'b.png', url: 'undefined/b' },
		];
		const { files = [] } = outcomeOf({ status: 'completed', workflow_outputs: { images } }).collected ?? {};
		expect(files.map(({ filename, url }) => [filename, url])).toEqual([
			['my cat.png', images[0].url],
			['b.png', undefined],
		]);
	});

	test('is kept by node, also under names that objects have by themselves', () => {
		const outputs = [
			{ node_id: '__proto__', data: { text: ['a'] } },
			{ node_meta: { node_id: 9 }, data: { text: ['b'] } },
			{ data: { error: ['a list of a node'], text: ['c'] } },
		];
		const { outputs: raw, collected } = outcomeOf({ status: 'success', outputs });
		expect(Object.keys(raw)).toEqual(['9', '__proto__', 'output 3']);
		expect(collected?.texts.map(({ nodeId, text }) => [nodeId, text])).toEqual([
			['__proto__', 'a'],
			['9', 'b'],
			['', 'c'],
		]);
	});

	test('may hold truth values besides files and texts', () => {
		const outputs = [{ node_id: '9', data: { flags: [true, false], text: ['a'] } }];
		const { outputs: raw, collected } = outcomeOf({ status: 'success', outputs });
		expect(raw).toEqual({ '9': { flags: [true, false], text: ['a'] } });
		expect(collected).toMatchObject({ files: [], texts: [{ text: 'a' }] });
	});

	test('has times in milliseconds; without a zone they are UTC', () => {
		const times = {
			created_at: '2024-05-06T07:08:09.000100',
			started_at: 1714979290,
			ended_at: 1714979291500,
		};
		const { createdAt, startedAt, endedAt } = outcomeOf({ status: 'success', ...times });
		expect([createdAt, startedAt, endedAt]).toEqual([1714979289000, 1714979290000, 1714979291500]);
	});
});

test.each([
	[0.25, 0.25],
	[25, 0.25],
	[1, 1],
	[250, 1],
	[-1, undefined],
	[null, undefined],
])('a progress of %j is a share of %j', (progress, fraction) => {
	expect(toJobStatus('run-1', { status: 'running', progress }, tidy)).toMatchObject({
		state: 'running',
		fraction,
	});
});

test.each([[null], ['text'], [{ message: 'hello' }]])('%j is no run', async (row) => {
	expect((await caught(() => toJobStatus('run-1', row, tidy))).code).toBe('unexpected-response');
});

test('a file without an address is named in a warning', () => {
	const run = {
		status: 'success',
		outputs: [
			{
				data: {
					images: [{ filename: 'a.png', url: 'https://storage/a.png' }],
					audio: [{ filename: 'b.mp3', subfolder: '', type: 'output' }],
				},
			},
		],
	};
	const status = toJobStatus('r', run, (text) => text);
	expect(status).toMatchObject({ outcome: { note: expect.stringMatching(/"b\.mp3" \(audio\).*sounds/) } });
});
