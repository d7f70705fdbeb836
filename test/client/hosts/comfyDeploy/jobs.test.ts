import { ExecutionError, InterruptedError, type JobProgress } from '../../../../nodes/client';
import { BigInteger } from '../../../../nodes/client/core/json';
import { DEPLOYMENTS, NODE_FAILURE } from '../../../server/hosts/comfyDeploy';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { onComfyDeploy } from '../support/comfyDeployStage';

const WEB_APP = { generation: 'webApp' } as const;
const OLDER = { generation: 'webApp', shapes: 'documented' } as const;

test.each(['', 'Z', '+00:00'])('the times of a hosted run that end in "%s" are the same', async (zone) => {
	await onComfyDeploy(async (stage) => {
		stage.server.zone = zone;
		const client = stage.connect();
		const { promptId } = await client.queuePrompt(undefined, stage.job('picture').options);
		await client.waitForCompletion(promptId);
		const run = stage.server.book.runs.get(promptId);
		const { createdAt, startedAt, endedAt } = (await client.host.jobs.outcome(promptId)) ?? {};
		const times = [run?.createdAt, run?.startedAt, run?.endedAt];
		expect([createdAt, startedAt, endedAt]).toEqual(times.map((time) => time?.getTime()));
	});
});

describe.each([
	['hosted', {}],
	['open source', WEB_APP],
])('a run of the %s ComfyUI Deploy', (_, options) => {
	test('gives files with addresses, texts, times and remarks', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('mixed').options);
			const result = await client.waitForCompletion(promptId);
			const names = result.files.map(({ filename, kind }) => [filename, kind]);
			expect(names).toEqual([
				['ComfyUI_00001_.png', 'image'],
				['ComfyUI_00002_.png', 'image'],
				['film_00001.mp4', 'video'],
			]);
			expect(result.files[0]).toMatchObject({ key: 'images', subfolder: '', type: 'output' });
			expect(result.files[0].url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/bucket\//);
			expect(result.files[0].info).toBeUndefined();
			expect(result.texts).toMatchObject([{ text: 'a lighthouse at dusk' }]);
			expect(result.warnings).toEqual([expect.stringMatching(/a part of the run failed.*"images"/i)]);
			const { createdAt, endedAt } = stage.server.book.runs.get(promptId) ?? {};
			expect(result.timings.totalMs).toBe(Number(endedAt) - Number(createdAt));
			expect(await bytesOf(await client.download(result.files[2]))).toEqual(stage.server.book.picture);
		}, options));

	test('fails with what the node said', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('failing').options);
			const error = await caught<ExecutionError>(client.waitForCompletion(promptId));
			expect(error).toBeInstanceOf(ExecutionError);
			expect(error.message).toContain(NODE_FAILURE.exception_message);
			expect(error.failure).toMatchObject({ nodeId: '3', nodeType: 'KSampler' });
			expect((await client.getJob(promptId)).result?.files).toEqual([]);
		}, options));

	test('is not known under an ID that it never gave', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			for (const id of ['4f1e2d3c-0000-4000-8000-000000000000', 'no UUID at all']) {
				expect((await caught(client.waitForCompletion(id))).message).toContain('does not know the run');
			}
		}, options));

	test('of a deployment that is not there is refused', () =>
		onComfyDeploy(async (stage) => {
			const deployment = { id: '00000000-0000-4000-8000-000000000000', inputs: {} };
			const error = await caught(stage.connect().queuePrompt(undefined, { deployment }));
			expect(error).toMatchObject({
				code: 'not-found',
				message: expect.stringContaining('Deployment not found'),
			});
		}, options));

	test.each([
		['success', 'success'],
		['queued', 'pending'],
		['not-started', 'pending'],
		['started', 'running'],
		['uploading', 'running'],
		['a status of tomorrow', 'running'],
		['timeout', 'error'],
		['cancelled', 'interrupted'],
	])('with the status %s counts as %s', (status, state) =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('slow').options);
			stage.server.book.freeze(promptId, { status });
			expect((await client.getJob(promptId)).state).toBe(state);
		}, options),
	);

	test('needs a deployment', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const workflow = { '1': { class_type: 'A', inputs: {} } };
			const error = await caught(client.queuePrompt(workflow));
			expect(error).toMatchObject({ code: 'not-supported', hint: expect.stringContaining('deployment ID') });
			expect(stage.server.requests).toEqual([]);
		}, options));

	test.each([
		[{ front: true }, 'not-supported'],
		[{ number: 3 }, 'not-supported'],
		[{ outputNodes: ['9'] }, 'not-supported'],
		[{ hostOptions: { gpus: 'T4' } }, 'invalid-input'],
		[{ hostOptions: { gpu: 4 } }, 'invalid-input'],
		[{ deployment: { id: ' ', inputs: {} } }, 'invalid-input'],
	])('refuses what it cannot mean: %j', (wish, code) =>
		onComfyDeploy(async (stage) => {
			const work = stage.connect().queuePrompt(undefined, { ...stage.job('picture').options, ...wish });
			expect((await caught(work)).code).toBe(code);
			expect(stage.server.requests).toEqual([]);
		}, options),
	);

	test('is never started twice when the answer is lost', () =>
		onComfyDeploy(async (stage) => {
			stage.server.fault({ method: 'POST', path: /run/, times: 1 }, { kind: 'reset' });
			const error = await caught(stage.connect().queuePrompt(undefined, stage.job('picture').options));
			expect(error).toMatchObject({
				code: 'connection',
				hint: expect.stringContaining('may run nevertheless'),
			});
			expect(stage.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		}, options));

	test('is not explained with the page of a gateway', () =>
		onComfyDeploy(async (stage) => {
			const reply = { status: 400, body: '\n<html>The page of a gateway</html>' };
			stage.server.fault({ method: 'POST', path: /run/ }, { kind: 'respond', reply });
			const error = await caught(stage.connect().queuePrompt(undefined, stage.job('picture').options));
			expect(error.message).toContain('400');
			expect(error.message).not.toContain('gateway');
		}, options));

	test('may have started when a gateway gave up', () =>
		onComfyDeploy(async (stage) => {
			const reply = { status: 504, body: '<html>Gateway Time-out</html>' };
			stage.server.fault({ method: 'POST', path: /run/ }, { kind: 'respond', reply });
			const error = await caught(stage.connect().queuePrompt(undefined, stage.job('picture').options));
			expect(error.hint).toContain('may have started');
			expect(stage.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		}, options));
});

describe('the hosted ComfyUI Deploy', () => {
	test('takes inputs of every kind, a GPU and a callback URL', () =>
		onComfyDeploy(async (stage) => {
			const inputs = {
				seed: new BigInteger('18446744073709551615'),
				tiled: false,
				list: ['a'],
				none: undefined,
			};
			const options = {
				deployment: { id: ` ${DEPLOYMENTS.picture} `, inputs },
				callbackUrl: `${stage.server.bucket.url}/callback`,
				hostOptions: { gpu: 'L40S', callbackOnProgress: true },
			};
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, options);
			await client.waitForCompletion(promptId);
			const [{ bodyText }] = stage.requests('POST', '/run/deployment/queue');
			expect(bodyText).toContain('"seed":18446744073709551615');
			expect(stage.bodies('/run/deployment/queue')).toMatchObject([
				{
					deployment_id: DEPLOYMENTS.picture,
					inputs: { tiled: false, list: ['a'] },
					webhook: options.callbackUrl,
					webhook_intermediate_status: true,
					gpu: 'L40S',
				},
			]);
		}));

	test.each([
		[1, 1],
		[0, 0],
		[2, 2],
	])(
		'reports the end to the callback URL (calls sent: %i), which changes nothing for who waits',
		(calls, heard) =>
			onComfyDeploy(async (stage) => {
				stage.server.calls = calls;
				const client = stage.connect();
				const callbackUrl = `${stage.server.bucket.url}/callback`;
				const job = await client.queuePrompt(undefined, { ...stage.job('picture').options, callbackUrl });
				expect((await client.waitForCompletion(job.promptId)).files).toHaveLength(1);
				await stage.server.called();
				const reports = stage.server.bucket.requests.filter(({ path }) => path === '/callback');
				expect(reports).toHaveLength(heard);
				for (const { bodyText } of reports) {
					expect(JSON.parse(bodyText)).toMatchObject({ run_id: job.promptId, status: 'success' });
				}
			}),
	);

	test.each([1, 100])('tells progress, whether of 1 or of 100 (%i)', (scale) =>
		onComfyDeploy(async (stage) => {
			stage.server.progressScale = scale;
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('slow').options);
			const heard: JobProgress[] = [];
			const waiting = client.waitForCompletion(promptId, {
				onProgress: (progress) => {
					heard.push(progress);
					if (progress.fraction === 0.5) stage.release();
				},
			});
			await waiting;
			expect(heard.at(-1)).toMatchObject({ fraction: 0.5, text: 'Executing KSampler', state: 'running' });
		}),
	);

	test('cancels runs, and finds nothing to do when they have ended', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('slow').options);
			expect(['removed', 'interrupted']).toContain(await client.cancel(promptId));
			expect((await caught(client.waitForCompletion(promptId))).code).toBe('cancelled');
			const other = stage.connect();
			expect(await caught(other.waitForCompletion(promptId))).toBeInstanceOf(InterruptedError);
			expect(await other.cancel(promptId)).toBe('nothing');
			expect(await other.cancel('4f1e2d3c-0000-4000-8000-000000000000')).toBe('nothing');
		}));

	test('may be unable to cancel a run that has not reached a machine', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('slow').options);
			const detail = 'Error cancel function 404: Run not found or has no modal function call ID';
			const replies = [
				{ status: 500, body: { detail } },
				{ status: 200, body: { success: false, message: detail } },
			];
			for (const reply of replies) {
				stage.server.fault({ path: /cancel/, times: 1 }, { kind: 'respond', reply });
				const error = await caught(client.cancel(promptId));
				expect(error).toMatchObject({ code: 'http', message: expect.stringContaining(detail) });
			}
			stage.server.book.freeze(promptId, { status: 'success' });
			expect(await client.cancel(promptId)).toBe('nothing');
		}));

	test('says what it knows when it gives no reason for a failure', () =>
		onComfyDeploy(async (stage) => {
			stage.server.explains = false;
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('failing').options);
			const { message } = await caught(client.waitForCompletion(promptId));
			expect(message).toMatch(/returned no reason.*Executing KSampler/);
		}));

	test('names the input that it refuses', () =>
		onComfyDeploy(async (stage) => {
			const { options } = stage.job('picture', { style: { mood: 'calm' } });
			const error = await caught(stage.connect().queuePrompt(undefined, options));
			expect(error).toMatchObject({ code: 'validation', message: expect.stringContaining('"style') });
			const gpu = stage.connect().queuePrompt(undefined, {
				...stage.job('picture').options,
				hostOptions: { gpu: 'Z80' },
			});
			expect((await caught(gpu)).message).toMatch(/"gpu".*T4/);
		}));

	test.each([
		[402, 'pay', 'payment'],
		[403, 'Insufficient your GPU credits to create run', 'payment'],
		[403, 'Your account has been suspended.', 'authentication'],
	])('tells who has to pay from who has no access: %i %s', (status, detail, code) =>
		onComfyDeploy(async (stage) => {
			stage.server.fault(
				{ method: 'POST', path: /queue/ },
				{ kind: 'respond', reply: { status, body: { detail } } },
			);
			const error = await caught(stage.connect().queuePrompt(undefined, stage.job('picture').options));
			expect(error).toMatchObject({ code, message: expect.stringContaining(detail) });
		}),
	);
});

describe('the open-source web app', () => {
	test('takes texts and numbers, and exact integers as text', () =>
		onComfyDeploy(async (stage) => {
			const inputs = { prompt: 'dusk', steps: 20, cfg: 7.5, seed: new BigInteger('18446744073709551615') };
			await stage.connect().queuePrompt(undefined, { ...stage.job('picture', inputs).options });
			expect(stage.bodies('/run')).toEqual([
				{ deployment_id: DEPLOYMENTS.picture, inputs: { ...inputs, seed: '18446744073709551615' } },
			]);
		}, WEB_APP));

	test.each([[true], [null], [['a']], [{ a: 1 }], [NaN]])('refuses the input %j before sending it', (tiled) =>
		onComfyDeploy(async (stage) => {
			const { options } = stage.job('picture', { prompt: 'x', tiled });
			const error = await caught(stage.connect().queuePrompt(undefined, options));
			expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('"tiled"') });
			expect(stage.requests('POST', '/run')).toEqual([]);
		}, WEB_APP),
	);

	test('has no callbacks, no choice of GPUs and no cancelling', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const options = stage.job('slow').options;
			const { promptId } = await client.queuePrompt(undefined, options);
			expect(client.host.capabilities).toMatchObject({ cancel: false, callbacks: false, progress: false });
			const refused = [
				client.queuePrompt(undefined, { ...options, callbackUrl: 'https://example.com' }),
				client.queuePrompt(undefined, { ...options, hostOptions: { gpu: 'T4' } }),
				client.cancel(promptId),
			];
			for (const work of refused) expect((await caught(work)).code).toBe('not-supported');
			expect(stage.requests('POST', '/run')).toHaveLength(1);
		}, WEB_APP));

	test('may answer in the shapes of its older documents', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('picture').options);
			const { files, timings } = await client.waitForCompletion(promptId);
			expect(files).toMatchObject([{ filename: 'ComfyUI_00001_.png', key: 'images', kind: 'image' }]);
			expect(timings.totalMs).toBeGreaterThanOrEqual(0);
			expect(await bytesOf(await client.download(files[0]))).toEqual(stage.server.book.picture);
			const failing = await client.queuePrompt(undefined, stage.job('failing').options);
			const error = await caught(client.waitForCompletion(failing.promptId));
			expect(error.message).toBe(`The run failed: ${NODE_FAILURE.exception_message}`);
		}, OLDER));
});
