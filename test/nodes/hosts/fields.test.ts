import { readdirSync } from 'node:fs';
import {
	NodeHelpers,
	type INode,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ComfyUiServer } from '../../../nodes/Server/ComfyUiServer.node';
import { resources } from '../../../nodes/Server/operationProperties';
import { ComfyUiObjectInfo } from '../../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { ComfyUiQueuePrompt } from '../../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiUploadImage } from '../../../nodes/UploadImage/ComfyUiUploadImage.node';
import { ComfyUiWaitForCompletion } from '../../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import type { HostName } from '../../../nodes/shared/hosts/HostKind';
import { hostKinds } from '../../../nodes/shared/hosts/hostKinds';
import { hostNames } from '../../../nodes/shared/hosts/HostKind';
import { credentialTypeOf, hostCredentials } from '../../../nodes/shared/hosts/properties';

/** Which fields the editor of n8n shows for each host. */

const descriptionOf = (node: { description: INodeTypeDescription }) => node.description;
const queuePrompt = descriptionOf(new ComfyUiQueuePrompt());
const objectInfo = descriptionOf(new ComfyUiObjectInfo());
const server = descriptionOf(new ComfyUiServer());

/** Names of the parameters that the editor shows. */
function shown(description: INodeTypeDescription, parameters: INode['parameters']): string[] {
	const values = NodeHelpers.getNodeParameters(
		description.properties,
		parameters,
		true,
		false,
		{ typeVersion: 1 },
		description,
	);
	return description.properties
		.filter((property) =>
			NodeHelpers.displayParameter(values ?? {}, property, { typeVersion: 1 }, description),
		)
		.map(({ name }) => name);
}

/** Names of the members of "Options" that the editor offers. */
function offered(description: INodeTypeDescription, host: HostName): string[] {
	const options = description.properties.find(({ name }) => name === 'options')?.options ?? [];
	return (options as INodeProperties[])
		.filter((option) => NodeHelpers.displayParameter({}, option, { typeVersion: 1 }, description, { host }))
		.map(({ name }) => name);
}

test.each<[HostName, string[]]>([
	['comfyApiV2', ['substituteNames', 'labels', 'maxDownload', 'promptId']],
	[
		'comfyCloud',
		[
			'checkWorkflow',
			'clientId',
			'dynamicPrompts',
			'embedWorkflow',
			'extraData',
			'substituteNames',
			'labels',
			'maxDownload',
			'onPartialErrors',
			'outputNodes',
			'promptId',
		],
	],
	[
		'pool',
		[
			'checkWorkflow',
			'clientId',
			'dynamicPrompts',
			'embedWorkflow',
			'extraData',
			'substituteNames',
			'front',
			'maxDownload',
			'onPartialErrors',
			'outputNodes',
			'number',
			'promptId',
			'serverTag',
		],
	],
	['comfyDeploy', ['gpu', 'maxDownload', 'promptId', 'resumeAfter', 'resumeByWebhook']],
	[
		'comfyServerless',
		['substituteNames', 'labels', 'priority', 'promptId', 'resumeAfter', 'resumeByWebhook', 'timeLimit'],
	],
	['runComfy', ['maxDownload', 'promptId', 'resumeAfter', 'resumeByWebhook']],
	['runPod', ['substituteNames', 'maxDownload', 'promptId', 'resumeAfter', 'resumeByWebhook', 'timeLimit']],
	[
		'selfHosted',
		[
			'checkWorkflow',
			'clientId',
			'dynamicPrompts',
			'embedWorkflow',
			'extraData',
			'substituteNames',
			'front',
			'maxDownload',
			'onPartialErrors',
			'outputNodes',
			'number',
			'promptId',
		],
	],
])('for %s Queue Prompt offers only the options that the host supports', (host, names) => {
	expect(offered(queuePrompt, host)).toEqual(names);
});

test.each(hostNames)('for %s Queue Prompt shows either a workflow or a deployment', (host) => {
	const workflow = ['workflowSource', 'workflow', 'workflowInputs', 'inputs', 'seedMode'];
	const deployment = ['deploymentId', 'deploymentInputs'];
	expect(shown(queuePrompt, { host })).toEqual([
		'host',
		...(host === 'comfyDeploy' || host === 'runComfy' ? deployment : workflow),
		'options',
	]);
});

test('a node that was saved before there was a choice of host shows the fields of a self-hosted server', () => {
	expect(shown(queuePrompt, {})).toEqual(shown(queuePrompt, { host: 'selfHosted' }));
});

test('Wait For Completion mentions Resume by Webhook only for hosts that call back', () => {
	const wait = descriptionOf(new ComfyUiWaitForCompletion());
	const hosts = hostNames.filter((host) => shown(wait, { host }).includes('resumeNotice'));
	expect(hosts).toEqual(['comfyDeploy', 'comfyServerless', 'runComfy', 'runPod']);
});

test('Upload Image has the hosts that store files, and Object Info those that can be asked something', () => {
	const hostsOf = ({ properties }: INodeTypeDescription) =>
		(properties[0].options ?? []).map((option) => ('value' in option ? option.value : undefined));
	expect(hostsOf(descriptionOf(new ComfyUiUploadImage()))).toEqual([
		'comfyApiV2',
		'comfyCloud',
		'comfyDeploy',
		'pool',
		'selfHosted',
	]);
	expect(hostsOf(objectInfo)).toEqual(['comfyCloud', 'pool', 'selfHosted']);
});

test.each(['comfyCloud', 'comfyDeploy', 'comfyServerless', 'pool', 'runPod', 'selfHosted'])(
	'for %s Object Info shows one parameter "Operation", with a default among its options',
	(host) => {
		const operations = objectInfo.properties.filter(
			(property) =>
				property.name === 'operation' &&
				NodeHelpers.displayParameter({ host }, property, { typeVersion: 1 }, objectInfo),
		);
		expect(operations).toHaveLength(1);
		const values = (operations[0].options ?? []).map((option) =>
			'value' in option ? option.value : undefined,
		);
		expect(values).toContain(operations[0].default);
	},
);

test.each(hostNames)(
	'for %s each resource of ComfyUI Server has one parameter "Operation" with a default that it offers',
	(host) => {
		const isShown = (property: Pick<INodeProperties, 'displayOptions'>, resource: string) =>
			NodeHelpers.displayParameter(
				{ host, resource },
				property as INodeProperties,
				{ typeVersion: 1 },
				server,
			);
		const offered = resources.filter(({ operations }) =>
			operations.some(({ hosts }) => hosts.includes(host)),
		);
		expect(offered.length).toBeGreaterThan(0);
		for (const { value: resource, operations } of offered) {
			const shownOnes = server.properties.filter(
				(property) => property.name === 'operation' && isShown(property, resource),
			);
			expect(shownOnes).toHaveLength(1);
			const options = (shownOnes[0].options ?? []) as INodePropertyOptions[];
			const values = options.filter((option) => isShown(option, resource)).map(({ value }) => value);
			expect(values).toEqual(
				operations.filter(({ hosts }) => hosts.includes(host)).map(({ value }) => value),
			);
			expect(values).toContain(shownOnes[0].default);
		}
	},
);

test('the credentials that Run Workflow writes out agree with the table of hosts', () => {
	const written = new ComfyUiRunWorkflow().description.credentials ?? [];
	expect(written).toHaveLength(hostNames.length);
	expect(written).toEqual(expect.arrayContaining(hostCredentials()));
});

test('each host that the editor offers can be connected, and its credential type exists', () => {
	expect(Object.keys(hostKinds)).toEqual(hostNames);
	for (const host of hostNames) {
		expect(hostKinds[host].name).toBe(host);
		expect(readdirSync('credentials').map((file) => file.toLowerCase())).toContain(
			`${credentialTypeOf(host)}.credentials.ts`.toLowerCase(),
		);
	}
});
