import type { QueueOptions } from '../../../nodes/client';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { canvas, picture, slow, textToImage } from '../support/workflows';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('what is sent', () => {
	test('is a workflow in which every node has inputs, and nothing but nodes', () =>
		onStage(async (stage) => {
			await stage.client.queuePrompt({
				...picture(),
				lonely: { class_type: 'TMesh' },
				nothing: { class_type: 'TMesh', inputs: null },
				version: 0.4,
				comment: { text: 'made on a Monday' },
				'7': { ...canvas(1), is_changed: ['x'] },
			});
			const [{ prompt }] = stage.submissions() as Array<{ prompt: Record<string, object> }>;
			expect(Object.keys(prompt).sort()).toEqual(['1', '2', '7', 'lonely', 'nothing']);
			expect(prompt.lonely).toEqual({ class_type: 'TMesh', inputs: {} });
			expect(prompt.nothing).toEqual({ class_type: 'TMesh', inputs: {} });
			expect(prompt['7']).toEqual(canvas(1));
		}));

	test('carries a lower-case UUID of our own, and the client id as a text', () =>
		onStage(async (stage) => {
			const job = await stage.client.queuePrompt(picture());
			const [body] = stage.submissions();
			expect(job.promptId).toMatch(UUID);
			expect(body).toMatchObject({
				prompt_id: job.promptId,
				client_id: stage.client.clientId,
				extra_data: { client_id: stage.client.clientId },
			});
			expect(Object.keys(body).sort()).toEqual(['client_id', 'extra_data', 'prompt', 'prompt_id']);
		}));

	const promptId = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
	test.each<[string, QueueOptions, Record<string, unknown>]>([
		['a given id', { promptId }, { prompt_id: promptId }],
		['front', { front: true }, { front: true }],
		['a priority', { number: -3.5 }, { number: -3.5 }],
		['the output nodes to run', { outputNodes: ['2'] }, { partial_execution_targets: ['2'] }],
		[
			'more extra data',
			{ extraData: { preview_method: 'none' } },
			{ extra_data: { preview_method: 'none' } },
		],
		[
			"the editor's workflow",
			{ uiWorkflow: { id: 'w', nodes: [] } },
			{ extra_data: { extra_pnginfo: { workflow: { id: 'w', nodes: [] } } } },
		],
	])('carries %s', (_what, options, expected) =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(picture(), options);
			expect(stage.submissions()).toEqual([expect.objectContaining({ prompt_id: expect.any(String) })]);
			expect(stage.submissions()[0]).toMatchObject(expected);
		}),
	);

	test('a priority makes front meaningless, so only the priority is sent', () =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(picture(), { front: true, number: 7 });
			expect(stage.submissions()[0]).toMatchObject({ number: 7 });
			expect(stage.submissions()[0]).not.toHaveProperty('front');
		}));

	test.each<[string, QueueOptions]>([
		['no output nodes', { outputNodes: [] }],
		['front switched off', { front: false }],
	])('%s leaves its member out', (_what, options) =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(picture(), options);
			expect(stage.submissions()[0]).not.toHaveProperty('partial_execution_targets');
			expect(stage.submissions()[0]).not.toHaveProperty('front');
		}),
	);

	test('carries the partner key inside the job, not as a header', () =>
		onStage(async (stage) => {
			await stage.connect({ partnerApiKey: 'comfyui-abc123' }).queuePrompt(picture());
			const [request] = stage.requests('POST', '/prompt');
			expect(stage.submissions()[0]).toMatchObject({ extra_data: { api_key_comfy_org: 'comfyui-abc123' } });
			expect(JSON.stringify(request.headers)).not.toContain('comfyui-abc123');
		}));

	test.each([
		['seed', '18446744073709551615'],
		['seed', '9007199254740993'],
	])('keeps every digit of a 64-bit %s of %s', (_name, digits) =>
		onStage(async (stage) => {
			const text = JSON.stringify(textToImage('SEED')).replace('"SEED"', digits);
			const job = await stage.client.queuePrompt(text);
			expect(stage.requests('POST', '/prompt')[0].bodyText).toContain(`"seed":${digits},`);
			await expect(stage.client.waitForCompletion(job.promptId)).resolves.toMatchObject({
				status: 'success',
			});
		}),
	);

	test('the given workflow is not changed', () =>
		onStage(async (stage) => {
			const workflow = { ...picture(), lonely: { class_type: 'TMesh' } };
			const before = JSON.stringify(workflow);
			await stage.client.queuePrompt(workflow);
			expect(JSON.stringify(workflow)).toBe(before);
		}));
});

describe('what comes of it', () => {
	test('front runs before what waits, a lower priority before a higher one', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const first = await client.queuePrompt(picture(1));
			const second = await client.queuePrompt(picture(2), { front: true });
			const third = await client.queuePrompt(picture(3), { number: -1000 });
			const queue = await client.getQueue();
			expect(queue.map((entry) => entry.promptId)).toEqual(
				[third, second, first].map(({ promptId }) => promptId),
			);
			expect(queue.map(({ position }) => position)).toEqual([0, 1, 2]);
			server.faults.release();
			await server.idle();
		}));

	test("the editor's workflow is embedded in the files", () =>
		onStage(async ({ client, server }) => {
			const uiWorkflow = { id: 'w', nodes: [{ id: 1, type: 'TheEditorKnows' }] };
			const { promptId } = await client.queuePrompt(picture(), { uiWorkflow });
			const { files } = await client.waitForCompletion(promptId);
			expect(server.files.read('output', files[0].filename)?.toString('latin1')).toContain('TheEditorKnows');
		}));

	test('only the wanted output nodes run', () =>
		onStage(async ({ client }) => {
			const workflow = { ...slow(0), '4': picture()['2'] };
			const { promptId } = await client.queuePrompt(workflow, { outputNodes: ['3'] });
			const { files } = await client.waitForCompletion(promptId);
			expect(files.map(({ nodeId }) => nodeId)).toEqual(['3']);
		}));

	test('the counter of the server is reported', () =>
		onStage(async ({ client }) => {
			expect((await client.queuePrompt(picture())).number).toBe(0);
			expect((await client.queuePrompt(picture())).number).toBe(1);
		}));

	test('without events no socket is opened', () =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(picture(), { events: false });
			expect(stage.requests('GET', '/ws')).toEqual([]);
		}));

	test('with events the server knows the socket before the job', () =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(picture());
			expect(stage.server.requests.map(({ path }) => path)).toEqual(['/ws', '/api/prompt']);
		}));

	test('without a socket the job is submitted all the same', () =>
		onStage(async (stage) => {
			stage.server.faults.refuseSockets = true;
			await stage.client.queuePrompt(picture());
			expect(stage.submissions()).toHaveLength(1);
		}));
});

describe('nothing is sent', () => {
	test.each([
		['nothing', undefined],
		['null', null],
		['an empty text', ' '],
		['no JSON', 'a cat'],
		['broken JSON', '{"1": {"class_type": "SaveImage"'],
		['an empty object', {}],
		['a list', []],
		['a number', 5],
		['nodes without a class', { '1': { inputs: {} } }],
		['a class that is no text', { '1': { class_type: 5, inputs: {} } }],
		['an empty class', { '1': { class_type: '', inputs: {} } }],
	])('for %s', (_what, workflow) =>
		onStage(async (stage) => {
			expect((await caught(stage.client.queuePrompt(workflow))).code).toBe('invalid-workflow');
			expect(stage.submissions()).toEqual([]);
		}),
	);

	test.each(['6F1ED002-AB5B-4C3E-9D1C-0C8A3F1E2B4D', 'my-job', '', 'None'])(
		'for the prompt id "%s"',
		(promptId) =>
			onStage(async (stage) => {
				const error = await caught(stage.client.queuePrompt(picture(), { promptId }));
				expect([error.code, error.hint]).toEqual(['invalid-input', expect.stringContaining('6f1ed002')]);
				expect(stage.server.requests).toEqual([]);
			}),
	);

	test('for a priority that is no number', () =>
		onStage(async (stage) => {
			const error = await caught(stage.client.queuePrompt(picture(), { number: Number.NaN }));
			expect([error.code, stage.submissions()]).toEqual(['invalid-input', []]);
		}));

	test('once the signal has fired', () =>
		onStage(async (stage) => {
			const error = await caught(stage.client.queuePrompt(picture(), { signal: AbortSignal.abort() }));
			expect([error.code, stage.submissions()]).toEqual(['aborted', []]);
		}));
});
