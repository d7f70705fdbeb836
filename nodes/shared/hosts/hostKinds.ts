import { comfyApiV2, comfyCloud } from './comfyOrg';
import { comfyDeploy } from './comfyDeploy';
import { comfyServerless } from './comfyServerless';
import type { HostKind, HostName } from './HostKind';
import { runPod } from './runPod';
import { selfHosted } from './selfHosted';
import type { INodeCredentialDescription, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** All hosts, by the value of the parameter "ComfyUI Host". */
export const hostKinds: Record<HostName, HostKind> = {
	comfyApiV2,
	comfyCloud,
	comfyDeploy,
	comfyServerless,
	runPod,
	selfHosted,
};

/** The chosen host of a node; nodes saved before there was a choice use a self-hosted server. */
export function hostKind(value: unknown): HostKind {
	return typeof value === 'string' && Object.hasOwn(hostKinds, value)
		? hostKinds[value as HostName]
		: selfHosted;
}

/**
 * The credentials of a node that reaches several hosts: each shown for its host. ComfyUI Run Workflow has them
 * written out, since n8n's lint looks for `testedBy` in the text of a description.
 * @param names hosts that the node supports
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

const OPTIONS: Array<INodePropertyOptions & { value: HostName }> = [
	{
		name: 'Comfy API V2',
		value: 'comfyApiV2',
		description: 'A serverless deployment of Comfy.org, or the proxy before a ComfyUI',
	},
	{ name: 'Comfy Cloud', value: 'comfyCloud', description: 'The hosted ComfyUI of Comfy.org' },
	{ name: 'ComfyUI Deploy', value: 'comfyDeploy', description: 'Workflows that were deployed there' },
	{ name: 'ComfyUI Serverless', value: 'comfyServerless', description: 'A service with accounts and queues' },
	{ name: 'RunPod', value: 'runPod', description: 'A serverless endpoint with worker-comfyui' },
	{ name: 'Self-Hosted', value: 'selfHosted', description: 'A ComfyUI server, your own or a rented one' },
];

/** The choice of the host, which determines the credential. @param names hosts that the node supports */
export function hostProperty(names: HostName[] = OPTIONS.map(({ value }) => value)): INodeProperties {
	return {
		displayName: 'ComfyUI Host',
		name: 'host',
		type: 'options',
		noDataExpression: true,
		default: 'selfHosted',
		options: OPTIONS.filter(({ value }) => names.includes(value)),
		description: 'Where ComfyUI runs',
	};
}
