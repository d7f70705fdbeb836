import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/**
 * The fields of one server. None depends on another one: n8n shows such a field of a list in a credential only after the
 * credential was saved and opened again (seen in 2.41: its form changes the list in place, and notices nothing).
 */
const server: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. gpu-1',
		description:
			'Short name of letters, digits, hyphens, dots and underscores. It is part of each job ID, so do not change it while jobs run. If it is empty, the name is made of host and port.',
	},
	{
		displayName: 'Server URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. http://10.0.0.11:8188',
		description: 'URL of the ComfyUI server, including the path prefix of a proxy if there is one',
	},
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		default: 'none',
		options: [
			{ name: 'Basic Auth', value: 'basic', description: 'User name and password' },
			{ name: 'Bearer Token', value: 'bearer', description: 'Also for the ComfyUI-Login extension' },
			{ name: 'Custom Header', value: 'headers', description: 'One header' },
			{ name: 'None', value: 'none' },
			{ name: 'Query Parameter', value: 'query', description: 'For example "token" for ComfyUI-Login' },
		],
	},
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		description: 'For Basic Auth only',
	},
	{
		displayName: 'Name of Header or Query Parameter',
		name: 'secretName',
		type: 'string',
		default: '',
		placeholder: 'e.g. X-API-Key',
		description: 'For Custom Header and Query Parameter only',
	},
	{
		displayName: 'Password, Token or Value',
		name: 'secret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'For every authentication but None',
	},
	{
		displayName: 'Weight',
		name: 'weight',
		type: 'number',
		typeOptions: { minValue: 0.01, maxValue: 100, numberPrecision: 2 },
		default: 1,
		description: 'How fast the server is, compared with the others: one with 2 gets twice as many jobs',
	},
	{
		displayName: 'Tag',
		name: 'tag',
		type: 'string',
		default: '',
		placeholder: 'e.g. large',
		description: 'A word that a node can ask for with its option "Server Tag"',
	},
	{
		displayName: 'Ignore SSL Issues (Insecure)',
		name: 'ignoreSslIssues',
		type: 'boolean',
		default: false,
		description: 'Whether to connect even if the TLS certificate cannot be verified',
	},
];

/** Access to several ComfyUI servers that the nodes use as one. */
export class ComfyUiPoolApi implements ICredentialType {
	name = 'comfyUiPoolApi';
	displayName = 'ComfyUI Pool API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName:
				'n8n keeps saved passwords and tokens by their place in the list. After you remove or move a server, enter those of all servers behind it again.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Servers',
			name: 'servers',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: {},
			placeholder: 'Add Server',
			description: '2 to 100 ComfyUI servers',
			options: [{ displayName: 'Server', name: 'server', values: server }],
		},
		{
			displayName: 'Comfy.org API Key',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only for workflows with paid partner nodes. The key is sent inside each job. ComfyUI before 0.3.68 shows it to everyone who can read the queue.',
		},
	];

	authenticate = authenticateFor('pool');
}
