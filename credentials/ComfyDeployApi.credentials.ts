import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** ComfyUI Deploy: the hosted service, or the open-source web app. */
export class ComfyDeployApi implements ICredentialType {
	name = 'comfyDeployApi';
	displayName = 'ComfyUI Deploy API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.comfydeploy.com/api',
			placeholder: 'e.g. https://comfy.example.com/api',
			description: 'URL of the hosted service, or the URL of your own web app with /api',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Key from "API Keys" in ComfyUI Deploy',
		},
		{
			displayName: 'API Version',
			name: 'generation',
			type: 'options',
			default: 'auto',
			options: [
				{ name: 'Automatic', value: 'auto', description: 'Detected from the responses of the host' },
				{ name: 'Hosted (V2)', value: 'v2' },
				{ name: 'Web App (Open Source)', value: 'webApp' },
			],
			description: 'The API that the host has at this URL',
		},
	];

	authenticate = authenticateFor('comfyDeploy');
}
