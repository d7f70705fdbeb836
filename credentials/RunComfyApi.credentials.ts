import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** RunComfy: workflows that are deployed to its serverless API. */
export class RunComfyApi implements ICredentialType {
	name = 'runComfyApi';
	displayName = 'RunComfy API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Token from the page "Profile" of RunComfy',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.runcomfy.net/prod/v2',
			description: 'Change it only to use a proxy in front of RunComfy, or another version of its API',
		},
		{
			displayName: 'Comfy.org API Key',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for workflows with paid partner nodes. The key is sent inside each job.',
		},
	];

	authenticate = authenticateFor('runComfy');
}
