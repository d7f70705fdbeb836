import type {
	IAuthenticate,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { runPod } from '../nodes/shared/hosts/runPod';
import { withAccess } from '../nodes/shared/n8nTransport';

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
			description: 'ID of the serverless endpoint that runs worker-comfyui, as the RunPod console shows it',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From the settings of the RunPod console',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.runpod.ai/v2',
			description: 'Only to be changed for a proxy before RunPod',
		},
		{
			displayName: 'Comfy.org API Key',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for workflows with paid partner nodes; it is sent inside each job',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => withAccess(requestOptions, runPod.readAccess(credentials));
}
