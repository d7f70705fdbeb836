import { AbortedError, ConnectionError, HttpError, NotSupportedError } from '../../../nodes/client';
import type { JobClient } from '../../../nodes/client';
import { describeUncancelled, SubmittedJobs } from '../../../nodes/client/jobs/SubmittedJobs';
import { Semaphore } from '../../../nodes/client/core/Semaphore';
import { delay, orAborted } from '../../../nodes/client/core/time';
import { caught } from '../support/caught';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

/** A client that only submits and cancels, and notes in which order. */
class FakeClient {
	readonly cancelled: string[] = [];
	active = 0;
	maxActive = 0;
	/** What each request to cancel does; the last one repeats. */
	answers: Array<() => Promise<'removed' | 'nothing'>> = [async () => 'removed'];

	readonly client = {
		host: {},
		queuePrompt: async (_: unknown, { promptId = '' } = {}) => ({
			promptId,
			clientId: 'me',
			nodeErrors: {},
		}),
		cancel: async (promptId: string) => {
			this.cancelled.push(promptId);
			this.active += 1;
			this.maxActive = Math.max(this.maxActive, this.active);
			await null;
			const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
			try {
				return await (answer as () => Promise<'removed' | 'nothing'>)();
			} finally {
				this.active -= 1;
			}
		},
	} as unknown as JobClient;
}

const fails = (error: Error) => async (): Promise<never> => {
	throw error;
};
const busy = fails(new HttpError('slow down', 429));

async function submitted(client: JobClient, count: number): Promise<SubmittedJobs> {
	const jobs = new SubmittedJobs();
	for (let n = 1; n <= count; n++) await jobs.submit(client, {}, { promptId: `job-${n}` });
	return jobs;
}

test('the last submitted job is cancelled first', async () => {
	const fake = new FakeClient();
	const jobs = await submitted(fake.client, 3);
	expect(await jobs.cancelAll()).toEqual([]);
	expect(fake.cancelled).toEqual(['job-3', 'job-2', 'job-1']);
});

test('at most 50 jobs are cancelled at the same time', async () => {
	const fake = new FakeClient();
	const jobs = await submitted(fake.client, 120);
	await jobs.cancelAll();
	expect(fake.cancelled).toHaveLength(120);
	expect(fake.maxActive).toBe(50);
});

test.each([
	['429', busy],
	['503', fails(new HttpError('down', 503))],
	['a connection that broke', fails(new ConnectionError('reset', 'reset'))],
])('the request is repeated after %s', async (_name, failure) => {
	const fake = new FakeClient();
	fake.answers = [failure, failure, async () => 'removed'];
	const jobs = await submitted(fake.client, 1);
	expect(await jobs.cancelAll()).toEqual([]);
	expect(fake.cancelled).toHaveLength(3);
});

test.each([
	['a server that is gone', fails(new ConnectionError('refused', 'refused')), [1]],
	['a host that cannot cancel', fails(new NotSupportedError('cannot')), [1]],
	// For 9 s: the pauses grow to 4 s, each a quarter longer or shorter.
	['a server that is never ready', busy, [4, 5]],
])('%s is reported with its jobs, which can be cancelled later', async (_name, failure, requests) => {
	const fake = new FakeClient();
	fake.answers = [failure];
	const jobs = await submitted(fake.client, 1);
	const [uncancelled] = await jobs.cancelAll();
	expect(uncancelled).toMatchObject({ promptId: 'job-1', error: await caught(failure()) });
	expect(requests).toContain(fake.cancelled.length);
	const before = fake.cancelled.length;
	fake.answers = [async () => 'removed'];
	expect(await jobs.cancelAll()).toEqual([]);
	expect(await jobs.cancelAll()).toEqual([]);
	expect(fake.cancelled).toHaveLength(before + 1);
});

test('a job whose submission was given up is cancelled again a moment later', async () => {
	const fake = new FakeClient();
	const jobs = new SubmittedJobs();
	fake.client.queuePrompt = fails(new AbortedError('stopped'));
	await caught(jobs.submit(fake.client, {}, { promptId: 'late' }));
	fake.answers = [async () => 'nothing', async () => 'removed'];
	expect(await jobs.cancelAll()).toEqual([]);
	expect(fake.cancelled).toEqual(['late', 'late']);
});

test('a server that answers nothing is given up, however many jobs it has', async () => {
	const fake = new FakeClient();
	fake.client.cancel = async (promptId, { signal } = {}) =>
		await orAborted(new Promise(() => fake.cancelled.push(promptId)), { signal });
	const jobs = await submitted(fake.client, 300);
	expect(await jobs.cancelAll()).toHaveLength(300);
	expect(fake.cancelled).toHaveLength(50);
});

test('jobs are cancelled for as long as the server takes one after the other', async () => {
	const fake = new FakeClient();
	const one = new Semaphore(1);
	fake.client.cancel = async (promptId) =>
		await one.run(async () => {
			fake.cancelled.push(promptId);
			await delay(100); // all together take 12 s and more
			return 'removed' as const;
		});
	const jobs = await submitted(fake.client, 120);
	const [first, ...others] = await jobs.cancelAll();
	expect(first).toBeUndefined();
	expect(others).toEqual([]);
});

test('a job that has ended, and one that was refused, are not cancelled', async () => {
	const fake = new FakeClient();
	const jobs = await submitted(fake.client, 2);
	jobs.remove('job-1');
	fake.client.queuePrompt = fails(new HttpError('no', 403));
	await caught(jobs.submit(fake.client, {}, { promptId: 'refused' }));
	await jobs.cancelAll();
	expect(fake.cancelled).toEqual(['job-2']);
});

test('a job is cancelled by the ID that the host gave it', async () => {
	const fake = new FakeClient();
	fake.client.queuePrompt = async () => ({ promptId: 'theirs', clientId: 'me', nodeErrors: {} });
	const jobs = await submitted(fake.client, 1);
	await jobs.cancelAll();
	expect(fake.cancelled).toEqual(['theirs']);
});

test('a job whose submission is on its way is cancelled by the ID that the host gives it', async () => {
	const fake = new FakeClient();
	let answer = () => {};
	const answered = new Promise<void>((resolve) => (answer = resolve));
	fake.client.queuePrompt = async () => {
		await answered;
		return { promptId: 'theirs', clientId: 'me', nodeErrors: {} };
	};
	const jobs = new SubmittedJobs();
	const submission = jobs.submit(fake.client, {}, { promptId: 'ours' });
	const cancelled = jobs.cancelAll();
	answer();
	await submission;
	expect(await cancelled).toEqual([]);
	expect(fake.cancelled).toEqual(['theirs']);
});

test('a submission that is refused after the stop leaves nothing to cancel', async () => {
	const fake = new FakeClient();
	fake.client.queuePrompt = fails(new HttpError('no', 403));
	const jobs = new SubmittedJobs();
	const submission = caught(jobs.submit(fake.client, {}, { promptId: 'ours' }));
	expect(await jobs.cancelAll()).toEqual([]);
	await submission;
	expect(fake.cancelled).toEqual([]);
});

test('a job whose submission never gets an answer is cancelled by the ID that it was sent with', async () => {
	const fake = new FakeClient();
	fake.client.queuePrompt = async () => await new Promise(() => {});
	const jobs = new SubmittedJobs();
	void jobs.submit(fake.client, {}, { promptId: 'ours' });
	expect(await jobs.cancelAll()).toEqual([]);
	expect(fake.cancelled).toEqual(['ours']);
});

test('only the chosen jobs are cancelled', async () => {
	const fake = new FakeClient();
	const jobs = await submitted(fake.client, 3);
	await jobs.cancelAll({ where: ({ promptId }) => promptId !== 'job-2' });
	expect(fake.cancelled).toEqual(['job-3', 'job-1']);
});

test('the signal ends it', async () => {
	const fake = new FakeClient();
	fake.answers = [busy];
	const jobs = await submitted(fake.client, 3);
	expect(await caught(jobs.cancelAll({ signal: AbortSignal.timeout(20) }))).toMatchObject({
		code: 'aborted',
	});
});

test('the text names jobs and reasons, and nothing when there is nothing to say', () => {
	const error = new HttpError('The server answered with status 429', 429);
	expect(describeUncancelled([])).toBeUndefined();
	expect(describeUncancelled([{ promptId: 'a', error }])).toBe(
		'A job could not be cancelled and may still run: a. The server answered with status 429',
	);
	expect(
		describeUncancelled([
			{ promptId: 'a', error },
			{ promptId: 'b', error },
		]),
	).toBe('2 jobs could not be cancelled and may still run: a, b. The server answered with status 429');
});
