import type {
	IAuthenticate,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { comfyDeploy } from '../nodes/shared/hosts/comfyDeploy';
import { withAccess } from '../nodes/shared/n8nTransport';

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
			description: 'The hosted service, or the address of your own web app with /api',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From "API Keys" in ComfyUI Deploy',
		},
		{
			displayName: 'Generation',
			name: 'generation',
			type: 'options',
			default: 'auto',
			options: [
				{ name: 'Automatic', value: 'auto', description: 'Told by how the host answers' },
				{ name: 'Hosted (V2)', value: 'v2' },
				{ name: 'Web App (Open Source)', value: 'webApp' },
			],
			description: 'Which of the two interfaces the address has',
		},
	];

	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => withAccess(requestOptions, comfyDeploy.readAccess(credentials));
}
