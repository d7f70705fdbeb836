import type { ICredentialTestFunction, INodeTypeDescription } from 'n8n-workflow';
import { hostNames } from './hosts/HostKind';
import { credentialTypeOf } from './hosts/properties';
import { lazy } from './lazy';

/** What the descriptions of all nodes share. */

export const icon: INodeTypeDescription['icon'] = {
	light: 'file:../../icons/comfyui.svg',
	dark: 'file:../../icons/comfyui.dark.svg',
};

/** `methods.credentialTest` of every node: one test per credential type. */
export const credentialTests: Record<string, ICredentialTestFunction> = Object.fromEntries(
	hostNames.map((host) => [
		`${credentialTypeOf(host)}Test`,
		lazy(async () => {
			const { credentialTest } = await import('./credentialTest');
			const { hostKinds } = await import('./hosts/hostKinds');
			return credentialTest(hostKinds[host]);
		}),
	]),
);
