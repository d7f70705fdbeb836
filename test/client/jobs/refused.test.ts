import type { ValidationError } from '../../../nodes/client';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { halfBroken, picture, textToImage } from '../support/workflows';

describe('a workflow of which only some outputs pass the check', () => {
	test('is taken, and says what will not run', () =>
		onStage(async ({ client }) => {
			const job = await client.queuePrompt(halfBroken());
			expect(job.nodeErrors).toMatchObject({
				'3': { class_type: 'SaveImage', errors: [{ type: 'required_input_missing' }] },
			});
			const { files } = await client.waitForCompletion(job.promptId);
			expect(files.map(({ nodeId }) => nodeId)).toEqual(['2']);
		}));

	test('is a failure and taken back when that is asked for', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const error = await caught<ValidationError>(
				client.queuePrompt(halfBroken(), { failOnNodeErrors: true }),
			);
			expect(error).toMatchObject({
				code: 'validation',
				message: expect.stringContaining('node 3), input "images"'),
				problems: [{ nodeId: '3', input: 'images', type: 'required_input_missing' }],
			});
			expect(await client.getQueue()).toEqual([]);
			server.faults.release();
			await server.idle();
			expect(await client.getHistory()).toEqual({});
			expect(server.files.list('output')).toEqual([]);
		}));
});

describe('a refusal names node, input and what to do', () => {
	test.each<[string, object, object, string]>([
		[
			'a model that is not there',
			textToImage(1, 'sd_xl_base.safetensors'),
			{ nodeId: '4', input: 'ckpt_name', received: 'sd_xl_base.safetensors', type: 'value_not_in_list' },
			'Did you mean "sd_xl_base_1.0.safetensors"',
		],
		[
			'a seed that is too big',
			textToImage(1e30),
			{ nodeId: '3', input: 'seed', type: 'value_bigger_than_max' },
			'bigger than the maximum',
		],
		[
			'a file that was not uploaded',
			{ '1': { class_type: 'LoadImage', inputs: { image: 'cat.png' } }, '2': picture()['2'] },
			{ nodeId: '1', input: 'image', type: 'custom_validation_failed' },
			'Upload it first',
		],
		[
			'a bare list',
			{
				...picture(),
				'1': { class_type: 'EmptyImage', inputs: { ...picture()['1'].inputs, width: [1, 2, 3] } },
			},
			{ nodeId: '1', input: 'width', type: 'bad_linked_input' },
			'__value__',
		],
		[
			'a connection of the wrong kind',
			{
				...textToImage(),
				'9': { class_type: 'SaveImage', inputs: { images: ['5', 0], filename_prefix: 'x' } },
			},
			{ nodeId: '9', input: 'images', type: 'return_type_mismatch' },
			'"LATENT"',
		],
	])('%s', (_what, workflow, problem, says) =>
		onStage(async ({ client }) => {
			const error = await caught<ValidationError>(client.queuePrompt(workflow));
			expect(error.code).toBe('validation');
			expect(error.problems[0]).toMatchObject(problem);
			expect(error.message).toContain(says);
			expect(error.hint).toBeTruthy();
		}),
	);

	test('a connection to nowhere, which can take the server down, is not even sent', () =>
		onStage(async ({ client, server }) => {
			const workflow = {
				...picture(),
				'3': {
					class_type: 'SaveImage',
					inputs: { images: ['1', 0], filename_prefix: 'x', extra: ['99', 0] },
				},
			};
			const error = await caught(client.queuePrompt(workflow));
			expect(error.code).toBe('invalid-workflow');
			expect(error.message).toContain('input "extra" of "SaveImage" (node 3) to node 99');
			expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
		}));

	test.each([
		['0.3.64', 'invalid_prompt'],
		['0.33.0', 'missing_node_type'],
	])('a node type that is not installed, on %s', (version, type) =>
		onStage(
			async ({ client }) => {
				const workflow = {
					...picture(),
					'7': { class_type: 'FancyNode', inputs: {}, _meta: { title: 'Fancy' } },
				};
				const error = await caught<ValidationError>(client.queuePrompt(workflow));
				expect(error).toMatchObject({ code: 'validation', type });
				expect(error.message).toContain('"FancyNode" is not installed');
				expect(error.problems).toMatchObject([{ nodeId: '7', nodeTitle: 'Fancy', nodeType: 'FancyNode' }]);
			},
			{ version },
		),
	);

	test('a workflow without outputs', () =>
		onStage(async ({ client }) => {
			const error = await caught<ValidationError>(client.queuePrompt({ '1': picture()['1'] }));
			expect([error.type, error.message]).toEqual([
				'prompt_no_outputs',
				expect.stringContaining('no output node'),
			]);
		}));

	test('a 400 that is not ComfyUI is not taken for a refusal', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ path: /prompt/ }, { status: 400, body: '<b>Bad</b> gateway config' });
			const error = await caught(client.queuePrompt(picture()));
			expect([error.code, error.status]).toEqual(['http', 400]);
			expect(error.message).toContain('Bad gateway config');
		}));
});
