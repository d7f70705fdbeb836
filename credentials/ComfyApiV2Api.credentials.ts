import type {
	IAuthenticate,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { comfyApiV2 } from '../nodes/shared/hosts/comfyOrg';
import { withAccess } from '../nodes/shared/n8nTransport';

/** The Comfy API v2: serverless deployments of Comfy.org, and the proxy before a self-hosted ComfyUI. */
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
			description: 'Of a serverless deployment, or of the proxy before a self-hosted ComfyUI',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Sent as "Authorization: Bearer ..."; self-hosted proxies mostly want none',
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
	): Promise<IHttpRequestOptions> => withAccess(requestOptions, comfyApiV2.readAccess(credentials));
}
