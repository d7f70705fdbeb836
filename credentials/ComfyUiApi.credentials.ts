import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** Access to a ComfyUI server: URL, authentication, TLS, and the key for paid partner nodes. */
export class ComfyUiApi implements ICredentialType {
	name = 'comfyUiApi';
	displayName = 'ComfyUI API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Server URL',
			name: 'url',
			type: 'string',
			default: 'http://127.0.0.1:8188',
			required: true,
			placeholder: 'e.g. http://127.0.0.1:8188',
			description:
				'URL of the ComfyUI server, including the path prefix of a proxy if there is one. When n8n runs in Docker and ComfyUI runs on the same machine, use http://host.docker.internal:8188 and start ComfyUI with --listen.',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			default: 'none',
			options: [
				{
					name: 'Basic Auth',
					value: 'basic',
					description: 'User name and password, for example for a proxy',
				},
				{ name: 'Bearer Token', value: 'bearer', description: 'Also for the ComfyUI-Login extension' },
				{ name: 'Custom Headers', value: 'headers', description: 'Any number of headers' },
				{ name: 'None', value: 'none' },
				{ name: 'Query Parameter', value: 'query', description: 'For example "token" for ComfyUI-Login' },
			],
			description: 'ComfyUI itself needs no authentication, but a proxy or an extension may need it',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['bearer'] } },
			description:
				'Sent as "Authorization: Bearer ...". For ComfyUI-Login, use the token from the server log.',
		},
		{
			displayName: 'Headers',
			name: 'headers',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: { values: [{ name: '', value: '' }] },
			placeholder: 'Add Header',
			displayOptions: { show: { authentication: ['headers'] } },
			options: [
				{
					displayName: 'Header',
					name: 'values',
					values: [
						{
							displayName: 'Name',
							name: 'name',
							type: 'string',
							default: '',
							placeholder: 'e.g. CF-Access-Client-Id',
						},
						{
							displayName: 'Value',
							name: 'value',
							type: 'string',
							typeOptions: { password: true },
							default: '',
						},
					],
				},
			],
		},
		{
			displayName: 'Query Parameter Name',
			name: 'queryName',
			type: 'string',
			default: 'token',
			displayOptions: { show: { authentication: ['query'] } },
		},
		{
			displayName: 'Query Parameter Value',
			name: 'queryToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['query'] } },
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description: 'Whether to connect even if the TLS certificate cannot be verified',
		},
		{
			displayName: 'User ID',
			name: 'comfyUser',
			type: 'string',
			default: '',
			placeholder: 'e.g. anna_c57c27e0-809f-43c0-819d-4fd927290634',
			description:
				'Only for servers that were started with --multi-user: whose saved workflows to use. ComfyUI Server lists the IDs.',
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

	authenticate = authenticateFor('selfHosted');
}
