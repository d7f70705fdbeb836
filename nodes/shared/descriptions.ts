import type { ICredentialTestFunction, INodeCredentialDescription, INodeTypeDescription } from 'n8n-workflow';
import { testComfyUiApi } from './credentialTest';

/** What the descriptions of all nodes have in common. */

export const icon: INodeTypeDescription['icon'] = {
	light: 'file:../../icons/comfyui.svg',
	dark: 'file:../../icons/comfyui.dark.svg',
};

/** The one credential, tested through n8n by {@link credentialTests}. */
export const credentials: INodeCredentialDescription[] = [
	{ name: 'comfyUiApi', required: true, testedBy: 'comfyUiApiTest' },
];

/** `methods.credentialTest` of every node. */
export const credentialTests: Record<string, ICredentialTestFunction> = { comfyUiApiTest: testComfyUiApi };
