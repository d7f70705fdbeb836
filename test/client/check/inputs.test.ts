import { checkWorkflow } from '../../../nodes/client';
import { withInputs } from '../objectInfo/fixture';
import { changed, info, single, workflow } from './sample';

describe('required inputs', () => {
	it('are reported when they have neither value nor connection, even if there is a default', () => {
		const broken = workflow();
		delete broken[5].inputs.width;
		const report = checkWorkflow(broken, info);
		expect(report.ok).toBe(false);
		expect(report.missingInputs).toEqual([
			{
				nodeId: '5',
				nodeTitle: 'EmptyLatentImage',
				nodeType: 'EmptyLatentImage',
				input: 'width',
				type: 'INT',
			},
		]);
	});

	it('are reported when they are connected to a node that is not there', () => {
		const report = checkWorkflow(changed('8', { vae: ['77', 0] }), info);
		expect(report.missingInputs).toMatchObject([{ nodeId: '8', input: 'vae', connectedTo: '77' }]);
	});

	it('may have values that look empty', () => {
		expect(checkWorkflow(changed('6', { text: '' }), info).missingInputs).toEqual([]);
	});

	it('do not include optional ones and groups that grow', () => {
		const grows = { template: { input: { required: { i: ['IMAGE'] } }, prefix: 'i', min: 1 } };
		const definition = withInputs({ group: ['COMFY_AUTOGROW_V3', grows] }, { maybe: ['INT'] });
		expect(single(definition, { 'group.i0': ['2', 0] })).toMatchObject({ ok: true, missingInputs: [] });
	});
});

describe('inputs that the node type does not have', () => {
	it('are mentioned, but do not make a workflow not ok, since the server ignores them', () => {
		const report = checkWorkflow(changed('5', { depth: 3 }), info);
		expect(report).toMatchObject({
			ok: true,
			unknownInputs: [{ nodeId: '5', input: 'depth', didYouMean: [] }],
		});
		expect(report.warnings).toEqual([
			'"depth" of "EmptyLatentImage" (node 5) is not an input of that node type; the server ignores it.',
		]);
	});

	it('are told to be a slip when a required one of a similar name is missing', () => {
		const broken = changed('5', { widht: 512 });
		delete broken[5].inputs.width;
		const report = checkWorkflow(broken, info);
		expect(report.unknownInputs).toMatchObject([{ input: 'widht', didYouMean: ['width'] }]);
		expect(report.missingInputs).toMatchObject([{ input: 'width' }]);
		expect(report.warnings).toEqual([expect.stringContaining('Did you mean "width"?')]);
	});

	it.each([
		['the server fills them in', { hidden: { prompt: 'PROMPT' } }, { prompt: 'x' }],
		['they are left over from a button', {}, { upload: 'image' }],
		[
			'they belong to a group that grows',
			{ required: { g: ['COMFY_AUTOGROW_V3', { template: { prefix: 'i', max: 3 } }] } },
			{ 'g.i0': ['2', 0] },
		],
	])('are not mentioned where %s', (_, input, values) => {
		expect(single({ input } as never, values).unknownInputs).toEqual([]);
	});

	it('are mentioned where a group has no such member', () => {
		const template = { names: ['left', 'right'] };
		const report = single(withInputs({ g: ['COMFY_AUTOGROW_V3', { template }] }), { 'g.up': 1, 'g.left': 1 });
		expect(report.unknownInputs.map(({ input }) => input)).toEqual(['g.up']);
	});

	it('are kept to the list where they are of an extension, which may take them all the same', () => {
		const report = single({ python_module: 'custom_nodes.power' }, { lora_1: { on: true } });
		expect([report.unknownInputs.length, report.warnings]).toEqual([1, []]);
	});
});
