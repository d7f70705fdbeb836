import type { IDisplayOptions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { capabilities, type Capabilities } from '../../client/hosts/capabilities';
import { hostNames, type HostName } from './HostKind';

/**
 * The parameter "ComfyUI Host", the credentials, and the conditions that hide what a host does not support.
 * Descriptions are loaded when n8n starts, so this file imports no code of a host.
 */

interface HostDescription {
	/** As the editor shows it. */
	name: string;
	description: string;
	/** Name of the credential type. */
	credentialType: string;
	/** Nobody has run the nodes against the real service yet: the editor says so. */
	isExperimental?: true;
}

const HOSTS: Record<HostName, HostDescription> = {
	comfyApiV2: {
		name: 'Comfy API V2',
		description: 'A serverless deployment of Comfy.org, or the proxy in front of a ComfyUI server',
		credentialType: 'comfyApiV2Api',
	},
	comfyCloud: {
		name: 'Comfy Cloud',
		description: 'The hosted ComfyUI of Comfy.org',
		credentialType: 'comfyCloudApi',
		isExperimental: true,
	},
	comfyDeploy: {
		name: 'ComfyUI Deploy',
		description: 'Runs the workflows that are deployed there',
		credentialType: 'comfyDeployApi',
		isExperimental: true,
	},
	comfyServerless: {
		name: 'ComfyUI Serverless',
		description: 'A service with accounts and job queues',
		credentialType: 'comfyUiServerlessApi',
		isExperimental: true,
	},
	pool: {
		name: 'ComfyUI Pool',
		description: 'Several ComfyUI servers of your own that share the jobs',
		credentialType: 'comfyUiPoolApi',
	},
	runComfy: {
		name: 'RunComfy',
		description: 'Runs the workflows that are deployed there',
		credentialType: 'runComfyApi',
		isExperimental: true,
	},
	runPod: {
		name: 'RunPod',
		description: 'A serverless endpoint that runs worker-comfyui',
		credentialType: 'runPodComfyUiApi',
		isExperimental: true,
	},
	selfHosted: {
		name: 'Self-Hosted',
		description: 'A ComfyUI server, your own or a rented one',
		credentialType: 'comfyUiApi',
	},
};

/** The name of a host in the editor. */
const hostTitle = (host: HostName) => `${HOSTS[host].name}${isExperimental(host) ? ' (Experimental)' : ''}`;

/** Whether nobody has run the nodes against the real service of a host yet. */
export const isExperimental = (host: HostName): boolean => HOSTS[host].isExperimental === true;

/** Name of the credential type of a host. */
export const credentialTypeOf = (host: HostName): string => HOSTS[host].credentialType;

/** A capability that a host has or lacks. */
type Flag = {
	[Name in keyof Capabilities]: Capabilities[Name] extends boolean ? Name : never;
}[keyof Capabilities];

/** What a host must be able to do: the name of a capability, or a test of all of them. */
type Condition = Flag | ((host: Capabilities) => boolean);

/** The hosts that meet a condition. */
export function hostsWith(condition: Condition): HostName[] {
	return hostNames.filter((name) => {
		const host: Capabilities = capabilities[name];
		return typeof condition === 'function' ? condition(host) : host[condition];
	});
}

/**
 * Shows a parameter only for the hosts that meet a condition. The editor of n8n knows only static lists, so the
 * list is computed here.
 */
export const showWhen = (condition: Condition): IDisplayOptions => ({ show: { host: hostsWith(condition) } });

/** The same for a member of a collection: from there the path to the parameter begins with a slash. */
export const showOptionWhen = (condition: Condition): IDisplayOptions =>
	showOptionFor(...hostsWith(condition));

/** Shows a member of a collection only for the named hosts: those whose service defines such an option. */
export const showOptionFor = (...hosts: HostName[]): IDisplayOptions => ({ show: { '/host': hosts } });

/** Whether workflows are sent to the host, as opposed to being deployed there beforehand. */
export const takesWorkflows: Condition = ({ workflows }) => workflows !== 'deployed';

/** Whether the host runs workflows that were deployed there. */
export const runsDeployments: Condition = ({ workflows }) => workflows !== 'sent';

/** The parameter "ComfyUI Host", which decides on the credential. @param hosts that the node supports */
export function hostProperty(hosts: readonly HostName[] = hostNames): INodeProperties {
	return {
		displayName: 'ComfyUI Host',
		name: 'host',
		type: 'options',
		noDataExpression: true,
		default: 'selfHosted',
		options: hosts.map((value) => {
			const { description } = HOSTS[value];
			return { name: hostTitle(value), value, description };
		}),
		description: 'Where ComfyUI runs',
	};
}

/**
 * The credentials of a node, each shown for its host. The description of the node ComfyUI contains them as
 * literals, because the lint of n8n searches the source for `testedBy`.
 * @param hosts that the node supports
 */
export function hostCredentials(hosts: readonly HostName[] = hostNames): INodeCredentialDescription[] {
	return hosts.map((host) => ({
		name: credentialTypeOf(host),
		required: true,
		testedBy: `${credentialTypeOf(host)}Test`,
		displayOptions: { show: { host: [host] } },
	}));
}
