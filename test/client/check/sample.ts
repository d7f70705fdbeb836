import { checkWorkflow, type ApiWorkflow, type NodeDefinition } from '../../../nodes/client';
import { withModels } from '../objectInfo/fixture';

/** What the server of these tests offers. */
export const info = withModels(['sdxl/base.safetensors', 'flux1-dev.safetensors'], ['detail.safetensors']);

/** Text to image, as the editor exports it. */
export const workflow = (): ApiWorkflow => ({
	3: {
		class_type: 'KSampler',
		inputs: {
			seed: 1,
			steps: 4,
			cfg: 1,
			sampler_name: 'euler',
			scheduler: 'normal',
			denoise: 1,
			model: ['4', 0],
			positive: ['6', 0],
			negative: ['6', 0],
			latent_image: ['5', 0],
		},
	},
	4: {
		class_type: 'CheckpointLoaderSimple',
		inputs: { ckpt_name: 'flux1-dev.safetensors' },
		_meta: { title: 'The Model' },
	},
	5: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
	6: { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['4', 1] } },
	8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
	9: { class_type: 'SaveImage', inputs: { filename_prefix: 'x', images: ['8', 0] } },
});

/** The workflow with inputs of one node replaced. */
export function changed(id: string, inputs: Record<string, unknown>): ApiWorkflow {
	const copy = workflow();
	copy[id] = { ...copy[id], inputs: { ...copy[id].inputs, ...inputs } };
	return copy;
}

/** A single output node of a type made up for the test; what it is connected to is node 2, which gives anything. */
export function single(definition: NodeDefinition, inputs: Record<string, unknown>) {
	const nodes: ApiWorkflow = { 1: { class_type: 'Made', inputs } };
	if (Object.values(inputs).some(Array.isArray)) nodes[2] = { class_type: 'Source', inputs: {} };
	const source: NodeDefinition = { output: ['*'] };
	return checkWorkflow(nodes, { Made: { output_node: true, ...definition }, Source: source });
}
