import { encodeJpeg } from '../pictures/encodeJpeg';
import { paint } from '../pictures/paint';
import { blend, flatPicture, resize } from '../pictures/Picture';
import type { Behaviours, Inputs, NodeContext } from './Behaviour';
import { asNumber, type Conditioning, type Images, type Latent, type Model } from './values';

/** A latent is an eighth of its picture; 512 is the largest preview ComfyUI sends. */
const LATENT_SCALE = 8;
const MAX_PREVIEW = 512;

function emptyLatent({ width, height, batch_size }: Inputs): Latent {
	return { width: asNumber(width, 512), height: asNumber(height, 512), batch: asNumber(batch_size, 1) };
}

function decode({ width, height, batch, base, recipe }: Latent): Images {
	return Array.from({ length: batch }, (_unused, index) => {
		const start = base?.[index % base.length] ?? flatPicture(width, height, 0x808080);
		if (!recipe) return resize(start, width, height);
		const seed = index === 0 ? recipe.seed : `${String(recipe.seed)}+${index}`;
		const painted = paint({ seed, text: recipe.text }, width, height);
		return recipe.share >= 1 ? painted : blend(painted, start, 1 - recipe.share);
	});
}

function encode(base: Images): Latent {
	const { width, height } = base[0] ?? { width: 64, height: 64 };
	return { width, height, batch: base.length, base };
}

/** What previews show: the picture coming out of grey, in as few pixels as a latent has. */
function previewPainter(latent: Latent): (share: number) => Buffer {
	const scale = Math.min(1, MAX_PREVIEW / Math.max(latent.width, latent.height));
	const [width, height] = [latent.width, latent.height].map((side) => Math.max(8, Math.round(side * scale)));
	const small = {
		...latent,
		width: Math.ceil((width as number) / LATENT_SCALE),
		height: Math.ceil((height as number) / LATENT_SCALE),
		batch: 1,
	};
	const final = decode(small)[0] ?? flatPicture(8, 8, 0);
	const noise = paint({ seed: latent.recipe?.seed, text: 'noise' }, small.width, small.height);
	return (share) => encodeJpeg(blend(noise, final, share), width, height);
}

async function sample(inputs: Inputs, seed: unknown, share: number, context: NodeContext) {
	const source = inputs['latent_image'] as Latent;
	const model = (inputs['model'] as Model | null)?.name ?? '';
	const positive = (inputs['positive'] as Conditioning | null)?.text ?? '';
	const negative = (inputs['negative'] as Conditioning | null)?.text ?? '';
	const recipe = { seed, text: [model, positive, negative].join('\u0000'), share: source.base ? share : 1 };
	const latent: Latent = { ...source, recipe };
	const steps = asNumber(inputs['steps'], 1);
	const preview = context.previews ? previewPainter(latent) : undefined;
	for (let step = 1; step <= steps; step++) {
		await context.sleep(context.stepMs);
		const image = preview?.(step / steps);
		context.step(step, steps, image && { format: 'JPEG', image });
	}
	return { values: [latent] };
}

export const sampling: Behaviours = {
	EmptyLatentImage: { run: (inputs) => ({ values: [emptyLatent(inputs)] }) },
	EmptySD3LatentImage: { run: (inputs) => ({ values: [emptyLatent(inputs)] }) },
	EmptyAceStepLatentAudio: {
		run: () => ({ values: [emptyLatent({ width: 64, height: 64, batch_size: 1 })] }),
	},
	EmptyLatentHunyuan3Dv2: {
		run: () => ({ values: [emptyLatent({ width: 64, height: 64, batch_size: 1 })] }),
	},
	EmptyLatentAudio: { run: () => ({ values: [emptyLatent({ width: 64, height: 64, batch_size: 1 })] }) },
	KSampler: {
		run: (inputs, context) => sample(inputs, inputs['seed'], asNumber(inputs['denoise'], 1), context),
	},
	KSamplerAdvanced: { run: (inputs, context) => sample(inputs, inputs['noise_seed'], 1, context) },
	LatentUpscale: {
		run: ({ samples, width, height }) => ({
			values: [{ ...(samples as Latent), width: asNumber(width), height: asNumber(height) }],
		}),
	},
	RepeatLatentBatch: {
		run: ({ samples, amount }) => ({
			values: [{ ...(samples as Latent), batch: (samples as Latent).batch * asNumber(amount, 1) }],
		}),
	},
	VAEDecode: { run: ({ samples }) => ({ values: [decode(samples as Latent)] }) },
	VAEEncode: { run: ({ pixels }) => ({ values: [encode(pixels as Images)] }) },
	InpaintModelConditioning: {
		run: ({ positive, negative, pixels }) => ({ values: [positive, negative, encode(pixels as Images)] }),
	},
};
