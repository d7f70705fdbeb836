import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** Comfy Cloud, the hosted ComfyUI of Comfy.org. */
export class ComfyCloudApi implements ICredentialType {
	name = 'comfyCloudApi';
	displayName = 'Comfy Cloud API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Key from platform.comfy.org; it begins with "comfyui-". Requires a paid plan.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://cloud.comfy.org',
			description: 'Change it only to use a proxy in front of Comfy Cloud',
		},
		{
			displayName: 'Comfy.org API Key for Partner Nodes',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Leave empty to also use the API key above for partner nodes',
		},
	];

	authenticate = authenticateFor('comfyCloud');
}
