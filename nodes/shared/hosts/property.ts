import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { HostName } from './HostKind';

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

/** The choice of the host, which decides on the credential. @param names what the node can be used with */
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
