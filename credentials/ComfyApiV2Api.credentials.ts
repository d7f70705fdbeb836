import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** The Comfy API v2: serverless deployments of Comfy.org, and the proxy in front of a self-hosted ComfyUI. */
export class ComfyApiV2Api implements ICredentialType {
	name = 'comfyApiV2Api';
	displayName = 'Comfy API V2 API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://my-deployment.run.comfy.app',
			description: 'URL of a serverless deployment, or of the proxy in front of a self-hosted ComfyUI',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Sent as "Authorization: Bearer ...". Self-hosted proxies usually need no key.',
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

	authenticate = authenticateFor('comfyApiV2');
}
