import type { ApiWorkflow } from '../../../nodes/client';

/** Workflows that several tests use; the little ComfyUI has all their node types. */

export function canvas(color = 255, size = 16, batch_size = 1) {
	return { class_type: 'EmptyImage', inputs: { width: size, height: size, batch_size, color } };
}

export function save(source: string, filename_prefix = 'x') {
	return {
		class_type: 'SaveImage',
		inputs: { images: [source, 0], filename_prefix },
		_meta: { title: 'Keep it' },
	};
}

/** One picture, saved by node 2. */
export function picture(color = 255, prefix = 'x'): ApiWorkflow {
	return { '1': canvas(color), '2': save('1', prefix) };
}

/** A picture that takes its time, in steps with previews; node 2 sleeps, node 3 saves. */
export function slow(seconds = 0.1, steps = 4, seed = 1): ApiWorkflow {
	return {
		'1': canvas(),
		'2': { class_type: 'TSleep', inputs: { seconds, steps, seed, image: ['1', 0] } },
		'3': save('2', 'slow'),
	};
}

/** Text to image with a sampler; node 3 has the seed, node 9 saves. */
export function textToImage(seed: unknown = 1, checkpoint = 'sd_xl_base_1.0.safetensors'): ApiWorkflow {
	return {
		'4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
		'5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
		'6': { class_type: 'CLIPTextEncode', inputs: { text: 'a lighthouse', clip: ['4', 1] } },
		'3': {
			class_type: 'KSampler',
			inputs: {
				seed,
				steps: 3,
				cfg: 7,
				sampler_name: 'euler',
				scheduler: 'normal',
				denoise: 1,
				model: ['4', 0],
				positive: ['6', 0],
				negative: ['6', 0],
				latent_image: ['5', 0],
			},
		},
		'8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
		'9': save('8', 'lighthouse'),
	};
}

/** Two outputs: node 2 is fine, node 3 has no picture to save. */
export function halfBroken(): ApiWorkflow {
	return { ...picture(), '3': { class_type: 'SaveImage', inputs: { filename_prefix: 'y' } } };
}
