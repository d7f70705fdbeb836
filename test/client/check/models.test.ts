import { checkWorkflow, modelSources, reportText } from '../../../nodes/client';
import { withInputs, withModels } from '../objectInfo/fixture';
import { onStage } from '../support/Stage';
import { changed, single } from './sample';

const url = 'https://models.example.com/flux1-dev.safetensors';
const source = { name: 'flux1-dev.safetensors', url, directory: 'checkpoints' };
const PLACE = '"ckpt_name" of "The Model" (CheckpointLoaderSimple, node 4)';

describe('the error about a model that the server does not have', () => {
	const textOf = (ckpt_name: string, installed: string[], models = [source]) =>
		reportText(checkWorkflow(changed('4', { ckpt_name }), withModels(installed), { models }))[0];

	test('lists what the server offers', () => {
		expect(textOf('nowhere', ['one.safetensors', 'two.safetensors'])).toBe(
			`${PLACE} is "nowhere", which the server does not offer. The server offers "one.safetensors", "two.safetensors".`,
		);
	});

	test('lists at most 20, and how many more there are', () => {
		const many = Array.from({ length: 33 }, (_, index) => `model ${index}`);
		const text = textOf('nowhere', many);
		expect(text).toContain('"model 19" and 13 more.');
		expect(text).not.toContain('"model 20"');
	});

	test('says that there is none, and where to put one', () => {
		expect(textOf('nowhere', [])).toBe(
			`${PLACE} is "nowhere", which the server does not offer. The server has no checkpoints; put one into models/checkpoints.`,
		);
	});

	test('names address and folder that the workflow knows, also for a value with a folder', () => {
		for (const value of ['flux1-dev.safetensors', 'flux\\flux1-dev.safetensors']) {
			expect(textOf(value, [])).toContain(
				`The server has no checkpoints. Download it from ${url} into models/checkpoints.`,
			);
		}
	});

	test('says that nothing is offered where the kind is not known', () => {
		const report = single(withInputs({ x: ['COMBO', { options: [] }] }), { x: 'a' });
		expect(reportText(report)[0]).toMatch(/does not offer\. The server offers nothing here\.$/);
	});
});

test('a report lists the missing models, each once', () => {
	const workflow = changed('4', { ckpt_name: source.name });
	workflow['14'] = { ...workflow['4'], _meta: { title: 'Second' } };
	workflow['18'] = { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['14', 2] } };
	workflow['19'] = { class_type: 'SaveImage', inputs: { filename_prefix: 'y', images: ['18', 0] } };
	const { missingModels } = checkWorkflow(workflow, withModels([]), { models: [source] });
	expect(missingModels).toMatchObject([
		{
			name: source.name,
			url,
			directory: 'checkpoints',
			usedBy: [
				{ nodeId: '4', input: 'ckpt_name' },
				{ nodeId: '14', nodeTitle: 'Second' },
			],
		},
	]);
});

describe('the addresses in a workflow of the editor', () => {
	const node = (models: unknown) => ({ id: 1, type: 'X', properties: { models } });
	const graph = (models: unknown) => ({ nodes: [node(models)], links: [] });

	test('are those of its nodes, of nodes in subgraphs, and of the file', () => {
		const named = (name: string) => ({ ...source, name, hash: 'x' });
		const file = {
			...graph([named('a'), named('a')]),
			definitions: { subgraphs: [graph([named('b')])] },
			models: [named('c')],
		};
		expect(modelSources(file).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
		expect(modelSources(file)[0]).toEqual({ ...source, name: 'c' });
	});

	test.each([
		[null],
		['x'],
		[[null, 1, {}]],
		[[{ ...source, url: 'javascript:alert(1)' }]],
		[[{ ...source, name: 5 }]],
	])('are none in %j', (models) => expect(modelSources(graph(models))).toEqual([]));
	test('are none without a workflow', () => expect(modelSources(undefined)).toEqual([]));
});

test('a client lists the missing models of a workflow in the format of the editor', () =>
	onStage(async ({ client }) => {
		const loader = {
			id: 4,
			type: 'CheckpointLoaderSimple',
			widgets_values: [source.name],
			outputs: [{ name: 'MODEL', type: 'MODEL', links: [1] }, { type: 'CLIP' }, { type: 'VAE', links: [2] }],
			properties: { models: [source] },
		};
		const save = (id: number, link: number, name: string, type: string) => ({
			id,
			type: 'PreviewAny',
			inputs: [{ name, type, link }],
			outputs: [],
		});
		const workflow = {
			last_node_id: 9,
			nodes: [loader, save(9, 1, 'source', '*')],
			links: [[1, 4, 0, 9, 0, 'MODEL']],
		};
		expect(await client.missingModels(workflow)).toMatchObject([
			{ name: source.name, url, directory: 'checkpoints', usedBy: [{ nodeId: '4' }] },
		]);
	}));
