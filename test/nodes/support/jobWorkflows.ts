/** Workflows for jobs that end in every way. */

const picture = { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } };

const titled = (title: string) => ({ _meta: { title } });

export function save(from: string, title = 'Save Picture', filename_prefix = 'made') {
	return { class_type: 'SaveImage', inputs: { images: [from, 0], filename_prefix }, ...titled(title) };
}

/** One picture, saved. */
export const quick = { '1': picture, '2': save('1') };

/** A picture that takes a given time; the server can stop it meanwhile. */
export function slow(seconds = 60) {
	const inputs = { seconds, steps: 4, seed: 1, image: ['1', 0] };
	return { '1': picture, '2': { class_type: 'TSleep', inputs, ...titled('Slow Node') }, '3': save('2') };
}

/** A node that raises. */
export function failing(msg: string) {
	const fail = { class_type: 'TFail', inputs: { image: ['1', 0], msg }, ...titled('Fragile Node') };
	return { '1': picture, '2': fail, '3': save('2') };
}

interface TextToImage {
	text?: string;
	seed?: number;
	steps?: unknown;
	width?: unknown;
	sampler?: string;
	checkpoint?: string;
}

/** A usual workflow, with the titles that the editor gives. */
export function textToImage({ text = 'a lighthouse', seed = 1, width = 64, ...more }: TextToImage = {}) {
	const { steps = 2, sampler = 'euler', checkpoint = 'sd_xl_base_1.0.safetensors' } = more;
	const links = { model: ['4', 0], positive: ['6', 0], negative: ['7', 0], latent_image: ['5', 0] };
	const sampling = { seed, steps, cfg: 7, sampler_name: sampler, scheduler: 'normal', denoise: 1 };
	return {
		'3': { class_type: 'KSampler', inputs: { ...sampling, ...links }, ...titled('KSampler') },
		'4': {
			class_type: 'CheckpointLoaderSimple',
			inputs: { ckpt_name: checkpoint },
			...titled('Load Checkpoint'),
		},
		'5': {
			class_type: 'EmptyLatentImage',
			inputs: { width, height: 64, batch_size: 1 },
			...titled('Canvas'),
		},
		'6': { class_type: 'CLIPTextEncode', inputs: { text, clip: ['4', 1] }, ...titled('Positive Prompt') },
		'7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] }, ...titled('Negative') },
		'8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] }, ...titled('VAE Decode') },
		'9': save('8'),
	};
}

/** Two outputs, of which the server refuses one. */
export const halfBad = {
	'1': picture,
	'2': save('1', 'Good Output'),
	'3': { class_type: 'LoadImage', inputs: { image: 'missing.png' }, ...titled('Product Photo') },
	'4': save('3', 'Bad Output'),
};

/** A picture that comes over the WebSocket and is kept nowhere. */
export const overSocket = {
	'1': picture,
	'2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] }, ...titled('Send') },
};
