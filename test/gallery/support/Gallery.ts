import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, INode } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiQueuePrompt } from '../../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiServer } from '../../../nodes/Server/ComfyUiServer.node';
import { ComfyUiWaitForCompletion } from '../../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { nodeType, packageName } from '../../support/builtPackage';
import { Engine, type EngineRun, type InputItem } from '../../support/engine';
import type { NodeTypeSource } from '../../support/engine/types';
import { CodeNode, IfNode, ServiceNode, Services, SetNode, StopNode, type Replies } from './doubles';
import { flowFiles, readFlow, type FlowFile } from './flowFiles';

const OURS: Record<string, NodeTypeSource> = {
	[nodeType('GetImages')]: ComfyUiGetImages,
	[nodeType('QueuePrompt')]: ComfyUiQueuePrompt,
	[nodeType('RunWorkflow')]: ComfyUiRunWorkflow,
	[nodeType('Server')]: ComfyUiServer,
	[nodeType('WaitForCompletion')]: ComfyUiWaitForCompletion,
};

const LOGIC: Record<string, NodeTypeSource> = {
	'n8n-nodes-base.code': CodeNode,
	'n8n-nodes-base.if': IfNode,
	'n8n-nodes-base.set': SetNode,
	'n8n-nodes-base.stopAndError': StopNode,
};

const root = path.resolve(__dirname, '../../..');
const coreNodes = readFileSync(path.join(root, 'test/fixtures/gallery/core-nodes.json'), 'utf8');

/** The models that the flows name. */
const MODELS = {
	checkpoints: [
		'ace_step_v1_3.5b.safetensors',
		'sd_xl_base_1.0.safetensors',
		'v1-5-pruned-emaonly-fp16.safetensors',
	],
	diffusion_models: ['wan2.2_ti2v_5B_fp16.safetensors'],
	text_encoders: ['umt5_xxl_fp8_e4m3fn_scaled.safetensors'],
	vae: ['wan2.2_vae.safetensors'],
};

/** The picture of the tests, as a form or a chat hands it over. */
export const picture = {
	data: readFileSync(path.join(root, 'test/fixtures/picture.png')),
	fileName: 'me.png',
	mimeType: 'image/png',
};

export interface FlowRequest {
	file?: string;
	/** The trigger that starts the flow. */
	start: string;
	input: InputItem[];
	replies?: Replies;
	/** The address of ComfyUI. Default: the server of the gallery. */
	url?: string;
	/** Changes nodes, as a user would. */
	change?: (node: INode) => INode;
}

/** Runs the flows of the gallery in n8n's engine against the little ComfyUI, with doubles for all services. */
export class Gallery {
	readonly services: Services;

	private constructor(
		readonly engine: Engine,
		readonly server: LittleComfyUi,
		services: Services,
	) {
		this.services = services;
	}

	static async start(): Promise<Gallery> {
		const services = new Services();
		const doubles: Record<string, NodeTypeSource> = {};
		const parameters = new Map<string, Set<string>>();
		for (const { type, parameters: given } of flowFiles.flatMap((file) => readFlow(...file).nodes)) {
			const known = parameters.get(type) ?? new Set();
			for (const name of Object.keys(given)) known.add(name);
			parameters.set(type, known);
		}
		for (const [type, names] of parameters)
			doubles[type] = new ServiceNode(type.split('.')[1], [...names], services);
		const engine = await Engine.start({
			nodeTypes: { ...doubles, ...LOGIC, ...OURS },
			credentialTypes: { comfyUiApi: ComfyUiApi },
		});
		return new Gallery(engine, await Gallery.comfyUi(), services);
	}

	/** A server with the nodes and models that the flows need. */
	static async comfyUi(options: LittleComfyUiOptions = {}): Promise<LittleComfyUi> {
		const objectInfo = JSON.parse(coreNodes) as Record<string, unknown>;
		return await LittleComfyUi.start({ stepMs: 0, previews: false, models: MODELS, objectInfo, ...options });
	}

	async run(
		name: string,
		{ file, start, input, replies = {}, url, change }: FlowRequest,
	): Promise<EngineRun> {
		this.services.reset(replies);
		const flow = startedBy(readFlow(name, file), start);
		const nodes = flow.nodes.map((node) => quick(change ? change(node) : node));
		return await this.engine.run({
			nodes,
			connections: flow.connections,
			credentials: { comfyUiApi: { url: url ?? this.server.url } },
			input,
		});
	}

	/** Runs a tool of an agent as a node, with what the agent would write into its fields. */
	async runTool(
		name: string,
		tool: string,
		{ prompt, url }: { prompt: string; url?: string },
	): Promise<EngineRun> {
		const node = readFlow(name).nodes.find((one) => one.name === tool) as INode;
		const { parameters } = quick({ ...node, type: nodeType('RunWorkflow') });
		const written = String(parameters.prompt).replace(/\$fromAI\([^)]*\)/, JSON.stringify(prompt));
		return await this.engine.run({
			nodes: [{ ...node, type: nodeType('RunWorkflow'), parameters: { ...parameters, prompt: written } }],
			credentials: { comfyUiApi: { url: url ?? this.server.url } },
		});
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.server.stop();
	}
}

/** Only the part behind one trigger: n8n runs no more in one execution. */
function startedBy({ name, nodes, connections }: FlowFile, start: string): FlowFile {
	const reached = new Set([start]);
	for (const node of reached)
		for (const wires of connections[node]?.main ?? []) for (const wire of wires ?? []) reached.add(wire.node);
	const trigger = (node: INode): INode =>
		node.name === start ? { ...node, type: 'test.input', parameters: {} } : node;
	const kept: IConnections = Object.fromEntries(
		Object.entries(connections).filter(([from]) => reached.has(from)),
	);
	return { name, nodes: nodes.filter((node) => reached.has(node.name)).map(trigger), connections: kept };
}

/** Small pictures, and no pause before a retry. */
function quick(node: INode): INode {
	if (!node.type.startsWith(packageName)) return node;
	const { parameters } = node;
	const workflow = String(parameters.workflow ?? '').replaceAll(
		/"((?:target_)?(?:width|height))":\d+/g,
		'"$1":64',
	);
	return {
		...node,
		parameters: {
			...parameters,
			...(parameters.workflow !== undefined && { workflow }),
			...(node.type === nodeType('RunWorkflow') && { retry: { wait: 0 } }),
		},
	};
}
