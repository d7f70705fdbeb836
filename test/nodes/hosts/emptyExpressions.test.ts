import {
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { credentialTypeOf } from '../../../nodes/shared/hosts/properties';
import { hostNames, type HostName } from '../../../nodes/shared/hosts/HostKind';
import { LittleComfyUi } from '../../server';
import { packageName } from '../../support/builtPackage';
import type { Engine } from '../../support/engine';
import { textToImage } from '../support/jobWorkflows';
import { nodeClasses, startWholeEngine } from './support/engine';

/**
 * Every field that only some hosts have, on each of these hosts, and all fields of ComfyUI Server. `emptyExpressions.test.ts`
 * has the fields of the other nodes for a server.
 */

let engine: Engine;
let server: LittleComfyUi;
beforeAll(async () => {
	engine = await startWholeEngine();
	server = await LittleComfyUi.start();
});
afterAll(async () => {
	await engine.stop();
	await server.stop();
});

const NOTHING = '={{ $json.nope }}';
/** All nodes but the trigger, which has no items. */
const nodes = Object.fromEntries(Object.entries(nodeClasses).filter(([name]) => name !== 'comfyUiTrigger'));

/** A credential whose host is the little ComfyUI: a test fails when anything but a question reaches it. */
function credentialFor(host: HostName): ICredentialDataDecryptedObject {
	const login = {
		apiKey: 'key-of-the-test',
		authentication: 'apiKey',
		baseUrl: server.url,
		endpointId: 'ep',
	};
	const servers = {
		server: ['gpu-1', 'gpu-2'].map((name, index) => ({
			...{ name, authentication: 'none', weight: 1 },
			url: index === 0 ? server.url : server.url.replace('127.0.0.1', 'localhost'),
		})),
	};
	return host === 'pool' ? { servers } : host === 'selfHosted' ? { url: server.url } : login;
}

/** Other parameters that a node needs before it reads the one that is tested. */
const needed: INodeParameters = {
	apiWorkflow: JSON.stringify(textToImage()),
	content: '{"nodes":[],"links":[]}',
	deploymentId: 'deployment-1',
	editorWorkflow: '{"nodes":[],"links":[]}',
	fileId: 'file-1',
	fileName: 'a.png',
	folder: { __rl: true, mode: 'name', value: 'checkpoints' },
	input: 'image',
	inputBinaryField: 'data',
	jobId: crypto.randomUUID(),
	model: { __rl: true, mode: 'name', value: 'model.safetensors' },
	modelName: 'model.safetensors',
	path: 'cats.json',
	promptId: crypto.randomUUID(),
	promptIds: crypto.randomUUID(),
	savedWorkflow: { __rl: true, mode: 'path', value: 'cats.json' },
	seedMode: 'fixed',
	template: { __rl: true, mode: 'path', value: 'default' },
	versionId: 'version-1',
	workflow: JSON.stringify(textToImage()),
	workflowId: 'workflow-1',
	workflowName: 'portrait',
	workflowSource: 'json',
};

interface Case {
	node: string;
	host: HostName;
	/** Names of the parameter and of what contains it. */
	path: string[];
	label: string;
	parameters: INodeParameters;
}

/** The hosts that a condition names. */
const hostsIn = ({ displayOptions: { show } = {} }: Pick<INodeProperties, 'displayOptions'>) =>
	(show?.host ?? show?.['/host']) as HostName[] | undefined;

/** The values of other parameters that show a property: the first of each condition, of resource and operation all. */
function waysToShow(properties: INodeProperties[], { displayOptions }: INodeProperties): INodeParameters[] {
	const show = displayOptions?.show ?? {};
	const conditions = Object.entries(show)
		.filter(([name]) => !name.startsWith('@') && !/^\/?(host|resource|operation)$/.test(name))
		.map(([name, values]) => [name.replace('/', ''), values?.[0]]);
	const first = Object.fromEntries(conditions) as INodeParameters;
	const resources = show.resource ?? choicesOf(properties, 'resource');
	const operations = show.operation ?? [undefined];
	return resources.flatMap((resource) =>
		operations.map((operation) => ({
			...first,
			...(resource !== undefined && { resource: resource as string }),
			...(operation !== undefined && { operation: operation as string }),
		})),
	);
}

function choicesOf(properties: INodeProperties[], name: string): unknown[] {
	const found = properties.find((property) => property.name === name);
	return ((found?.options ?? [{ value: undefined }]) as INodePropertyOptions[]).map(({ value }) => value);
}

const isShown = (parameters: INodeParameters, property: INodeProperties, description: INodeTypeDescription) =>
	NodeHelpers.displayParameter(
		parameters,
		property,
		{ typeVersion: [description.version].flat().at(-1) ?? 1 },
		description,
	);

/** Whether the editor offers the operation of these parameters for their host. */
function isOffered(description: INodeTypeDescription, parameters: INodeParameters): boolean {
	const { host, operation } = parameters;
	if (operation === undefined) return true;
	return description.properties
		.filter((property) => property.name === 'operation' && isShown(parameters, property, description))
		.flatMap(({ options }) => options as INodePropertyOptions[])
		.some((choice) => choice.value === operation && (hostsIn(choice)?.includes(host as HostName) ?? true));
}

const isTested = ({ type, noDataExpression }: INodeProperties) =>
	!noDataExpression && type !== 'notice' && type !== 'fixedCollection';

function casesOf(node: string): Case[] {
	const { description } = new nodes[node]();
	const { properties } = description;
	const hosts = hostNames.filter((host) =>
		description.credentials?.some(({ name }) => name === credentialTypeOf(host)),
	);
	return hosts
		.filter((host) => host !== 'selfHosted' || node === 'comfyUiServer')
		.flatMap((host) =>
			properties
				.filter(isTested)
				.flatMap((property) => waysToShow(properties, property).map((way) => [property, way] as const))
				.map(([property, way]) => [property, { ...needed, ...way, host } as INodeParameters] as const)
				.filter(([property, given]) => isOffered(description, given) && isShown(given, property, description))
				.flatMap(([property, parameters]): Case[] => {
					const { name, displayName: label, options = [], type } = property;
					const isOfHost = (one: INodeProperties) =>
						hostsIn(one)?.includes(host) ?? (node === 'comfyUiServer' || needsHost(description, parameters));
					if (type === 'collection') {
						return (options as INodeProperties[])
							.filter((option) => isTested(option) && isOfHost(option))
							.map((option) => ({
								...{ node, host, path: [name, option.name], label: option.displayName },
								parameters: { ...parameters, [name]: { [option.name]: NOTHING } },
							}));
					}
					if (!isOfHost(property)) return [];
					const value = type === 'resourceLocator' ? { __rl: true, mode: 'id', value: NOTHING } : NOTHING;
					return [{ node, host, path: [name], label, parameters: { ...parameters, [name]: value } }];
				}),
		);
}

/** Whether the operation of these parameters is one that a self-hosted server does not have. */
const needsHost = (description: INodeTypeDescription, parameters: INodeParameters) =>
	parameters.operation !== undefined && !isOffered(description, { ...parameters, host: 'selfHosted' });

const cases = Object.keys(nodes).flatMap(casesOf);

test('every host has such fields', () => {
	const hosts = hostNames.filter((name) => name !== 'selfHosted');
	expect(hosts.filter((host) => !cases.some((one) => one.host === host))).toEqual([]);
});

test.each(
	cases.map(
		(one) =>
			[
				`${one.node} ${[one.host, one.parameters.resource, one.parameters.operation].filter(Boolean).join(' ')} ${one.path.join('.')}`,
				one,
			] as const,
	),
)(
	'%s: an expression that gives nothing is an error that names it and the item, and nothing is sent',
	async (__, { node, host, parameters, label }) => {
		server.requests.splice(0);
		const run = await engine.run({
			nodes: [{ name: 'Node', type: `${packageName}.${node}`, parameters }],
			credentials: { [credentialTypeOf(host)]: credentialFor(host) },
			input: [{ json: {}, binary: { data: { data: Buffer.from('x') } } }],
		});
		expect(run.error?.message).toContain(`The expression for "${label}" gives no value for item 0.`);
		expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	},
);
