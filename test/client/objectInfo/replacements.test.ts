import { checkWorkflow, toApiFormat, type ApiWorkflow } from '../../../nodes/client';
import {
	readReplacements,
	replaceNodes,
	usableReplacements,
	withOldTypes,
} from '../../../nodes/client/objectInfo/replacements';
import { onStage } from '../support/Stage';
import { objectInfo } from './fixture';

/** Entries as ComfyUI 0.33.0 answers them, with the node types of the tests. */
const answer = {
	OldScale: [
		{
			new_node_id: 'ImageScaleBy',
			old_node_id: 'OldScale',
			old_widget_ids: ['factor', 'method'],
			input_mapping: [
				{ new_id: 'image', old_id: 'picture' },
				{ new_id: 'scale_by', old_id: 'factor' },
				{ new_id: 'upscale_method', old_id: 'method' },
			],
			output_mapping: [{ new_idx: 0, old_idx: 1 }],
		},
		{ new_node_id: 'Ignored' },
	],
	'SaveImage ': [
		{ new_node_id: 'SaveImage', old_widget_ids: null, input_mapping: null, output_mapping: null },
	],
	Broken: ['x'],
};
const replacements = readReplacements(answer);

const workflow = (): ApiWorkflow => ({
	'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 0 } },
	'2': { class_type: 'OldScale', inputs: { picture: ['1', 0], factor: 2, method: 'lanczos' } },
	'3': { class_type: 'SaveImage ', inputs: { images: ['2', 1], filename_prefix: 'x' } },
});
const replaced = {
	'2': {
		class_type: 'ImageScaleBy',
		inputs: { image: ['1', 0], scale_by: 2, upscale_method: 'lanczos' },
	},
	'3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
};

const info = objectInfo();

test('a workflow with types that the server replaces becomes one with the new types, with a remark for each', () => {
	const usable = usableReplacements(['OldScale', 'SaveImage ', 'EmptyImage'], replacements, info);
	const { workflow: changed, remarks } = replaceNodes(workflow(), usable);
	expect(changed).toMatchObject(replaced);
	expect(remarks).toEqual([
		expect.stringContaining("The server's replacement ImageScaleBy is used."),
		expect.stringContaining('SaveImage is used.'),
	]);
	expect(checkWorkflow(changed, info).ok).toBe(true);
});

test('only types that are not installed are replaced, and only by types that are', () => {
	const own = readReplacements({
		SaveImage: [{ new_node_id: 'PreviewImage' }],
		Old: [{ new_node_id: 'Nowhere' }],
	});
	expect(usableReplacements(['SaveImage', 'Old'], own, info).size).toBe(0);
});

/** The same workflow in the format of the editor. */
const editorFile = {
	last_node_id: 3,
	nodes: [
		{
			id: 1,
			type: 'EmptyImage',
			widgets_values: [8, 8, 1, 0],
			outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
		},
		{
			id: 2,
			type: 'OldScale',
			widgets_values: [2, 'lanczos'],
			inputs: [{ name: 'picture', type: 'IMAGE', link: 1 }],
			outputs: [
				{ name: 'MASK', type: 'MASK' },
				{ name: 'IMAGE', type: 'IMAGE', links: [2] },
			],
		},
		{
			id: 3,
			type: 'SaveImage ',
			widgets_values: ['x'],
			inputs: [{ name: 'images', type: 'IMAGE', link: 2 }],
		},
	],
	links: [
		[1, 1, 0, 2, 0, 'IMAGE'],
		[2, 2, 1, 3, 0, 'IMAGE'],
	],
};

test('the fields of an old type have the order of the replacement', () => {
	const { prompt } = toApiFormat(editorFile, withOldTypes(info, replacements));
	expect(prompt['2'].inputs).toEqual({ picture: ['1', 0], factor: 2, method: 'lanczos' });
});

describe('on a server that knows the replacements', () => {
	const options = { nodeReplacements: answer };

	test('the check takes the types for present, with a remark', () =>
		onStage(async ({ client }) => {
			const report = await client.checkWorkflow(workflow());
			expect(report).toMatchObject({ ok: true, missingNodeTypes: [] });
			expect(report.warnings.join(' ')).toContain("The server's replacement ImageScaleBy is used.");
		}, options));

	test('a file of the editor runs', () =>
		onStage(async (stage) => {
			await stage.client.queuePrompt(editorFile);
			expect(stage.submissions()[0].prompt).toMatchObject(replaced);
		}, options));

	test('a conversion for the server makes the new types of both formats, and says so', () =>
		onStage(async ({ client }) => {
			for (const source of [workflow(), editorFile]) {
				const { prompt, warnings, objectInfo: known } = await client.convertWorkflow(source);
				expect(prompt).toMatchObject(replaced);
				expect(warnings.map(({ reason }) => reason)).toContain('replaced-type');
				expect(known.ImageScaleBy).toBeDefined();
			}
		}, options));

	test('a type without a replacement is missing as before', () =>
		onStage(async ({ client }) => {
			const report = await client.checkWorkflow({
				...workflow(),
				'4': { class_type: 'Nowhere', inputs: {} },
			});
			expect(report.missingNodeTypes).toMatchObject([{ nodeType: 'Nowhere' }]);
		}, options));
});

test('a server without replacements reports the types as missing', () =>
	onStage(async ({ client }) => {
		expect((await client.checkWorkflow(workflow())).missingNodeTypes).toHaveLength(2);
	}));
