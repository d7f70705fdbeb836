/** The families of models whose checkpoints the ready-made workflows can run, and how each is run. */

export const modelFamilies = ['sd15', 'sdxl', 'sd3', 'flux'] as const;

export type ModelFamily = (typeof modelFamilies)[number];

/** How a checkpoint is run. */
export interface SamplingSettings {
	/** Pixels of one side of a square image. */
	side: number;
	steps: number;
	cfg: number;
	sampler: string;
	scheduler: string;
	/** Whether a negative prompt has an effect: models that run with cfg 1 ignore it. */
	takesNegative: boolean;
	/** Strength of the prompt, for models that take it as part of the prompt. */
	guidance?: number;
	/** Class of the node that makes the empty latent. */
	latent: 'EmptyLatentImage' | 'EmptySD3LatentImage';
	/** How much an image to image run changes the image, from 0 to 1. */
	denoise: number;
}

const FAMILIES: Record<ModelFamily, SamplingSettings> = {
	sd15: {
		side: 512,
		steps: 25,
		cfg: 7,
		sampler: 'dpmpp_2m',
		scheduler: 'karras',
		takesNegative: true,
		latent: 'EmptyLatentImage',
		denoise: 0.6,
	},
	sdxl: {
		side: 1024,
		steps: 25,
		cfg: 7,
		sampler: 'dpmpp_2m',
		scheduler: 'karras',
		takesNegative: true,
		latent: 'EmptyLatentImage',
		denoise: 0.6,
	},
	sd3: {
		side: 1024,
		steps: 28,
		cfg: 4.5,
		sampler: 'euler',
		scheduler: 'sgm_uniform',
		takesNegative: true,
		latent: 'EmptySD3LatentImage',
		denoise: 0.7,
	},
	flux: {
		side: 1024,
		steps: 20,
		cfg: 1,
		sampler: 'euler',
		scheduler: 'simple',
		takesNegative: false,
		guidance: 3.5,
		latent: 'EmptySD3LatentImage',
		denoise: 0.8,
	},
};

/** Members of the metadata that name the architecture: of the ModelSpec standard, and of common training tools. */
const ARCHITECTURE = ['modelspec.architecture', 'ss_base_model_version', 'modelspec.implementation'];

/** Parts of architectures and file names, in lower case. Flux and SD 3 first: `flux` files may also contain `xl`. */
const PATTERNS: Array<[ModelFamily, RegExp]> = [
	['flux', /flux|schnell/],
	['sd3', /stable-?diffusion-?v?3|sd[-_ .]?v?3(?![0-9])/],
	['sdxl', /xl|pony|illustrious|noobai|juggernaut|animagine/],
	['sd15', /stable-?diffusion-?v?[12]|sd[-_ .]?v?[12]/],
];

/**
 * The family of a checkpoint, by the metadata in its safetensors header, or else by its name. Names of SD 1.5 models
 * often say nothing, so that an unknown checkpoint counts as one.
 * @param checkpoint file name, with or without a folder
 * @param metadata what `viewMetadata` returns
 */
export function modelFamilyOf(checkpoint: string, metadata: Record<string, unknown> = {}): ModelFamily {
	const texts = ARCHITECTURE.map((name) => metadata[name]).filter((value) => typeof value === 'string');
	for (const text of [...texts, checkpoint]) {
		const found = PATTERNS.find(([, pattern]) => pattern.test(text.slice(0, MAX_CHARACTERS).toLowerCase()));
		if (found) return found[0];
	}
	return 'sd15';
}

/** Metadata comes from whoever made the file. */
const MAX_CHARACTERS = 300;

/**
 * How to run a checkpoint. Checkpoints that were distilled to few steps (Turbo, Lightning, Hyper, LCM, Schnell) say so
 * in their names.
 */
export function samplingSettings(checkpoint: string, family: ModelFamily): SamplingSettings {
	const settings = FAMILIES[family];
	const name = checkpoint.slice(-MAX_CHARACTERS).toLowerCase();
	if (family === 'flux') return /schnell/.test(name) ? { ...settings, steps: 4 } : settings;
	if (!/turbo|lightning|hyper|lcm|dmd2/.test(name)) return settings;
	const steps = Number(/(\d{1,2})[-_ ]?step/.exec(name)?.[1]) || (family === 'sd3' ? 4 : 8);
	const isLcm = /lcm|dmd2/.test(name);
	return {
		...settings,
		...(/sd_?xl[-_]?turbo/.test(name) && { side: 512 }),
		steps,
		cfg: 1,
		sampler: isLcm ? 'lcm' : 'euler',
		scheduler: 'sgm_uniform',
		takesNegative: false,
	};
}
