import type {
	IAuthenticate,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { readAccess } from '../nodes/shared/hosts/access';
import { withAccess } from '../nodes/shared/n8nTransport';

/** How to reach a ComfyUI server: address, authentication, TLS, and the key for paid partner nodes. */
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
				'Address of the ComfyUI server, with the path prefix of a proxy if there is one. When n8n runs in Docker and ComfyUI on the same machine, use http://host.docker.internal:8188 and start ComfyUI with --listen.',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			default: 'none',
			options: [
				{ name: 'Basic Auth', value: 'basic', description: 'User name and password, as a proxy asks for' },
				{ name: 'Bearer Token', value: 'bearer', description: 'Also for the ComfyUI-Login extension' },
				{ name: 'Custom Headers', value: 'headers', description: 'Any number of headers' },
				{ name: 'None', value: 'none' },
				{ name: 'Query Parameter', value: 'query', description: 'Such as token, which ComfyUI-Login takes' },
			],
			description: 'ComfyUI itself asks for none; a proxy or an extension may',
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
			description: 'Sent as "Authorization: Bearer ...". For ComfyUI-Login: the token from the server log.',
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
			displayName: 'Comfy.org API Key',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only for workflows with paid partner nodes. It is sent inside each job, where servers before 0.3.68 show it to everybody who can read their queue.',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => withAccess(requestOptions, readAccess(credentials));
}
