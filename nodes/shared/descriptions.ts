import type { ICredentialTestFunction, INodeTypeDescription } from 'n8n-workflow';
import { testComfyUiApi } from './credentialTest';

/** What the descriptions of all nodes have in common. */

export const icon: INodeTypeDescription['icon'] = {
	light: 'file:../../icons/comfyui.svg',
	dark: 'file:../../icons/comfyui.dark.svg',
};

/**
 * `methods.credentialTest` of every node. The credential itself is written out in each description: n8n's
 * lint looks for `testedBy` there.
 */
export const credentialTests: Record<string, ICredentialTestFunction> = { comfyUiApiTest: testComfyUiApi };
