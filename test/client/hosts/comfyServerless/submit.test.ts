import { caught } from '../../support/caught';
import { picture, textToImage } from '../../support/workflows';
import { onServerless, type ComfyServerlessStage } from '../support/comfyServerlessStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

/** What reached the route for handing in. */
function bodies({ server }: ComfyServerlessStage): Array<Record<string, unknown>> {
	const taken = server.requests.filter(({ path }) => path === '/workflows/execute');
	return taken.map(({ bodyText }) => JSON.parse(bodyText) as Record<string, unknown>);
}

describe('handing in', () => {
	test('passes on priority, time limit, callback and metadata', async () => {
		await onServerless(async (stage) => {
			await stage.connect().queuePrompt(picture(), {
				callbackUrl: 'https://n8n.example/webhook/1',
				hostOptions: { priority: 'high', timeoutMinutes: 5, metadata: { order: 7, prompt_id: 'theirs' } },
			});
			expect(bodies(stage)).toMatchObject([
				{
					priority: 'high',
					timeout_minutes: 5,
					webhook_url: 'https://n8n.example/webhook/1',
					metadata: { order: 7, prompt_id: expect.stringMatching(/^[\da-f-]{36}$/) },
					workflow: { nodes: { '1': { id: '1', class_type: 'EmptyImage' } } },
				},
			]);
		});
	});

	test('leaves out what is not given', async () => {
		await onServerless(async (stage) => {
			await stage.connect().queuePrompt(picture());
			expect(Object.keys(bodies(stage)[0]).sort()).toEqual(['metadata', 'workflow']);
		});
	});

	test.each([
		[{ hostOptions: { priority: 'urgent' } }, 'invalid-input'],
		[{ hostOptions: { timeoutMinutes: 0 } }, 'invalid-input'],
		[{ hostOptions: { timeoutMinutes: 121 } }, 'invalid-input'],
		[{ hostOptions: { timeoutMinutes: 1.5 } }, 'invalid-input'],
		[{ hostOptions: { metadata: 'x' } }, 'invalid-input'],
		[{ hostOptions: { gpu: 'A100' } }, 'invalid-input'],
		[{ callbackUrl: 'ftp://x/y' }, 'invalid-input'],
		[{ front: true }, 'not-supported'],
		[{ number: 3 }, 'not-supported'],
		[{ outputNodes: ['2'] }, 'not-supported'],
		[{ extraData: { api_key_comfy_org: 'k' } }, 'not-supported'],
		[{ deployment: { id: 'a', inputs: {} } }, 'not-supported'],
	])('refuses what cannot be before anything is sent (%j)', async (options, code) => {
		await onServerless(async (stage) => {
			const error = await caught(stage.connect().queuePrompt(picture(), options));
			expect(error.code).toBe(code);
			expect(stage.server.requests).toEqual([]);
		});
	});

	test('waits while the service takes no more, for as long as its answer says', async () => {
		await onServerless(async (stage) => {
			stage.server.tooMany(/execute/, 2, 60, false);
			await stage.connect().queuePrompt(picture());
			expect(bodies(stage)).toHaveLength(3);
		});
	});
});

describe('a refused workflow', () => {
	test('is told node by node, although it comes as a 500', async () => {
		await onServerless(
			async (stage) => {
				const error = await caught(stage.connect().queuePrompt(textToImage(-1)));
				expect(error).toMatchObject({
					code: 'validation',
					problems: [
						{ nodeId: '3', nodeType: 'KSampler', input: 'seed', type: 'invalid_input_type' },
						{ nodeId: '5', nodeType: 'EmptyLatentImage', type: 'unsupported_node_type' },
					],
				});
				expect(error.message).toContain(
					`"EmptyLatentImage" (node 5): Unsupported node type 'EmptyLatentImage'`,
				);
				expect(error.hint).toContain('only the node types that its operator lists');
			},
			{ validates: true },
		);
	});

	test('is told too where the workflow lacks something as a whole', async () => {
		await onServerless(
			async (stage) => {
				const workflow = { '1': { class_type: 'PreviewImage', inputs: {} } };
				const error = await caught(stage.connect().queuePrompt(workflow));
				expect(error).toMatchObject({ code: 'validation', problems: [] });
				expect(error.message).toContain('Workflow missing model loader (CheckpointLoader)');
			},
			{ validates: true },
		);
	});

	test('is told where the body has not the form that is wanted', async () => {
		await onServerless(async (stage) => {
			const detail = [{ loc: ['body', 'workflow', 'nodes', '2', 'inputs', 0, 'value'], msg: 'Bad value' }];
			stage.server.faults.arm(
				{ path: /execute/ },
				{ kind: 'respond', reply: { status: 422, body: { detail } } },
			);
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect(error).toMatchObject({ code: 'validation', problems: [{ nodeId: '2', nodeTitle: 'Keep it' }] });
			expect(error.message).toContain('Bad value');
		});
	});

	test('by the ComfyUI behind the service ends the job with what can be known', async () => {
		await onServerless(async (stage) => {
			const client = stage.connect();
			const broken = { ...picture(), '1': { class_type: 'NotInstalled', inputs: {} } };
			const { promptId } = await client.queuePrompt(broken);
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs }));
			expect(error).toMatchObject({ code: 'validation', type: 'refused_by_comfyui' });
			expect(error.hint).toContain('Load Image does not find them');
		});
	});
});

describe('a failure while a job is handed in', () => {
	test.each([
		[401, 'authentication'],
		[404, 'not-found'],
		[413, 'too-large'],
	])('has the status that is told inside a 500 (%d)', async (status_code, code) => {
		await onServerless(async (stage) => {
			const body = { error: 'http_error', message: 'No', status_code };
			stage.server.faults.arm({ path: /execute/ }, { kind: 'respond', reply: { status: 500, body } });
			expect((await caught(stage.connect().queuePrompt(picture()))).code).toBe(code);
			expect(bodies(stage)).toHaveLength(1);
		});
	});

	test('of any other kind says that the job may run, and is not tried again', async () => {
		await onServerless(async (stage) => {
			const body = { error: 'http_error', message: 'Failed to execute workflow: redis', status_code: 500 };
			stage.server.faults.arm({ path: /execute/ }, { kind: 'respond', reply: { status: 500, body } });
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect(error).toMatchObject({ code: 'http', status: 500 });
			expect(error.hint).toContain('may run nevertheless');
			expect(bodies(stage)).toHaveLength(1);
		});
	});

	test('a lost answer is found again by the id that travelled along', async () => {
		await onServerless(async (stage) => {
			stage.server.faults.arm({ path: /execute/, times: 1 }, { kind: 'cut', afterBytes: 5 });
			stage.server.book.paused = true;
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			expect(stage.going()).toEqual([promptId]);
			stage.server.book.paused = false;
			await client.waitForCompletion(promptId, { timeoutMs });
			expect(bodies(stage)).toHaveLength(1);
		});
	});

	test('a job that cannot be found again may run or not, which the error says', async () => {
		await onServerless(async (stage) => {
			stage.server.faults.arm({ path: /execute/ }, { kind: 'reset' });
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect(error.code).toBe('connection');
			expect(error.hint).toContain('The job may run nevertheless.');
			expect(stage.server.requests.filter(({ path }) => path === '/workflows/execute')).toHaveLength(1);
		});
	});
});
