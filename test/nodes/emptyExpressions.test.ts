import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { ComfyUiApi } from '../../credentials/ComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiObjectInfo } from '../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { services } from '../../nodes/shared/operations/services';
import { ComfyUiQueuePrompt } from '../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { resources } from '../../nodes/Server/operationProperties';
import { ComfyUiServer } from '../../nodes/Server/ComfyUiServer.node';
import { ComfyUiRunWorkflow } from '../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiUploadImage } from '../../nodes/UploadImage/ComfyUiUploadImage.node';
import { ComfyUiWaitForCompletion } from '../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { Engine } from '../support/engine';
import { textToImage } from './support/jobWorkflows';

const nodeTypes = {
	[nodeType('GetImages')]: ComfyUiGetImages,
	[nodeType('ObjectInfo')]: ComfyUiObjectInfo,
	[nodeType('QueuePrompt')]: ComfyUiQueuePrompt,
	[nodeType('RunWorkflow')]: ComfyUiRunWorkflow,
	[nodeType('Server')]: ComfyUiServer,
	[nodeType('UploadImage')]: ComfyUiUploadImage,
	[nodeType('WaitForCompletion')]: ComfyUiWaitForCompletion,
};

let engine: Engine;
let server: LittleComfyUi;
beforeAll(async () => {
	engine = await Engine.start({ nodeTypes, credentialTypes: { comfyUiApi: ComfyUiApi } });
	server = await LittleComfyUi.start();
});
afterAll(async () => {
	await engine.stop();
	await server.stop();
});

const NOTHING = '={{ $json.nope }}';

interface Case {
	node: string;
	/** Names of the parameter and of what contains it. */
	path: string[];
	label: string;
	parameters: INodeParameters;
}

/** Other parameters that a node needs before it reads the one that is tested. */
const needed: INodeParameters = {
	address: 'https://example.com/a.png',
	base64: 'AAAA',
	content: JSON.stringify(textToImage()),
	folder: { __rl: true, mode: 'id', value: 'checkpoints' },
	input: 'image',
	model: { __rl: true, mode: 'id', value: 'a.safetensors' },
	nodeType: { __rl: true, mode: 'id', value: 'LoadImage' },
	originalName: 'a.png',
	path: 'cats',
	prompt: 'a cat',
	promptId: crypto.randomUUID(),
	savedWorkflow: { __rl: true, mode: 'path', value: 'cats.json' },
	template: { __rl: true, mode: 'path', value: 'default' },
	workflow: JSON.stringify(textToImage()),
	workflowSource: 'json',
};

/** The parameters that make the editor show a property: the first value of each condition. */
function shownBy({ displayOptions }: INodeProperties): INodeParameters {
	const show = Object.entries(displayOptions?.show ?? {}).map(([name, values]) => [
		name.replace('/', ''),
		values?.includes('selfHosted') ? 'selfHosted' : values?.[0],
	]);
	return Object.fromEntries(show.filter(([name]) => !String(name).startsWith('@'))) as INodeParameters;
}

/** Whether a property can be an expression, for the host of this test. */
const isTested = (property: INodeProperties) =>
	!property.noDataExpression &&
	property.type !== 'notice' &&
	(shownBy(property).host ?? 'selfHosted') === 'selfHosted' &&
	!isOfService(shownBy(property));

/** Whether only other hosts have the operation. */
function isOfService({ resource, operation = '' }: INodeParameters): boolean {
	if (resource === undefined) return Object.hasOwn(services, String(operation));
	const { operations = [] } = resources.find(({ value }) => value === resource) ?? {};
	return !operations.find(({ value }) => value === operation)?.hosts.includes('selfHosted');
}

function casesOf(node: string, { properties }: INodeTypeDescription): Case[] {
	return properties.filter(isTested).flatMap((property): Case[] => {
		const { name, displayName: label, type, options = [] } = property;
		const parameters = { ...needed, ...shownBy(property) };
		if (type === 'fixedCollection') return [];
		if (type === 'resourceLocator') {
			const value = { __rl: true, mode: 'id', value: NOTHING };
			return [{ node, path: [name], label, parameters: { ...parameters, [name]: value } }];
		}
		if (type !== 'collection') {
			return [{ node, path: [name], label, parameters: { ...parameters, [name]: NOTHING } }];
		}
		return (options as INodeProperties[]).filter(isTested).map((option) => ({
			node,
			path: [name, option.name],
			label: option.displayName,
			parameters: { ...parameters, ...shownBy(option), [name]: { [option.name]: NOTHING } },
		}));
	});
}

const cases = Object.entries(nodeTypes).flatMap(([name, Node]) => casesOf(name, new Node().description));

test.each(cases.map((one) => [`${one.node.split('.').pop()} ${one.path.join('.')}`, one] as const))(
	'%s: an expression that gives nothing is an error that names it and the item, and nothing is sent',
	async (_, { node, parameters, label }) => {
		server.requests.splice(0);
		const run = await engine.run({
			nodes: [{ name: 'Node', type: node, parameters }],
			credentials: { comfyUiApi: { url: server.url } },
			input: [{ json: {}, binary: { data: { data: Buffer.from('x') } } }],
		});
		expect(run.error?.message).toContain(`The expression for "${label}" gives no value for item 0.`);
		expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	},
);

test.each<[string, INodeParameters, string]>([
	['RunWorkflow', { options: { timeout: '={{ "" }}' } }, 'Timeout (Seconds)'],
	['RunWorkflow', { retry: { retries: '={{ "" }}' } }, 'Retries'],
	['RunWorkflow', { filters: { maxFiles: '={{ "" }}' } }, 'Maximum Number of Files'],
	['QueuePrompt', { seedMode: 'fixed', seed: '={{ "" }}' }, 'Seed Value'],
	['QueuePrompt', { options: { front: '={{ "" }}' } }, 'Front of Queue'],
])(
	'%s with %j: an empty text for what takes no text is an error that names it',
	async (node, given, label) => {
		const run = await engine.run({
			nodes: [{ name: 'Node', type: nodeType(node), parameters: { ...needed, ...given } }],
			credentials: { comfyUiApi: { url: server.url } },
		});
		expect(run.error?.message).toBe(`The expression for "${label}" gives an empty text for item 0.`);
	},
);

test('an empty text for a text is an empty text', async () => {
	const run = await engine.run({
		nodes: [
			{
				name: 'Node',
				type: nodeType('QueuePrompt'),
				parameters: { ...needed, options: { promptId: '={{ $json.nope ?? "" }}' } },
			},
		],
		credentials: { comfyUiApi: { url: server.url } },
	});
	expect(run.error).toBeUndefined();
});
