import type {
	IAuthenticate,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { comfyCloud } from '../nodes/shared/hosts/comfyOrg';
import { withAccess } from '../nodes/shared/n8nTransport';

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
			description: 'From platform.comfy.org; it begins with comfyui-. A paid plan is needed.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://cloud.comfy.org',
			description: 'Only to be changed for a proxy before Comfy Cloud',
		},
		{
			displayName: 'Comfy.org API Key for Partner Nodes',
			name: 'partnerApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Leave empty to use the API key above for partner nodes too',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => withAccess(requestOptions, comfyCloud.readAccess(credentials));
}
