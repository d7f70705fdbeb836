import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** ComfyUI Serverless: an API key, or a login whose tokens n8n stores. */
export class ComfyUiServerlessApi implements ICredentialType {
	name = 'comfyUiServerlessApi';
	displayName = 'ComfyUI Serverless API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://comfy.example.com',
			description: 'URL of the service, without /auth, /workflows or /health',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			default: 'password',
			options: [
				{ name: 'API Key', value: 'apiKey' },
				{ name: 'Email and Password', value: 'password', description: 'The login is renewed automatically' },
			],
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'name@email.com',
			displayOptions: { show: { authentication: ['password'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['password'] } },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['apiKey'] } },
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{ displayName: 'Renew At', name: 'renewAt', type: 'hidden', default: 0 },
	];

	authenticate = authenticateFor('comfyServerless');

	/** n8n calls this when it has no token, and when a token was refused. */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const { renewedLogin } = await import('../nodes/shared/hosts/serverlessLogin');
		return await renewedLogin(this, credentials);
	}
}
