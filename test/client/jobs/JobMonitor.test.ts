import { ConnectionError, HttpError, type Host } from '../../../nodes/client';
import { WakeableTimer } from '../../../nodes/client/core/WakeableTimer';
import { JobMonitor } from '../../../nodes/client/jobs/JobMonitor';
import type { JobProgress } from '../../../nodes/client/jobs/JobRecord';
import { toTimeoutError } from '../../../nodes/client/jobs/result';
import type { ChannelListener } from '../../../nodes/client/transport/EventChannel';
import { caught } from '../support/caught';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

test('equal failures of status requests in a row are counted, and successes between them do not matter', async () => {
	const busy = new HttpError('gone', 502);
	const answers = [undefined, busy, undefined, busy, new ConnectionError('reset', 'reset'), busy];
	let asked: () => void = () => {};
	const allAsked = new Promise<void>((resolve) => (asked = resolve));
	const getJobs = async () => {
		if (answers.length === 0) {
			asked();
			return await new Promise(() => {});
		}
		const error = answers.shift();
		if (error) throw error;
		return new Map([['job', { state: 'pending' }]]);
	};
	const monitor = new JobMonitor({ jobs: { getJobs } } as unknown as Host, 'me');
	const waiting = monitor.wait('job', { timeoutMs: 60_000 });
	await allAsked;
	const observedResponses = ['2x 502', 'connection reset', '502', 'no answer'];
	expect(await waiting).toMatchObject({ kind: 'timeout', observedResponses });
});

test('the timeout error has them in its text and as a member', () => {
	const error = toTimeoutError({ promptId: 'job', state: 'unknown' }, 5_000, ['5x 502', 'no answer']);
	expect(error.message).toBe(
		'The job did not finish within 5 s. Its state is not known. Requests for its status failed: 5x 502, then no answer.',
	);
	expect(error.observedResponses).toEqual(['5x 502', 'no answer']);
});

test('what the events said of a job is forgotten when its wait has ended', async () => {
	const outcome = { status: 'success', outputs: {}, displayNodes: {}, cachedNodes: [] };
	const getJobs = async () => new Map([['job', { state: 'ended', outcome }]]);
	const monitor = new JobMonitor({ jobs: { getJobs } } as unknown as Host, 'me');
	const record = monitor.rename(monitor.expect('job'), 'job');
	record.state = 'running';
	expect(monitor.progress('job').state).toBe('running');
	expect(await monitor.wait('job')).toMatchObject({ kind: 'ended', record: { promptId: 'job' } });
	expect(monitor.progress('job').state).toBe('unknown');
	await monitor.close();
});

test('a queue count that falls leads to a poll, unless it fell because a job of the same client ended', async () => {
	let listener: ChannelListener | undefined;
	const channel = { connected: true, ready: async () => true, close: async () => {} };
	const host = {
		jobs: { getJobs: async () => await new Promise(() => {}) },
		openEvents: (_: string, given: ChannelListener) => {
			listener = given;
			return channel;
		},
	} as unknown as Host;
	const monitor = new JobMonitor(host, 'me');
	await monitor.connect();
	for (const id of ['first', 'second']) monitor.rename(monitor.expect(id), id);
	const stop = new AbortController();
	const waiting = caught(monitor.wait('second', { signal: stop.signal }));
	const count = (remaining: number) =>
		listener?.onMessage({ type: 'status', data: { status: { exec_info: { queue_remaining: remaining } } } });
	const within = jest.spyOn(WakeableTimer.prototype, 'within');
	count(3);
	listener?.onMessage({ type: 'execution_success', data: { prompt_id: 'first' } });
	count(2);
	expect(within).not.toHaveBeenCalled();
	count(1); // somebody deleted a job, which may be the second
	expect(within).toHaveBeenCalledTimes(1);
	within.mockRestore();
	stop.abort();
	expect(await waiting).toMatchObject({ code: 'aborted' });
});

test('who looks at a job that waits is told each of its places in the queue', async () => {
	const outcome = { status: 'success', outputs: {}, displayNodes: {}, cachedNodes: [] };
	const answers = [3, 3, 2, 1].map((position) => ({ state: 'pending', position }));
	const getJobs = async () => new Map([['job', answers.shift() ?? { state: 'ended', outcome }]]);
	const monitor = new JobMonitor({ jobs: { getJobs } } as unknown as Host, 'me');
	const places: unknown[] = [];
	const onProgress = ({ state, position }: JobProgress) => void places.push([state, position]);
	expect(await monitor.wait('job', { onProgress })).toMatchObject({ kind: 'ended' });
	expect(places).toEqual([3, 2, 1].map((position) => ['pending', position]));
});

describe('a server of a pool to which a job was submitted without an answer', () => {
	const refused = new ConnectionError('refused', 'refused');
	test.each<[string, Array<Error | undefined>, boolean]>([
		['has not ended when it answers', [undefined], false],
		['may not have ended when the connection breaks', [new ConnectionError('reset', 'reset')], false],
		['has not ended when it answers again', [refused, undefined], false],
		['has ended when it refuses connections twice', [refused, refused], true],
	])('%s', async (_what, answers, hasEnded) => {
		const getJobs = async () => {
			const error = answers.shift();
			if (error) throw error;
			return new Map();
		};
		const monitor = new JobMonitor({ serverName: 'first', jobs: { getJobs } } as unknown as Host, 'me');
		const record = monitor.expect('job');
		record.completeUntilCut = true;
		expect(await monitor.wentDownBefore(record)).toBe(hasEnded);
	});
});
