import type { ICredentialTestFunction, INodeTypeDescription } from 'n8n-workflow';
import { credentialTest } from './credentialTest';
import { hostKinds } from './hosts/hostKinds';

/** What the descriptions of all nodes have in common. */

export const icon: INodeTypeDescription['icon'] = {
	light: 'file:../../icons/comfyui.svg',
	dark: 'file:../../icons/comfyui.dark.svg',
};

/**
 * `methods.credentialTest` of every node. The credentials themselves are written out in each description: n8n's
 * lint looks for `testedBy` there.
 */
export const credentialTests: Record<string, ICredentialTestFunction> = Object.fromEntries(
	Object.values(hostKinds).map((kind) => [`${kind.credentialType}Test`, credentialTest(kind)]),
);
