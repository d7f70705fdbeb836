/** Prompts that several tests use. */

export function canvas(color = 255, size = 16, batch_size = 1) {
	return { class_type: 'EmptyImage', inputs: { width: size, height: size, batch_size, color } };
}

export function save(source: string, filename_prefix = 'x') {
	return { class_type: 'SaveImage', inputs: { images: [source, 0], filename_prefix } };
}

/** One picture, saved. */
export function simple(color?: number, prefix?: string) {
	return { '1': canvas(color), '2': save('1', prefix) };
}

/** A picture that takes its time, in steps with previews. */
export function slow(seconds: number, steps = 4, seed = 1) {
	return {
		'1': canvas(),
		'2': { class_type: 'TSleep', inputs: { seconds, steps, seed, image: ['1', 0] } },
		'3': save('2', 'slow'),
	};
}

export interface TextToImage {
	text?: string;
	seed?: number;
	steps?: number;
	size?: number;
	checkpoint?: string;
}

export function textToImage({
	text = 'a lighthouse',
	seed = 1,
	steps = 3,
	size = 64,
	checkpoint,
}: TextToImage) {
	const ckpt_name = checkpoint ?? 'sd_xl_base_1.0.safetensors';
	return {
		'4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name } },
		'5': { class_type: 'EmptyLatentImage', inputs: { width: size, height: size, batch_size: 1 } },
		'6': { class_type: 'CLIPTextEncode', inputs: { text, clip: ['4', 1] } },
		'7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
		'3': {
			class_type: 'KSampler',
			inputs: {
				seed,
				steps,
				cfg: 7,
				sampler_name: 'euler',
				scheduler: 'normal',
				denoise: 1,
				model: ['4', 0],
				positive: ['6', 0],
				negative: ['7', 0],
				latent_image: ['5', 0],
			},
		},
		'8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
		'9': save('8', 'lighthouse'),
	};
}
