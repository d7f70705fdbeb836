import type { ApiNode, ApiWorkflow, Link } from '../core/ApiWorkflow';
import type { SamplingSettings } from './families';

/** The ready-made workflows in API format. They use only nodes that every ComfyUI has. */

/** A workflow of our own. */
export type ReadyMadeKind = 'textToImage' | 'imageToImage' | 'upscale' | 'inpaint';

export const readyMadeKinds: readonly ReadyMadeKind[] = ['textToImage', 'imageToImage', 'upscale', 'inpaint'];

const PREFIX = 'ComfyUI';

const node = (title: string, class_type: string, inputs: ApiNode['inputs']): ApiNode => ({
	class_type,
	inputs,
	_meta: { title },
});

/** Where the parts of a graph begin and end. */
const CHECKPOINT = '1';
const model: Link = [CHECKPOINT, 0];
const clip: Link = [CHECKPOINT, 1];
const vae: Link = [CHECKPOINT, 2];

/** An image from a text. */
export function textToImage(checkpoint: string, settings: SamplingSettings): ApiWorkflow {
	const { side, latent } = settings;
	return {
		...prompts(checkpoint, settings),
		'5': node('Image Size', latent, { width: side, height: side, batch_size: 1 }),
		...sampled(settings, {
			positive: positiveOf(settings),
			negative: ['3', 0],
			latent: ['5', 0],
			denoise: 1,
		}),
	};
}

/** An image that follows another image and a text. */
export function imageToImage(checkpoint: string, settings: SamplingSettings): ApiWorkflow {
	return {
		...prompts(checkpoint, settings),
		'10': loadImage,
		...resized(['10', 0], settings),
		'15': node('VAE Encode', 'VAEEncode', { pixels: ['12', 0], vae }),
		'5': node('Number of Images', 'RepeatLatentBatch', { samples: ['15', 0], amount: 1 }),
		...sampled(settings, {
			positive: positiveOf(settings),
			negative: ['3', 0],
			latent: ['5', 0],
			denoise: settings.denoise,
		}),
	};
}

/**
 * Repaints the transparent part of an image. Image and mask are resized together, as one image with an alpha channel,
 * so that they fit whatever size is set.
 */
export function inpaint(checkpoint: string, settings: SamplingSettings): ApiWorkflow {
	return {
		...prompts(checkpoint, settings),
		'10': loadImage,
		'13': node('Image and Mask', 'JoinImageWithAlpha', { image: ['10', 0], alpha: ['10', 1] }),
		...resized(['13', 0], settings),
		'14': node('Resized Image and Mask', 'SplitImageWithAlpha', { image: ['12', 0] }),
		'15': node('Inpaint', 'InpaintModelConditioning', {
			positive: positiveOf(settings),
			negative: ['3', 0],
			vae,
			pixels: ['14', 0],
			mask: ['14', 1],
			noise_mask: true,
		}),
		'5': node('Number of Images', 'RepeatLatentBatch', { samples: ['15', 2], amount: 1 }),
		...sampled(settings, { positive: ['15', 0], negative: ['15', 1], latent: ['5', 0], denoise: 1 }),
	};
}

/** Enlarges an image with an upscale model. */
export function upscale(upscaleModel: string): ApiWorkflow {
	return {
		'1': node('Upscale Model', 'UpscaleModelLoader', { model_name: upscaleModel }),
		'10': loadImage,
		'11': node('Upscale', 'ImageUpscaleWithModel', { upscale_model: ['1', 0], image: ['10', 0] }),
		'12': exactSize(['11', 0]),
		'9': node('Save Image', 'SaveImage', { images: ['12', 0], filename_prefix: PREFIX }),
	};
}

const loadImage = node('Image', 'LoadImage', { image: '' });

function prompts(checkpoint: string, { takesNegative, guidance }: SamplingSettings): ApiWorkflow {
	return {
		[CHECKPOINT]: node('Checkpoint', 'CheckpointLoaderSimple', { ckpt_name: checkpoint }),
		'2': node('Positive Prompt', 'CLIPTextEncode', { text: '', clip }),
		// With cfg 1 the negative input has no effect, but a sampler needs one.
		'3': takesNegative
			? node('Negative Prompt', 'CLIPTextEncode', { text: '', clip })
			: node('No Negative Prompt', 'ConditioningZeroOut', { conditioning: ['2', 0] }),
		...(guidance !== undefined && {
			'4': node('Guidance', 'FluxGuidance', { conditioning: ['2', 0], guidance }),
		}),
	};
}

const positiveOf = ({ guidance }: SamplingSettings): Link => (guidance === undefined ? ['2', 0] : ['4', 0]);

/** The size that the model was trained for, then the size that is set; an ImageScale to 0 x 0 changes nothing. */
function resized(image: Link, { side }: SamplingSettings): ApiWorkflow {
	return {
		'11': node('Resize to Model', 'ImageScaleToTotalPixels', {
			image,
			upscale_method: 'bilinear',
			megapixels: Number(((side * side) / 1024 ** 2).toFixed(2)),
			resolution_steps: 8, // ComfyUI before 0.9 does not have this input, and ignores it
		}),
		'12': exactSize(['11', 0]),
	};
}

/** 0 keeps a side: both as they are, one in proportion to the other. */
const exactSize = (image: Link) =>
	node('Image Size', 'ImageScale', {
		image,
		upscale_method: 'bilinear',
		width: 0,
		height: 0,
		crop: 'center',
	});

function sampled(
	{ steps, cfg, sampler, scheduler }: SamplingSettings,
	{ positive, negative, latent, denoise }: { positive: Link; negative: Link; latent: Link; denoise: number },
): ApiWorkflow {
	return {
		'7': node('KSampler', 'KSampler', {
			model,
			positive,
			negative,
			latent_image: latent,
			seed: 0,
			steps,
			cfg,
			sampler_name: sampler,
			scheduler,
			denoise,
		}),
		'8': node('VAE Decode', 'VAEDecode', { samples: ['7', 0], vae }),
		'9': node('Save Image', 'SaveImage', { images: ['8', 0], filename_prefix: PREFIX }),
	};
}
