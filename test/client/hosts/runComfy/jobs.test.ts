import { DEPLOYMENTS } from '../../../server/hosts/comfyDeploy';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { onRunComfy, type RunComfyStage } from '../support/runComfyStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const deployment = (inputs: Record<string, unknown>, id: string = DEPLOYMENTS.picture) => ({
	deployment: { id, inputs },
});

async function run(stage: RunComfyStage, kind: keyof typeof DEPLOYMENTS) {
	const client = stage.connect();
	const { workflow, options } = stage.job(kind);
	const { promptId } = await client.queuePrompt(workflow, options);
	return { client, promptId, end: async () => await client.waitForCompletion(promptId, { timeoutMs }) };
}

describe('a submission', () => {
	test('sends its inputs as overrides of nodes, and nothing else', async () => {
		await onRunComfy(async (stage) => {
			const inputs = { '6.text': 'dusk', '31.seed': 7, '31.lora_1.strength': 0.5, '57:8.text': 'x' };
			await stage
				.clientOf({ partnerApiKey: undefined })
				.queuePrompt({}, deployment({ ...inputs, '12.image': undefined }));
			expect(stage.bodies()).toEqual([
				{
					overrides: {
						'6': { inputs: { text: 'dusk' } },
						'31': { inputs: { seed: 7, 'lora_1.strength': 0.5 } },
						'57:8': { inputs: { text: 'x' } },
					},
				},
			]);
			expect(stage.requests('POST', /inference$/)[0].path).toBe(
				`/prod/v2/deployments/${DEPLOYMENTS.picture}/inference`,
			);
		});
	});

	test('without inputs sends empty overrides, which the service requires', async () => {
		await onRunComfy(async (stage) => {
			await stage.clientOf({ partnerApiKey: undefined }).queuePrompt({}, deployment({}));
			expect(stage.bodies()).toEqual([{ overrides: {} }]);
		});
	});

	test('sends the key for partner nodes inside the job, and the callback URL in the query', async () => {
		await onRunComfy(async (stage) => {
			const callbackUrl = 'http://127.0.0.1:9/call?secret=1&x=y';
			await stage.connect().queuePrompt({}, { ...deployment({}), callbackUrl });
			expect(stage.bodies()).toMatchObject([{ extra_data: { api_key_comfy_org: stage.secrets[1] } }]);
			const [{ query }] = stage.requests('POST', /inference$/);
			expect(new URLSearchParams(query).get('webhook')).toBe(callbackUrl);
		});
	});

	test.each([
		['an input without a node', deployment({ text: 'x' }), 'invalid-input', /no node/],
		['an input without a name', deployment({ '6.': 'x' }), 'invalid-input', /no node/],
		['an empty ID', deployment({}, ' '), 'invalid-input', /empty/],
		['a place in the queue', { ...deployment({}), front: true }, 'not-supported', /before others/],
		['a priority', { ...deployment({}), number: 3 }, 'not-supported', /priorities/],
		['an option', { ...deployment({}), hostOptions: { gpu: 'T4' } }, 'invalid-input', /"gpu"/],
		['no deployment', {}, 'not-supported', /deployed/],
	])('with %s is refused before anything is sent', async (_what, options, code, message) => {
		await onRunComfy(async (stage) => {
			const error = await caught(stage.connect().queuePrompt({}, options));
			expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
			expect(error.hint).toBeTruthy();
			expect(stage.server.requests).toEqual([]);
		});
	});

	test.each(['status', 'body'] as const)('that is refused says why (refusals by %s)', async (refusals) => {
		await onRunComfy(
			async (stage) => {
				const client = stage.connect();
				const unknownNode = await caught(client.queuePrompt({}, deployment({ '99.text': 'x' })));
				expect(unknownNode).toMatchObject({ code: 'validation', problems: [{ nodeId: '99' }] });
				const unknownInput = await caught(client.queuePrompt({}, deployment({ '6.txt': 'x' })));
				expect(unknownInput.message).toContain('input "6.txt": no such input');
				const unknownId = await caught(client.queuePrompt({}, deployment({}, 'none')));
				expect([unknownId.code, unknownId.message]).toEqual([
					'not-found',
					expect.stringContaining('Deployment not found'),
				]);
				const stranger = await caught(stage.connect('bad').queuePrompt({}, deployment({})));
				expect(stranger.code).toBe('authentication');
			},
			{ refusals },
		);
	});

	test.each([
		[10001, 'payment', /Add funds/],
		[10002, 'http', /Enable it/],
		[10003, 'not-found', /deployment ID/],
		[403003, 'authentication', /account/],
		[500001, 'http', /Try again later/],
	])('that is refused with the code %i in a body with status 200 is an error', async (code, kind, hint) => {
		await onRunComfy(async (stage) => {
			const body = { error_code: code, error_message: 'because of it' };
			stage.server.fault(
				{ method: 'POST', path: /inference$/, times: 1 },
				{ kind: 'respond', reply: { status: 200, body } },
			);
			const error = await caught(stage.connect().queuePrompt({}, deployment({})));
			expect([error.code, error.hint]).toEqual([kind, expect.stringMatching(hint)]);
			expect(error.message).toContain('because of it');
		});
	});

	test('whose answer is lost is not sent again', async () => {
		await onRunComfy(async (stage) => {
			stage.server.fault({ method: 'POST', path: /inference$/, times: 1 }, { kind: 'reset' });
			const error = await caught(stage.connect().queuePrompt({}, deployment({})));
			expect(error).toMatchObject({ code: 'connection', hint: expect.stringContaining('RunComfy') });
			expect(stage.requests('POST', /inference$/)).toHaveLength(1);
		});
	});
});

describe('a request', () => {
	test('gives the files of all nodes with their URLs, and texts', async () => {
		await onRunComfy(async (stage) => {
			const { end } = await run(stage, 'mixed');
			const { files, texts, durationMs } = await end();
			expect(files.map(({ filename, nodeId, key }) => [filename, nodeId, key])).toEqual([
				['ComfyUI_00001_.png', '9', 'images'],
				['ComfyUI_00002_.png', '9', 'images'],
				['film_00001.mp4', '11', 'gifs'],
			]);
			for (const { url } of files) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/bucket\//);
			expect(texts).toMatchObject([{ text: 'a lighthouse at dusk' }]);
			expect(durationMs).toBeGreaterThanOrEqual(0);
		});
	});

	test('reports a file without a URL in a warning', async () => {
		await onRunComfy(async (stage) => {
			const { end, promptId } = await run(stage, 'slow');
			const data = { audio: [{ filename: 'a.flac', subfolder: '', type: 'output' }] };
			const outputs = [{ nodeId: '9', nodeClass: 'SaveAudio', data }];
			stage.server.book.freeze(promptId, { status: 'success', outputs, endedAt: new Date() });
			expect((await end()).warnings).toEqual([expect.stringContaining('"a.flac" (audio)')]);
		});
	});

	test.each([
		['list', /mat1 and mat2 shapes.*\[20002\]/],
		['object', /mat1 and mat2 shapes/],
		['none', /no reason/],
	] as const)('that fails says why (error as %s)', async (failures, message) => {
		await onRunComfy(async (stage) => {
			stage.server.failures = failures;
			const { end, promptId } = await run(stage, 'failing');
			const error = await caught(end());
			expect([error.code, error.promptId, error.message]).toEqual([
				'execution',
				promptId,
				expect.stringMatching(message),
			]);
			expect(error.hint).toContain('RunComfy');
			if (failures !== 'none') expect(error.hint).toContain('same model family');
		});
	});

	test.each(['cancelled', 'canceled'])('that was "%s" by somebody else is interrupted', async (status) => {
		await onRunComfy(async (stage) => {
			const { end, promptId } = await run(stage, 'slow');
			const body = { request_id: promptId, status };
			stage.server.fault({ path: /\/status$/ }, { kind: 'respond', reply: { status: 200, body } });
			expect((await caught(end())).code).toBe('interrupted');
		});
	});

	test('whose status is ahead of its result is asked for again', async () => {
		await onRunComfy(async (stage) => {
			const { client, promptId, end } = await run(stage, 'slow');
			await until(() => stage.server.book.runs.get(promptId)?.status === 'running', 'a running request');
			const body = { request_id: promptId, status: 'completed' };
			stage.server.fault({ path: /\/status$/, times: 1 }, { kind: 'respond', reply: { status: 200, body } });
			expect((await client.getJob(promptId)).state).toBe('running');
			stage.release();
			expect((await end()).files).toHaveLength(1);
		});
	});

	test('whose result was deleted is lost, not successful', async () => {
		await onRunComfy(async (stage) => {
			const { end } = await run(stage, 'picture');
			const body = { error_code: 404001, error_message: 'Result not found' };
			stage.server.fault({ path: /\/result$/ }, { kind: 'respond', reply: { status: 404, body } });
			const error = await caught(end());
			expect([error.code, error.hint]).toEqual(['lost', expect.stringContaining('seven days')]);
		});
	});

	test('of another client is found in the deployments of the account, once', async () => {
		await onRunComfy(async (stage) => {
			const { promptId, end } = await run(stage, 'picture');
			await end();
			const other = stage.connect();
			expect((await other.getJob(promptId)).state).toBe('success');
			expect((await other.getJob(promptId)).state).toBe('success');
			expect(stage.requests('GET', /\/deployments$/)).toHaveLength(1);
		});
	});

	test('that belongs to no deployment of the account is lost, also where the service refuses the question', async () => {
		await onRunComfy(async (stage) => {
			const body = { error_code: 403003, error_message: 'Forbidden' };
			stage.server.fault({ path: /\/status$/ }, { kind: 'respond', reply: { status: 403, body } });
			expect((await stage.connect().getJob('somebody-elses')).state).toBe('lost');
		});
	});
});

test('a request that cannot be cancelled goes on, and cancelling is an error', async () => {
	await onRunComfy(async (stage) => {
		const { client, promptId, end } = await run(stage, 'slow');
		stage.server.cancels = false;
		const error = await caught(client.cancel(promptId));
		expect(error.message).toContain('could not cancel');
		expect(stage.going()).toEqual([promptId]);
		stage.release();
		expect((await end()).files).toHaveLength(1);
	});
});

test('RunComfy calls the URL of the submission when the request has ended', async () => {
	await onRunComfy(async (stage) => {
		const callbackUrl = `${stage.server.url}/called`;
		const { workflow, options } = stage.job('picture');
		const { promptId } = await stage.connect().queuePrompt(workflow, { ...options, callbackUrl });
		await until(() => stage.requests('POST', /called$/).length > 0, 'the call');
		const [{ bodyText }] = stage.requests('POST', /called$/);
		expect(JSON.parse(bodyText)).toMatchObject({ request_id: promptId, status: 'succeeded' });
	});
});
