import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/**
 * Parameters that say where a workflow comes from.
 * @param show when to show them; always when left out
 * @param hide when not to
 */
export function sourceProperties({ show, hide }: IDisplayOptions = {}): INodeProperties[] {
	const hidden = hide && { hide };
	const when = (source: string): IDisplayOptions => ({
		...hidden,
		show: { ...show, workflowSource: [source] },
	});
	return [
		{
			displayName: 'Workflow Source',
			name: 'workflowSource',
			type: 'options',
			default: 'json',
			displayOptions: { ...(show && { show }), ...hidden },
			options: [
				{
					name: 'File',
					value: 'binary',
					description:
						'A JSON file in a binary field, or a picture, video, audio or model file that ComfyUI made',
				},
				{ name: 'JSON', value: 'json', description: 'Pasted, or from an expression' },
				{
					name: 'Saved on Server',
					value: 'server',
					description: 'A workflow that was saved in the ComfyUI editor',
				},
			],
			description: 'Where the workflow comes from',
		},
		{
			displayName: 'Workflow',
			name: 'workflow',
			type: 'json',
			typeOptions: { rows: 8 },
			default: '',
			required: true,
			displayOptions: when('json'),
			placeholder: 'e.g. {"3": {"class_type": "KSampler", "inputs": {...}}}',
			description:
				'The workflow as the ComfyUI editor saves or exports it ("Save", "Export" or "Export (API)"). POST bodies and history entries are recognised too.',
		},
		{
			displayName: 'Input Binary Field',
			name: 'workflowBinaryField',
			type: 'string',
			default: 'data',
			required: true,
			displayOptions: when('binary'),
			hint: 'The name of the input binary field that has the file with the workflow',
			description:
				'PNG, WebP, MP4, MOV, WebM, FLAC, MP3, Opus, GLB and safetensors files carry the workflow that made them, unless they were converted since',
		},
		{
			displayName: 'Saved Workflow',
			name: 'savedWorkflow',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			displayOptions: when('server'),
			description: 'A workflow of the ComfyUI user, as the Workflows panel of the editor lists it',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a workflow...',
					typeOptions: { searchListMethod: 'searchSavedWorkflows', searchable: true },
				},
				{ displayName: 'By Path', name: 'path', type: 'string', placeholder: 'e.g. portraits/flux.json' },
			],
		},
	];
}
