import type { INodeCredentialDescription } from 'n8n-workflow';
import type { HostName } from './HostKind';
import { hostKinds } from './hostKinds';

/**
 * The credentials of a node that reaches several hosts: each shown for its host. ComfyUI Run Workflow has them
 * written out, since n8n's lint looks for `testedBy` in the text of a description.
 * @param names hosts that the node can be used with
 */
export function hostCredentials(names = Object.keys(hostKinds) as HostName[]): INodeCredentialDescription[] {
	return names.map((name) => {
		const { credentialType } = hostKinds[name];
		return {
			name: credentialType,
			required: true,
			testedBy: `${credentialType}Test`,
			displayOptions: { show: { host: [name] } },
		};
	});
}
