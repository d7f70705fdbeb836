import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { ComfyUiClient } from '../../nodes/client';
import type { ApiWorkflow } from '../../nodes/client';

/** ComfyUI workflows for the demo, chosen by what the server has. */
export interface DemoWorkflows {
	/** What is run, in words. */
	remark: string;
	/** Text of the file that the ComfyUI editor saved. */
	saved: string;
	/** What is entered into the form of its inputs: field to value or expression. */
	form: INodeParameters;
	/** In API format. */
	imageToImage: ApiWorkflow;
}

/** A Stable Diffusion run when the server has a checkpoint, else nodes that need no model. */
export async function pictureWorkflows(url: string): Promise<DemoWorkflows> {
	const client = ComfyUiClient.connect({ url });
	try {
		const [checkpoint] = await client.models('checkpoints');
		if (!checkpoint) {
			return {
				remark: 'The server has no checkpoint: coloured squares instead of pictures.',
				saved: savedWorkflow('squares.json'),
				form: { '1.color': '={{ $json.color }}' },
				imageToImage: invert,
			};
		}
		return {
			remark: `Checkpoint: ${checkpoint}`,
			saved: savedWorkflow('text-to-image.json'),
			form: { '1.ckpt_name': checkpoint, '2.text': '={{ $json.prompt }}' },
			imageToImage: invert,
		};
	} finally {
		await client.close();
	}
}

const savedWorkflow = (name: string) => readFileSync(path.join(__dirname, name), 'utf8');

const invert: ApiWorkflow = {
	1: { class_type: 'LoadImage', inputs: { image: '' }, _meta: { title: 'Picture' } },
	2: { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
	3: {
		class_type: 'ImageScale',
		inputs: { image: ['2', 0], upscale_method: 'lanczos', width: 384, height: 384, crop: 'disabled' },
	},
	4: {
		class_type: 'SaveImage',
		inputs: { images: ['3', 0], filename_prefix: 'n8n/demo_inverted' },
		_meta: { title: 'Save' },
	},
};
