import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateFor } from '../nodes/shared/authenticate';

/** A serverless endpoint of RunPod that runs worker-comfyui. */
export class RunPodComfyUiApi implements ICredentialType {
	name = 'runPodComfyUiApi';
	displayName = 'RunPod ComfyUI API';
	icon: Icon = { light: 'file:../icons/comfyui.svg', dark: 'file:../icons/comfyui.dark.svg' };
	documentationUrl = 'https://github.com/n8n-nodes-comfyui-workflows/n8n-nodes-comfyui-workflows#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Endpoint ID',
			name: 'endpointId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. abc123def456',
			description: 'ID of the serverless endpoint that runs worker-comfyui, as shown in the RunPod console',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Key from the settings of the RunPod console',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.runpod.ai/v2',
			description: 'Change it only to use a proxy in front of RunPod',
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

	authenticate = authenticateFor('runPod');
}
