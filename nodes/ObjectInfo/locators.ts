import type { INodeProperties } from 'n8n-workflow';

/** Parameters whose value is chosen from a list that the server fills. */

export const nodeType: INodeProperties = {
	displayName: 'Node Type',
	name: 'nodeType',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The class of the node, as class_type in a workflow names it',
	displayOptions: { show: { operation: ['describeNode', 'getChoices'] } },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a node type...',
			typeOptions: { searchListMethod: 'searchNodeTypes', searchable: true },
		},
		{ displayName: 'By Class Name', name: 'id', type: 'string', placeholder: 'e.g. CheckpointLoaderSimple' },
	],
};

export const input: INodeProperties = {
	displayName: 'Input',
	name: 'input',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The input of the node type whose choices to get',
	typeOptions: { loadOptionsDependsOn: ['nodeType.value'] },
	displayOptions: { show: { operation: ['getChoices'] } },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an input...',
			typeOptions: { searchListMethod: 'searchInputs', searchable: true },
		},
		{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. ckpt_name' },
	],
};

export const folder: INodeProperties = {
	displayName: 'Folder',
	name: 'folder',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The kind of models to list, by the name of their folder on the server',
	displayOptions: { show: { operation: ['listModels'] } },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a folder...',
			typeOptions: { searchListMethod: 'searchFolders', searchable: true },
		},
		{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. checkpoints' },
	],
};
