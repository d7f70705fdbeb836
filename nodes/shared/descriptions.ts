import { NodeConnectionTypes, type ICredentialTestFunction, type INodeTypeDescription } from 'n8n-workflow';
import { hostNames } from './hosts/HostKind';
import { credentialTypeOf } from './hosts/properties';
import { lazy } from './lazy';

/** What the descriptions of all nodes share. */

// n8n-workflow 1.82 and older do not export it. n8n would report "Class could not be found" for each node.
if ((NodeConnectionTypes as unknown) === undefined) {
	throw new Error('The ComfyUI nodes need n8n 1.85 or newer. Update n8n.');
}

/** The icon of a node, with a badge that tells the nodes apart. @param name of the file in `icons/` */
export const nodeIcon = (name: string): INodeTypeDescription['icon'] => ({
	light: `file:../../icons/${name}.svg`,
	dark: `file:../../icons/${name}.dark.svg`,
});

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
