import type { ExecutionError, JobTimeoutError } from '../../../nodes/client';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { until } from '../../support/until';
import { canvas, picture, save, slow } from '../support/workflows';

// At its own speed: only the CPU that this process does not get must not bring deadlines nearer.
jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(1),
);

function failing(msg: string) {
	return {
		'1': canvas(),
		'2': {
			class_type: 'TFail',
			inputs: { msg, image: ['1', 0] },
			_meta: { title: 'Trouble' },
		},
		'3': save('2'),
	};
}

describe.each([
	['over the socket', false],
	['over polling only', true],
])('a node that raises, %s', (_how, refuse) => {
	test('is an error with node, exception, traceback and advice', () =>
		onStage(async ({ client, server }) => {
			server.faults.refuseSockets = refuse;
			const { promptId } = await client.queuePrompt(failing('CUDA out of memory. Tried to allocate 2 GiB'));
			const error = await caught<ExecutionError>(client.waitForCompletion(promptId));
			expect(error).toMatchObject({
				code: 'execution',
				promptId,
				failure: {
					nodeId: '2',
					nodeTitle: 'Trouble',
					nodeType: 'TFail',
					exceptionType: 'ValueError',
					exceptionMessage: 'CUDA out of memory. Tried to allocate 2 GiB',
				},
				hint: expect.stringContaining('GPU ran out of memory'),
			});
			expect(error.message).toContain('"Trouble" (TFail, node 2)');
			expect(error.failure.traceback.length).toBeGreaterThan(0);
		}));

	test('is returned by getJob as well', () =>
		onStage(async ({ client, server }) => {
			server.faults.refuseSockets = refuse;
			const { promptId } = await client.queuePrompt(failing('no'));
			await server.idle();
			expect(await client.getJob(promptId)).toMatchObject({ state: 'error', error: { code: 'execution' } });
		}));
});

test('text of the server is one line without markup', () =>
	onStage(async ({ client }) => {
		const { promptId } = await client.queuePrompt(
			failing('<img src=x onerror=alert(1)>\n\u202Eevil\u0007 text'),
		);
		const error = await caught<ExecutionError>(client.waitForCompletion(promptId));
		expect(error.message).not.toMatch(/[<>\p{Cc}\p{Cf}]/u);
		expect(error.message).toContain('evil text');
	}));

test('a very long exception is shortened', () =>
	onStage(async ({ client }) => {
		const { promptId } = await client.queuePrompt(failing('long '.repeat(5000)));
		const error = await caught<ExecutionError>(client.waitForCompletion(promptId));
		expect(JSON.stringify([error.message, error.failure]).length).toBeLessThan(6000);
	}));

test('the output before the failure is told by getJob', () =>
	onStage(async ({ client, server }) => {
		const { promptId } = await client.queuePrompt({
			'1': canvas(),
			'2': save('1', 'early'),
			'3': { class_type: 'TFail', inputs: { msg: 'x', image: ['1', 0] } },
			'4': save('3', 'late'),
		});
		await server.idle();
		const { state, result } = await client.getJob(promptId);
		expect(state).toBe('error');
		expect((result?.files ?? []).every(({ filename }) => filename.startsWith('early'))).toBe(true);
	}));

describe('a blocked branch', () => {
	const blocked = (silent: boolean) => ({
		...picture(),
		'5': { class_type: 'TBlock', inputs: { image: ['1', 0], msg: 'no <b>faces</b> found', silent } },
		'6': save('5'),
	});

	test.each([1, 2])('is a warning and not a failure, with each event sent %i times', (times) =>
		onStage(async ({ client, server }) => {
			server.faults.duplicateEvents = times === 2;
			const { promptId } = await client.queuePrompt(blocked(false));
			const result = await client.waitForCompletion(promptId);
			expect(result.files.map(({ nodeId }) => nodeId)).toEqual(['2']);
			expect(result.warnings).toEqual([expect.stringMatching(/blocked.*faces/)]);
			expect(result.warnings[0]).not.toContain('<b>');
		}),
	);

	test('without a message is no warning', () =>
		onStage(async ({ client }) => {
			const { promptId } = await client.queuePrompt(blocked(true));
			expect((await client.waitForCompletion(promptId)).warnings).toEqual([]);
		}));
});

test.each([false, true])('a job that somebody interrupts says so (polling only: %p)', (refuse) =>
	onStage(async ({ client, server }) => {
		server.faults.refuseSockets = refuse;
		const { promptId } = await client.queuePrompt(slow(20, 100));
		const error = caught(client.waitForCompletion(promptId));
		await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
		await fetch(`${server.url}/interrupt`, { method: 'POST' });
		expect(await error).toMatchObject({
			code: 'interrupted',
			promptId,
			message: expect.stringContaining('"TSleep" (node 2)'),
		});
	}),
);

describe('the deadline', () => {
	test('says which requests for the status failed', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture(), { events: false });
			server.faults.respond({ method: 'GET', path: /\/(jobs|queue|history)/ }, { status: 502, body: 'gone' });
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 2_000 }));
			const { observedResponses } = error as unknown as JobTimeoutError;
			expect(observedResponses).toEqual([expect.stringMatching(/^(\d+x )?502$/)]);
			expect(error.message).toContain(`Requests for its status failed: ${observedResponses[0]}.`);
			server.faults.clear();
			server.faults.release();
		}));

	test('says nothing of requests when all were answered', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 100 }));
			expect(error).toMatchObject({ code: 'timeout', observedResponses: [] });
			expect(error.message).not.toContain('failed');
			server.faults.release();
		}));

	test('of a waiting job says where it stands in the queue, and leaves it there', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			await client.queuePrompt(picture());
			const { promptId } = await client.queuePrompt(picture(1));
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 150 }));
			expect(error).toMatchObject({
				code: 'timeout',
				promptId,
				lastKnown: { promptId, state: 'pending', position: 1 },
			});
			expect(error.message).toMatch(/0\.[12] s.*waits in the queue/);
			expect(await client.getQueue()).toHaveLength(2);
			server.faults.release();
			expect(await client.waitForCompletion(promptId)).toMatchObject({ status: 'success' });
		}));

	test('of a running job says which node runs and how far it is', () =>
		onStage(async ({ client, server }) => {
			const progress = server.faults.holdAt('progress', 2);
			const { promptId } = await client.queuePrompt(slow(0.01, 100));
			await progress;
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 400 }));
			expect(error.message).toContain('running "TSleep" (2 of 100)');
			expect(error).toMatchObject({ lastKnown: { state: 'running', nodeId: '2', max: 100 } });
			expect(JSON.stringify(error.lastKnown)).not.toContain('preview');
		}));

	test('of a server whose worker died comes too', () =>
		onStage(async ({ client, server }) => {
			server.faults.killWorker();
			const { promptId } = await client.queuePrompt(picture());
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 300 }));
			expect([error.code, error.lastKnown]).toEqual([
				'timeout',
				expect.objectContaining({ state: 'running' }),
			]);
		}));
});

describe('a wait that is stopped', () => {
	test('by its signal ends at once and leaves the job alone', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			const controller = new AbortController();
			const error = caught(client.waitForCompletion(promptId, { signal: controller.signal }));
			controller.abort();
			expect((await error).code).toBe('aborted');
			server.faults.release();
			expect(await client.waitForCompletion(promptId)).toMatchObject({ status: 'success' });
		}));

	test('by a signal that had fired before does not begin', () =>
		onStage(async ({ client }) => {
			const { promptId } = await client.queuePrompt(picture());
			const error = caught(client.waitForCompletion(promptId, { signal: AbortSignal.abort() }));
			expect((await error).code).toBe('aborted');
		}));

	test('by closing the client ends too', () =>
		onStage(async (stage) => {
			stage.server.faults.hold();
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			const error = caught(client.waitForCompletion(promptId, { timeoutMs: 8000 }));
			await until(() => stage.requests('GET', '/jobs').length > 1, 'a look');
			await client.close();
			expect((await error).code).toBe('aborted');
		}));
});

test('closing the client does not wait for answers that do not come', () =>
	onStage(async (stage) => {
		const client = stage.connect();
		const { promptId } = await client.queuePrompt(picture());
		stage.server.faults.holdRequest({ path: /api\/jobs/ });
		const waiting = caught(client.waitForCompletion(promptId, { timeoutMs: 100 }));
		await until(() => stage.requests('GET', '/jobs').length > 0, 'a look');
		await client.close();
		await waiting;
	}));

test.each([undefined, null, '', '  ', 5, 'x'.repeat(300)])(
	'the prompt id %p is refused before anything is sent',
	(id) =>
		onStage(async (stage) => {
			const error = await caught(stage.client.waitForCompletion(id as string));
			expect([error.code, stage.server.requests]).toEqual(['invalid-input', []]);
		}),
);
