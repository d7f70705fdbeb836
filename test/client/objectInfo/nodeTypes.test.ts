import { listNodeTypes, type NodeTypeFilter } from '../../../nodes/client';
import { objectInfo } from './fixture';

const info = {
	...objectInfo(),
	OldSampler: { display_name: 'Old Sampler', category: 'sampling', deprecated: true },
	CustomSampler: { display_name: 'Custom', category: 'sampling/custom_sampling' },
	Invention: { display_name: 'an invention' },
	Resampler: { display_name: 'A Resampler', category: 'sampling_tools', search_aliases: ['Zoom'] },
};
const found = (filter?: NodeTypeFilter) => listNodeTypes(info, filter).map(({ nodeType }) => nodeType);

describe('listing node types', () => {
	it('gives one row for each, sorted by display name without regard to case', () => {
		const names = listNodeTypes(info).map(({ displayName }) => displayName);
		expect(names).toHaveLength(Object.keys(info).length - 1);
		expect(names.slice(0, 2)).toEqual(['A Resampler', 'an invention']);
		expect(names.slice(-2)).toEqual(['VAE Encode', 'Video Combine']);
	});

	it('says in a row what a person needs to choose', () => {
		expect(listNodeTypes(info, { text: 'CheckpointLoaderSimple' })).toEqual([
			{
				nodeType: 'CheckpointLoaderSimple',
				displayName: 'Load Checkpoint',
				category: 'loaders',
				description: expect.stringContaining('diffusion model checkpoint') as string,
				outputNode: false,
				deprecated: false,
				experimental: false,
				apiNode: false,
			},
		]);
	});

	it('leaves deprecated ones out unless they are asked for', () => {
		expect(found({ text: 'oldsampler' })).toEqual([]);
		expect(found({ text: 'oldsampler', includeDeprecated: true })).toEqual(['OldSampler']);
	});

	it.each([
		['the class name', 'imagescaleby', ['ImageScaleBy']],
		['the display name', '(using Model', ['ImageUpscaleWithModel']],
		['the description', 'embedding that can be used to guide', ['CLIPTextEncode']],
		['a search alias', 'zoom', ['Resampler']],
		['the category', 'conditioning/controlnet', ['ControlNetApplyAdvanced']],
		['words in any order', '(advanced) ksampler', ['KSamplerAdvanced']],
	])('searches %s', (_, text, expected) => {
		expect(found({ text })).toEqual(expected);
	});

	it('asks for all words', () => {
		expect(found({ text: 'ksampler zebra' })).toEqual([]);
	});

	it.each([
		['sampling', ['CustomSampler', 'KSampler', 'KSamplerAdvanced']],
		['Sampling/', ['CustomSampler', 'KSampler', 'KSamplerAdvanced']],
		['sampling/custom_sampling', ['CustomSampler']],
		['samp', []],
	])('takes the category %s for the beginning of a path', (category, expected) => {
		expect(found({ category })).toEqual(expected);
	});

	it('lists only output nodes when asked', () => {
		const outputs = found({ outputNodesOnly: true });
		expect(outputs).toContain('SaveImage');
		expect(outputs).not.toContain('VAEDecode');
	});
});
