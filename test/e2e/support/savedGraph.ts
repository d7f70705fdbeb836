/**
 * A workflow as the ComfyUI editor saves it: its default graph, with the titles that people give.
 * @param prompt what the positive prompt says
 */
export function savedGraph(prompt = 'a lighthouse in a storm, oil painting'): object {
	const links = [
		[1, 1, 1, 2, 0, 'CLIP'],
		[2, 1, 1, 3, 0, 'CLIP'],
		[3, 1, 0, 5, 0, 'MODEL'],
		[4, 2, 0, 5, 1, 'CONDITIONING'],
		[5, 3, 0, 5, 2, 'CONDITIONING'],
		[6, 4, 0, 5, 3, 'LATENT'],
		[7, 5, 0, 6, 0, 'LATENT'],
		[8, 1, 2, 6, 1, 'VAE'],
		[9, 6, 0, 7, 0, 'IMAGE'],
	];
	const node = (
		id: number,
		type: string,
		title: string,
		widgets_values: unknown[],
		inputs: string[] = [],
	) => ({
		id,
		type,
		title,
		pos: [id * 300, 100],
		size: [280, 120],
		flags: {},
		order: id - 1,
		mode: 0,
		inputs: inputs.map((name, slot) => {
			const [link, , , , , kind] = links.find(([, , , to, at]) => to === id && at === slot) ?? [];
			return { name, type: kind, link };
		}),
		properties: { 'Node name for S&R': type },
		widgets_values,
	});
	return {
		last_node_id: 7,
		last_link_id: 9,
		nodes: [
			node(1, 'CheckpointLoaderSimple', 'Checkpoint', ['sd_xl_base_1.0.safetensors']),
			node(2, 'CLIPTextEncode', 'Positive Prompt', [prompt], ['clip']),
			node(3, 'CLIPTextEncode', 'Negative Prompt', ['text, watermark'], ['clip']),
			node(4, 'EmptyLatentImage', 'Size', [352, 352, 1]),
			node(
				5,
				'KSampler',
				'Sampler',
				[42, 'randomize', 20, 7.5, 'euler', 'karras', 1],
				['model', 'positive', 'negative', 'latent_image'],
			),
			node(6, 'VAEDecode', 'Decode', [], ['samples', 'vae']),
			node(7, 'SaveImage', 'Save', ['lighthouse'], ['images']),
		],
		links,
		groups: [],
		config: {},
		extra: {},
		version: 0.4,
	};
}
