import type { INodeProperties } from 'n8n-workflow';

/** Which of the files to download. */
export const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	default: {},
	placeholder: 'Add filter',
	options: [
		{
			displayName: 'File Kinds',
			name: 'kinds',
			type: 'multiOptions',
			default: ['image'],
			options: [
				{ name: '3D', value: '3d' },
				{ name: 'Audio', value: 'audio' },
				{ name: 'Image', value: 'image' },
				{ name: 'Other', value: 'other' },
				{ name: 'Text', value: 'text' },
				{ name: 'Video', value: 'video' },
			],
			description: 'Only files of these kinds, told by their extension',
		},
		{
			displayName: 'Maximum Number of Files',
			name: 'maxFiles',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1,
			description: 'Stop after this many files, in the order in which the server lists them',
		},
		{
			displayName: 'Nodes',
			name: 'nodes',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9, Save Upscaled',
			description: 'Only files of these nodes: comma-separated IDs, titles or classes',
		},
		{
			displayName: 'Output Keys',
			name: 'keys',
			type: 'string',
			default: '',
			placeholder: 'e.g. images, gifs',
			description: 'Only files that nodes list under these keys, comma-separated',
		},
		{
			displayName: 'Outputs or Previews',
			name: 'which',
			type: 'options',
			default: 'auto',
			options: [
				{ name: 'Both', value: 'both' },
				{ name: 'Outputs Only', value: 'outputs' },
				{
					name: 'Outputs, or Previews When There Are None',
					value: 'auto',
					description: 'What is done with the files of a job when this filter is not set',
				},
				{ name: 'Previews Only', value: 'previews' },
			],
			description:
				'Whether to take files that were saved, or previews, which ComfyUI keeps until it is started again',
		},
	],
};
