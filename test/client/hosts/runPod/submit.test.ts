import { parseWorkflow } from '../../../../nodes/client';
import { connectRunPod } from '../../../../nodes/client/hosts/runPod/connect';
import { json } from '../../../server/http/Reply';
import { Router } from '../../../server/http/Router';
import { Origin } from '../../../server/hosts/Origin';
import { caught } from '../../support/caught';
import { picture, slow, textToImage } from '../../support/workflows';
import { onRunPod } from '../support/runPodStage';
import { handedIn, lastBody, looks, submissionOf } from './submission';

describe('a job on RunPod', () => {
	test('goes to /run with the key of the endpoint, and that of partner nodes inside', () =>
		onRunPod(async (stage) => {
			const { promptId } = await stage.connect().queuePrompt(picture());
			expect(stage.server.endpoint.jobs.has(promptId)).toBe(true);
			const [request] = stage.server.requests;
			expect(request.path).toBe(`/v2/${stage.server.endpointId}/run`);
			expect(request.headers.authorization).toBe(`Bearer ${stage.server.apiKey}`);
			expect(lastBody(stage)).toEqual({
				input: { workflow: picture(), comfy_org_api_key: 'comfyui-canary-partner' },
			});
		}));

	test('keeps every digit of a seed', () =>
		onRunPod(async (stage) => {
			const text = JSON.stringify(textToImage(1)).replace('"seed":1', '"seed":18446744073709551615');
			await stage.host().jobs.submit(submissionOf(parseWorkflow(text).workflow));
			expect(handedIn(stage)[0].text).toContain('"seed":18446744073709551615,');
		}));

	test('names the webhook, which RunPod may call more than once', () =>
		onRunPod(
			async (stage) => {
				const router = new Router();
				const calls: unknown[] = [];
				router.post('/done', (request) => {
					calls.push(request.json());
					return json({});
				});
				const receiver = await Origin.start(router);
				const callbackUrl = `${receiver.url}/done`;
				const { promptId } = await stage.host().jobs.submit(submissionOf(picture(), { callbackUrl }));
				await stage.connect().waitForCompletion(promptId);
				expect(lastBody(stage).webhook).toBe(callbackUrl);
				while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
				expect(calls[0]).toMatchObject({ id: promptId, status: 'COMPLETED' });
				await receiver.stop();
			},
			{ calls: 2 },
		));

	test('takes its policy along', () =>
		onRunPod(async (stage) => {
			const hostOptions = { executionTimeoutMs: 900_000, timeToLiveMs: 3_600_000, lowPriority: true };
			await stage.host().jobs.submit(submissionOf(picture(), { hostOptions }));
			expect(lastBody(stage).policy).toEqual({
				executionTimeout: 900_000,
				ttl: 3_600_000,
				lowPriority: true,
			});
		}));

	test.each<[string, object, string]>([
		['a deployment', { deployment: { id: 'x', inputs: {} } }, 'not-supported'],
		['chosen outputs', { outputNodes: ['2'] }, 'not-supported'],
		['a place at the front', { front: true }, 'not-supported'],
		['a priority', { number: 3 }, 'not-supported'],
		['an option that RunPod does not have', { hostOptions: { gpu: 'A100' } }, 'invalid-input'],
		['a time that is too short', { hostOptions: { executionTimeoutMs: 10 } }, 'invalid-input'],
		['a switch that is a text', { hostOptions: { sync: 'yes' } }, 'invalid-input'],
		['a callback that is no web address', { callbackUrl: 'ftp://me' }, 'invalid-input'],
	])('is refused before it is sent with %s', (_what, more, code) =>
		onRunPod(async (stage) => {
			expect((await caught(stage.host().jobs.submit(submissionOf(picture(), more)))).code).toBe(code);
			expect(stage.server.requests).toEqual([]);
		}),
	);

	test('is handed in again after a 429, which has not taken it', () =>
		onRunPod(async (stage) => {
			stage.tooMany(1);
			await stage.connect().queuePrompt(picture());
			expect(handedIn(stage)).toHaveLength(2);
			expect(stage.server.endpoint.jobs.size).toBe(1);
		}));

	test('is not handed in again after a lost answer, since it may run', () =>
		onRunPod(async (stage) => {
			stage.server.fault({ path: /run$/ }, { kind: 'cut', afterBytes: 0 });
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect([error.code, error.hint]).toEqual([
				'connection',
				expect.stringContaining('may run nevertheless'),
			]);
			expect(stage.server.endpoint.jobs.size).toBe(1);
			expect(handedIn(stage)).toHaveLength(1);
		}));

	test('without an ID is an error', () =>
		onRunPod(async (stage) => {
			const reply = { status: 200, body: { status: 'IN_QUEUE' } };
			stage.server.fault({ path: /run$/ }, { kind: 'respond', reply });
			expect((await caught(stage.connect().queuePrompt(picture()))).code).toBe('unexpected-response');
		}));
});

describe('a synchronous job on RunPod', () => {
	const sync = { hostOptions: { sync: true } };

	test('brings its result along', () =>
		onRunPod(async (stage) => {
			const host = stage.host();
			const { promptId } = await host.jobs.submit(submissionOf(picture(), sync));
			expect(promptId).toMatch(/^sync-/);
			expect((await host.jobs.getJobs([promptId])).get(promptId)).toMatchObject({ state: 'ended' });
			expect(handedIn(stage).map(({ route }) => route)).toEqual(['runsync']);
			expect(looks(stage)).toBe(0);
		}));

	test('that takes longer than RunPod waits goes on by itself', () =>
		onRunPod(
			async (stage) => {
				const host = stage.host();
				const { promptId } = await host.jobs.submit(submissionOf(slow(), sync));
				expect((await host.jobs.getJobs([promptId])).get(promptId)).toEqual({ state: 'running' });
				stage.release();
				const result = await stage.connect().waitForCompletion(promptId);
				expect(result.files).toHaveLength(1);
			},
			{ syncWaitMs: 1 },
		));
});

describe('the endpoint', () => {
	test('tells how it is', () =>
		onRunPod(async (stage) => {
			expect(await stage.host().health()).toMatchObject({ jobs: { inQueue: 0 }, workers: { idle: 1 } });
		}));

	test('that does not exist is named', () =>
		onRunPod(async (stage) => {
			const host = stage.host({ endpointId: 'other' });
			for (const work of [host.verify(), host.jobs.submit(submissionOf(picture()))]) {
				const error = await caught(work);
				expect([error.code, error.message]).toEqual(['not-found', expect.stringContaining('"other"')]);
			}
		}));

	test.each<[number, string, string | object]>([
		[400, 'http', { error: 'input is required' }],
		[401, 'authentication', ''],
		[402, 'payment', { error: 'balance too low' }],
		[403, 'authentication', ''],
		[404, 'not-found', ''],
		[413, 'too-large', ''],
		[500, 'http', '<html>oops</html>'],
		[200, 'unexpected-response', '[]'],
		[200, 'unexpected-response', 'OK'],
	])('answers with status %i: %s', (status, code, body) =>
		onRunPod(async (stage) => {
			stage.server.fault({ path: /./ }, { kind: 'respond', reply: { status, body } });
			const host = stage.host();
			for (const work of [host.verify(), host.jobs.submit(submissionOf(picture()))]) {
				const error = await caught(work);
				expect([error.code, error.hint]).toEqual([code, expect.any(String)]);
				expect(error.message).not.toMatch(/oops|<html|ComfyUI log/);
				if (typeof body === 'object') expect(error.message).toContain(Object.values(body)[0]);
			}
		}),
	);

	test('never has a key shown that it repeats', () =>
		onRunPod(async (stage) => {
			const reply = { status: 400, body: { error: `no ${stage.secrets.join(' ')}` } };
			stage.server.fault({ path: /./ }, { kind: 'respond', reply });
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect(error.message).not.toContain('canary');
		}));

	test.each([
		{ endpointId: ' ', apiKey: 'k' },
		{ endpointId: 'https://api.runpod.ai/v2/abc/run', apiKey: 'k' },
		{ endpointId: 'abc', apiKey: '' },
		{ endpointId: 'abc', apiKey: 'k', baseUrl: 'ftp://x' },
	])('cannot be %j', async (options) => {
		expect((await caught(() => connectRunPod(options))).code).toBe('invalid-input');
	});

	test('is one of RunPod unless another address is given', () => {
		expect(connectRunPod({ endpointId: ' abc ', apiKey: 'k' }).base).toBe('https://api.runpod.ai/v2/abc');
	});
});
