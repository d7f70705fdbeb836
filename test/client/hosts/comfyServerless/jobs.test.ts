import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobProgress } from '../../../../nodes/client';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { onServerless } from '../support/comfyServerlessStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

describe.each(['documented', 'real'] as const)('progress in its %s shape', (shapes) => {
	test('is told while a job runs', async () => {
		await onServerless(
			async (stage) => {
				const client = stage.connect();
				const seen: JobProgress[] = [];
				const { promptId } = await client.queuePrompt(slow());
				const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
				await until(() => seen.some(({ fraction }) => fraction === 0.4), 'progress');
				stage.release();
				await done;
			},
			{ shapes },
		);
	});
});

test('a job that waits reports its position', async () => {
	await onServerless(async (stage) => {
		stage.server.book.paused = true;
		const client = stage.connect();
		await client.queuePrompt(picture());
		const { promptId } = await client.queuePrompt(picture());
		expect(await client.getJob(promptId)).toMatchObject({ state: 'pending', position: 2 });
	});
});

describe('the end of a job', () => {
	test('is told with times that are UTC, whether they say so or not', async () => {
		await onServerless(
			async (stage) => {
				const { promptId } = await stage.connect().queuePrompt(picture());
				const host = stage.service();
				const outcome = await untilEnded(async () => await host.jobs.outcome(promptId));
				const execution = stage.server.book.executions.get(promptId);
				expect([outcome.createdAt, outcome.startedAt]).toEqual([
					execution?.createdAt.getTime(),
					execution?.startedAt?.getTime(),
				]);
			},
			{ shapes: 'real' },
		);
	});

	test('lists files without an address, and says why they cannot be fetched', async () => {
		await onServerless(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const { files, warnings } = await client.waitForCompletion(promptId, { timeoutMs });
				expect(files).toMatchObject([{ nodeId: '2', nodeTitle: 'Keep it', filename: 'x_00001_.png' }]);
				expect([files[0].url, warnings]).toEqual([undefined, []]);
				const error = await caught(client.download(files[0]));
				expect([error.code, error.hint]).toEqual([
					'not-supported',
					expect.stringContaining('self-hosted ComfyUI'),
				]);
			},
			{ shapes: 'real' },
		);
	});

	test('is taken from the status where the service trips over the log of the job', async () => {
		await onServerless(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const { files, warnings } = await client.waitForCompletion(promptId, { timeoutMs });
				expect(files).toEqual([]);
				expect(warnings).toEqual([expect.stringContaining('could not return its outputs (500')]);
			},
			{ shapes: 'real', logs: true },
		);
	});

	test('is no less complete after one failure to tell it', async () => {
		await onServerless(async (stage) => {
			const path = /\/workflows\/[\da-f-]{36}$/;
			stage.server.faults.arm({ method: 'GET', path, times: 1 }, { kind: 'respond', reply: { status: 500 } });
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			expect((await client.waitForCompletion(promptId, { timeoutMs })).files).toHaveLength(1);
		});
	});

	test.each(['canceled', 'CANCELLED'])('may be spelled %s', async (status) => {
		await onServerless(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(slow());
			Object.assign(stage.server.book.executions.get(promptId) as object, { status });
			expect(await caught(client.waitForCompletion(promptId, { timeoutMs }))).toMatchObject({
				code: 'interrupted',
				message: 'The job was cancelled on ComfyUI Serverless.',
			});
		});
	});

	test('by the time limit hints at a node that failed unnoticed', async () => {
		await onServerless(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(stage.job('failing').workflow);
				const execution = stage.server.book.executions.get(promptId) as never;
				const error = 'Execution timed out after 1800 seconds';
				stage.server.book.finish(execution, { status: 'failed', error });
				const failure = await caught(client.waitForCompletion(promptId, { timeoutMs }));
				expect([failure.code, failure.message]).toEqual(['execution', expect.stringContaining(error)]);
				expect(failure.hint).toContain('does not notice when a node fails');
			},
			{ noticesFailures: false },
		);
	});

	test('that the service does not notice is left to the deadline', async () => {
		await onServerless(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(stage.job('failing').workflow);
				const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 3_000 }));
				expect(error.code).toBe('timeout');
			},
			{ noticesFailures: false },
		);
	});

	test('an unknown status counts as running', async () => {
		await onServerless(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(slow());
			Object.assign(stage.server.book.executions.get(promptId) as object, { status: 'warming_up' });
			expect((await client.getJob(promptId)).state).toBe('running');
		});
	});
});

describe('many jobs', () => {
	test('are polled by lists', async () => {
		await onServerless(async (stage) => {
			const host = stage.service();
			const client = stage.connect();
			const jobs = await Promise.all(
				Array.from({ length: 12 }, async () => await client.queuePrompt(slow())),
			);
			const before = stage.server.requests.length;
			const looks = await host.jobs.getJobs(jobs.map(({ promptId }) => promptId));
			expect([...looks.values()].map(({ state }) => state)).toEqual(Array(12).fill('running'));
			const asked = stage.server.requests.slice(before).filter(({ method }) => method === 'GET');
			expect(asked.map(({ path, query }) => [path, query.status])).toEqual([
				['/workflows/', 'pending'],
				['/workflows/', 'running'],
			]);
		});
	});

	test('are polled one by one where there is no list', async () => {
		await onServerless(async (stage) => {
			stage.server.faults.arm({ path: /\/workflows\/$/ }, { kind: 'respond', reply: { status: 500 } });
			const client = stage.connect();
			const jobs = await Promise.all(
				Array.from({ length: 6 }, async () => await client.queuePrompt(picture())),
			);
			const ends = jobs.map(async ({ promptId }) => await client.waitForCompletion(promptId, { timeoutMs }));
			expect((await Promise.all(ends)).map(({ files }) => files.length)).toEqual(Array(6).fill(1));
		});
	});
});

test('a job that ends between the status request and the cancel is not cancelled', async () => {
	await onServerless(async (stage) => {
		const client = stage.connect();
		const { promptId } = await client.queuePrompt(slow());
		const reply = { status: 400, body: { error: 'http_error', message: 'Cannot cancel', status_code: 400 } };
		stage.server.faults.arm({ path: /cancel/ }, { kind: 'respond', reply });
		expect(await client.cancel(promptId)).toBe('nothing');
	});
});

test('the service calls back at the end of a job', async () => {
	const bodies: string[] = [];
	const receiver = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => void (bodies.push(body), response.end()));
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	const { port } = receiver.address() as AddressInfo;
	await onServerless(
		async (stage) => {
			const callbackUrl = `http://127.0.0.1:${port}/hook`;
			const { promptId } = await stage.connect().queuePrompt(picture(), { callbackUrl });
			await until(() => bodies.length === 2, 'the calls');
			expect(JSON.parse(bodies[0])).toMatchObject({ execution_id: promptId, success: true });
		},
		{ calls: 2 },
	);
	await new Promise((resolve) => receiver.close(resolve));
});

async function untilEnded<T>(look: () => Promise<T | undefined>): Promise<T> {
	let found: T | undefined;
	await until(async () => (found = await look()) !== undefined, 'the end');
	return found as T;
}
