import { ComfyUiClient } from '../../nodes/client';
import type { ApiWorkflow } from '../../nodes/client';

/** ComfyUI workflows for the demo, chosen by what the server has. */
export interface DemoWorkflows {
	/** What is run, in words. */
	remark: string;
	textToImage: ApiWorkflow;
	/** The node and input that take the prompt; without a model there is none. */
	prompt?: { node: string; input: string };
	imageToImage: ApiWorkflow;
	/** The node type to describe. */
	describe: string;
}

const save = (images: [string, number], prefix: string) => ({
	class_type: 'SaveImage',
	inputs: { images, filename_prefix: prefix },
	_meta: { title: 'Save' },
});

/** A Stable Diffusion run when the server has a checkpoint, else nodes that need no model. */
export async function pictureWorkflows(url: string): Promise<DemoWorkflows> {
	const client = ComfyUiClient.connect({ url });
	try {
		const [checkpoint] = await client.models('checkpoints');
		const shared = { imageToImage: invert(), describe: 'KSampler' };
		if (!checkpoint) {
			return {
				...shared,
				remark: 'The server has no checkpoint: coloured squares instead of pictures.',
				textToImage: squares(),
			};
		}
		return {
			...shared,
			remark: `Checkpoint: ${checkpoint}`,
			textToImage: diffusion(checkpoint),
			prompt: { node: 'Positive Prompt', input: 'text' },
		};
	} finally {
		await client.close();
	}
}

function diffusion(checkpoint: string): ApiWorkflow {
	const text = (title: string, value: string) => ({
		class_type: 'CLIPTextEncode',
		inputs: { text: value, clip: ['1', 1] },
		_meta: { title },
	});
	return {
		1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
		2: text('Positive Prompt', ''),
		3: text('Negative Prompt', 'blurry, text, watermark'),
		4: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
		5: {
			class_type: 'KSampler',
			inputs: {
				model: ['1', 0],
				positive: ['2', 0],
				negative: ['3', 0],
				latent_image: ['4', 0],
				seed: 0,
				steps: 20,
				cfg: 7,
				sampler_name: 'euler',
				scheduler: 'normal',
				denoise: 1,
			},
		},
		6: { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
		7: save(['6', 0], 'n8n/demo'),
	};
}

function squares(): ApiWorkflow {
	return {
		1: {
			class_type: 'EmptyImage',
			inputs: { width: 512, height: 512, batch_size: 1, color: 0 },
			_meta: { title: 'Square' },
		},
		2: save(['1', 0], 'n8n/demo'),
	};
}

function invert(): ApiWorkflow {
	return {
		1: { class_type: 'LoadImage', inputs: { image: '' }, _meta: { title: 'Picture' } },
		2: { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
		3: {
			class_type: 'ImageScale',
			inputs: { image: ['2', 0], upscale_method: 'lanczos', width: 384, height: 384, crop: 'disabled' },
		},
		4: save(['3', 0], 'n8n/demo_inverted'),
	};
}
