import { nearestNames } from '../../../nodes/client';

const models = [
	'sd_xl_base_1.0.safetensors',
	'v1-5-pruned-emaonly.safetensors',
	'flux1-dev-fp8.safetensors',
	'a.safetensors',
];

describe('a name is suggested where a person would agree:', () => {
	test.each([
		['a mistyped letter', 'flux1-dev-fp9.safetensors', models, ['flux1-dev-fp8.safetensors']],
		['an abbreviation', 'sdxl.safetensors', models, ['sd_xl_base_1.0.safetensors']],
		['another folder', 'sdxl\\flux1-dev-fp8.safetensors', models, ['flux1-dev-fp8.safetensors']],
		['another ending', 'flux1-dev-fp8.ckpt', models, ['flux1-dev-fp8.safetensors']],
		['a letter too few', 'stps', ['steps', 'seed', 'cfg'], ['steps']],
		['the beginning of a title', 'Positive', ['Positive Prompt', 'Negative Prompt'], ['Positive Prompt']],
	])('%s', (_, name, names, expected) => expect(nearestNames(name, names)).toEqual(expected));

	test.each([
		['only the ending of the files is equal', 'b.safetensors', models],
		['short names have nothing in common', 'x.ckpt', ['y.ckpt', 'z.ckpt']],
		['a short name is somewhere inside a long one', 'a_portrait_of_my_catalogue', ['cat', 'log', 'port']],
		['a part of a word is equal', 'art', ['cartoon_style', 'heart']],
		['most letters differ', 'dreamshaper_8', ['realisticVision_v5', 'juggernautXL_v9']],
	])('not where %s', (_, name, names) => expect(nearestNames(name, names)).toEqual([]));
});
