/** What ComfyUI ships as templates: an index of categories, and a workflow in the editor's format for each name. */
export interface Templates {
	index: unknown;
	workflows: Record<string, unknown>;
}

const picture = {
	last_node_id: 2,
	last_link_id: 1,
	nodes: [
		{
			id: 1,
			type: 'EmptyImage',
			mode: 0,
			inputs: [],
			outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
			widgets_values: [16, 16, 1, 255],
		},
		{
			id: 2,
			type: 'SaveImage',
			mode: 0,
			inputs: [{ name: 'images', type: 'IMAGE', link: 1 }],
			outputs: [],
			widgets_values: ['template'],
		},
	],
	links: [[1, 1, 0, 2, 0, 'IMAGE']],
	version: 0.4,
};

/** In the form of the package comfyui-workflow-templates; other members are left out. */
export const DEFAULT_TEMPLATES: Templates = {
	index: [
		{
			moduleName: 'default',
			category: 'Foundation',
			title: 'Image',
			type: 'image',
			templates: [
				{
					name: 'default',
					title: 'Image Generation',
					description: 'Generate images from text prompts.',
					mediaType: 'image',
					mediaSubtype: 'webp',
					tags: ['Text to Image', 'Image'],
					models: ['SD1.5'],
				},
				{
					name: 'image2image',
					title: 'Image to Image',
					description: 'Transform existing images using text prompts.',
					mediaType: 'image',
					mediaSubtype: 'webp',
					tags: ['Image to Image', 'Image'],
					models: ['SD1.5'],
				},
			],
		},
		{
			moduleName: 'default',
			title: 'Upscaling',
			type: 'image',
			// servers before 0.3.40 have no titles
			templates: [
				{ name: 'hiresfix_latent_workflow', mediaType: 'image', description: 'Upscale in latent space.' },
			],
		},
	],
	workflows: { default: picture, image2image: picture, hiresfix_latent_workflow: picture },
};
