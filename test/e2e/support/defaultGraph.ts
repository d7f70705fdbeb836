type Connection = [node: number, output: number];

/** Title-less nodes of the graph that the ComfyUI editor opens at its first start: connections, then values of widgets. */
const NODES: Array<[id: number, type: string, inputs: Record<string, Connection>, values: unknown[]]> = [
	[7, 'CLIPTextEncode', { clip: [4, 1] }, ['text, watermark']],
	[
		6,
		'CLIPTextEncode',
		{ clip: [4, 1] },
		['beautiful scenery nature glass bottle landscape, purple galaxy bottle'],
	],
	[5, 'EmptyLatentImage', {}, [512, 512, 1]],
	[
		3,
		'KSampler',
		{ model: [4, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
		[156680208700286, 'randomize', 20, 8, 'euler', 'normal', 1],
	],
	[8, 'VAEDecode', { samples: [3, 0], vae: [4, 2] }, []],
	[9, 'SaveImage', { images: [8, 0] }, ['ComfyUI']],
	[4, 'CheckpointLoaderSimple', {}, ['v1-5-pruned-emaonly-fp16.safetensors']],
];

/** ComfyUI's own default workflow, as its editor saves it. */
export function defaultGraph(): object {
	const links: unknown[][] = [];
	const nodes = NODES.map(([id, type, inputs, widgets_values], order) => ({
		id,
		type,
		pos: [order * 300, 100],
		size: [300, 120],
		flags: {},
		order,
		mode: 0,
		inputs: Object.entries(inputs).map(([name, [from, output]], slot) => {
			links.push([links.length + 1, from, output, id, slot, '*']);
			return { name, type: '*', link: links.length };
		}),
		properties: { 'Node name for S&R': type },
		widgets_values,
	}));
	return {
		last_node_id: 9,
		last_link_id: links.length,
		nodes,
		links,
		groups: [],
		config: {},
		extra: {},
		version: 0.4,
	};
}
