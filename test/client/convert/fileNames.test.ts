import { SAVERS, substituteNames } from '../../../nodes/client/convert/fileNames';
import type { ApiWorkflow } from '../../../nodes/client';

const nameIn = (workflow: object, id = '1', input = 'filename_prefix') =>
	substituteNames(workflow as ApiWorkflow)[id].inputs[input];
const sampler = { class_type: 'KSampler', inputs: { steps: 20 } };
const named = (type: string, input = 'filename_prefix') => ({
	1: { class_type: type, inputs: { [input]: '%KSampler.steps%' } },
	2: sampler,
});

describe('names in file names', () => {
	// Written out: the list of the code must not decide what is tested.
	test.each([
		'SaveImage',
		'SaveImageAdvanced',
		'SaveSVGNode',
		'SaveVideo',
		'SaveAnimatedWEBP',
		'SaveWEBM',
		'SaveAudio',
		'SaveAudioMP3',
		'SaveAudioOpus',
		'SaveAudioAdvanced',
		'SaveGLB',
		'Save3DAdvanced',
		'SaveGaussianSplat',
		'SavePointCloud',
		'SaveAnimatedPNG',
		'CLIPSave',
		'VAESave',
		'ModelSave',
		'LoraSave',
		'SaveLatent',
		'SaveImageKJ',
		'SaveImageWithAlpha',
		'SaveStringKJ',
		'DecodeAndSaveVideo',
		'ModelSaveKJ',
		'LoraExtractKJ',
		'easy fullkSampler',
		'easy kSampler',
		'easy kSamplerTiled',
		'easy kSamplerInpainting',
		'easy kSamplerDownscaleUnet',
		'easy kSamplerSDTurbo',
		'easy detailerFix',
		'easy imageSave',
	])('are replaced in %s', (type) => {
		expect(nameIn(named(type))).toBe('20');
	});

	test('are replaced in save_prefix too', () => {
		expect(nameIn(named('easy imageSave', 'save_prefix'), '1', 'save_prefix')).toBe('20');
	});

	test.each(['PreviewImage', 'VHS_VideoCombine', 'KSampler'])('stay in %s, which does not save', (type) => {
		expect(nameIn(named(type))).toBe('%KSampler.steps%');
	});

	test.each([...SAVERS])(
		'that are the class %s mean a node with this title before the node itself',
		(type) => {
			const saver = { class_type: type, inputs: { filename_prefix: `%${type}.steps%`, steps: 7 } };
			const titled = { ...sampler, _meta: { title: type } };
			expect(nameIn({ 1: saver, 2: titled })).toBe('20');
			expect(nameIn({ 1: saver, 2: sampler })).toBe('7');
		},
	);

	test('that are another class mean a node of this class before one with this title', () => {
		const titled = { class_type: 'Other', inputs: { steps: 7 }, _meta: { title: 'KSampler' } };
		expect(nameIn({ 0: titled, ...named('SaveImage') })).toBe('20');
	});
});
