import { checkWorkflow } from '../../../nodes/client';
import { withInputs, withModels } from '../objectInfo/fixture';
import { changed, info, single } from './sample';

describe('values that the server does not offer', () => {
	it('are reported with node, title, input and what may be meant', () => {
		const report = checkWorkflow(changed('4', { ckpt_name: 'flux1-dv.safetensors' }), info);
		expect(report.ok).toBe(false);
		expect(report.missingChoices).toEqual([
			{
				nodeId: '4',
				nodeTitle: 'The Model',
				nodeType: 'CheckpointLoaderSimple',
				input: 'ckpt_name',
				value: 'flux1-dv.safetensors',
				didYouMean: ['flux1-dev.safetensors'],
				offered: ['sdxl/base.safetensors', 'flux1-dev.safetensors'],
				offeredCount: 2,
			},
		]);
	});

	it('are reported with the exact choice when only the slash differs', () => {
		const models = withModels(['sd15/base.safetensors', 'sdxl/base.safetensors']);
		const report = checkWorkflow(changed('4', { ckpt_name: 'sdxl\\base.safetensors' }), models);
		expect(report.missingChoices[0].didYouMean).toEqual(['sdxl/base.safetensors']);
	});

	it('are reported without suggestions when nothing is installed', () => {
		const report = checkWorkflow(changed('4', { ckpt_name: 'x' }), withModels([]));
		expect(report.missingChoices).toMatchObject([{ value: 'x', didYouMean: [] }]);
	});

	it.each([
		['a text where the choice is a number', [5, 10], '5', [5]],
		['null', ['a'], null, []],
	])('are reported for %s', (_, options, value, didYouMean) => {
		const report = single(withInputs({ x: ['COMBO', { options }] }), { x: value });
		expect(report.missingChoices).toMatchObject([{ value, didYouMean }]);
	});

	it.each([
		['a connection', { x: [['a']] }, ['2', 0]],
		['a number among numbers', { x: ['COMBO', { options: [5] }] }, 5],
		['a choice that is wrapped', { x: [['a']] }, { __value__: 'a' }],
		[
			'several of several',
			{ x: ['COMBO', { options: ['a', 'b'], multiselect: true }] },
			{ __value__: ['a', 'b'] },
		],
		['true, which Python takes for 1', { x: ['COMBO', { options: [1] }] }, true],
		['choices that are elsewhere', { x: ['COMBO', { remote: { route: '/r' } }] }, 'anything'],
		[
			'choices that are elsewhere, in the newer way',
			{ x: ['COMBO', { options: [], remote_combo: { route: '/r' } }] },
			'anything',
		],
		['a file in a subfolder', { x: [['a.png'], { image_upload: true }] }, 'sub/b.png'],
		['an annotated file', { x: [['a.png'], { image_upload: true }] }, 'a.png [output]'],
		['an uploaded video', { x: ['COMBO', { options: [], video_upload: true }] }, 'v.mp4'],
		['an uploaded sound', { x: [[], { audio_upload: true }] }, 'a.flac'],
	])('are not reported for %s', (_, inputs, value) => {
		const report = single(withInputs(inputs as never), { x: value });
		expect(report).toMatchObject({ ok: true, missingChoices: [] });
	});

	it('are reported for a file that is not given by its name', () => {
		const report = single(withInputs({ x: [['a.png'], { image_upload: true }] }), { x: 5 });
		expect(report).toMatchObject({ ok: false, missingChoices: [{ value: 5 }] });
	});

	it('are all reported where there are thousands, though similar names are not looked for without end', () => {
		const models = withModels(Array.from({ length: 4000 }, (_, index) => `${index}`.repeat(9)));
		const names = ['1', '2', '3', '4'].map((digit) => digit.repeat(10));
		const many = Object.fromEntries(
			[...names, names[0]].map((ckpt_name, id) => [
				id,
				{ class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name } },
			]),
		);
		const suggested = checkWorkflow(many, models).missingChoices.map(
			({ didYouMean }) => didYouMean.length > 0,
		);
		expect(suggested).toEqual([true, true, true, false, true]);
	});

	it('are reported one by one where several may be taken', () => {
		const several = withInputs({ x: ['COMBO', { options: ['a', 'b'], multiselect: true }] });
		const report = single(several, { x: { __value__: ['a', 'q', 'r'] } });
		expect(report.missingChoices.map(({ value }) => value)).toEqual(['q', 'r']);
	});

	it('are found in inputs that come with a choice', () => {
		const options = [{ key: 'on', inputs: { required: { model: [['m1']] } } }];
		const report = single(withInputs({ x: ['COMFY_DYNAMICCOMBO_V3', { options }] }), {
			x: 'on',
			'x.model': 'm2',
		});
		expect(report.missingChoices).toMatchObject([{ input: 'x.model', value: 'm2' }]);
	});
});
