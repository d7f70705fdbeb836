import { LittleComfyUi, type LittleComfyUiOptions, type RecordedRequest } from '../../server';
import { until } from '../../support/until';
import type { Message, NodeStatus, Red, RedNode } from '../../../packages/node-red/src/lib/nodeRed';
import control from '../../../packages/node-red/src/nodes/control';
import events from '../../../packages/node-red/src/nodes/events';
import get from '../../../packages/node-red/src/nodes/get';
import info from '../../../packages/node-red/src/nodes/info';
import queue from '../../../packages/node-red/src/nodes/queue';
import run from '../../../packages/node-red/src/nodes/run';
import server from '../../../packages/node-red/src/nodes/server';
import upload from '../../../packages/node-red/src/nodes/upload';
import wait from '../../../packages/node-red/src/nodes/wait';
import { helper } from './helper';

/** What the module of a node exports. */
type NodeModule = (red: Red) => void;

/** A node of a flow file. */
interface FlowNode {
	id: string;
	type: string;
	[member: string]: unknown;
}

interface FlowOptions {
	server?: LittleComfyUiOptions;
	/** Members of the server node besides its address. */
	config?: Record<string, unknown>;
	/** Secrets by the ID of their node. */
	credentials?: Record<string, Record<string, string>>;
	/** Further nodes of the flow. */
	nodes?: FlowNode[];
	/** Where the server is, in place of the little ComfyUI itself. */
	url?: string;
}

interface ContextStore {
	set(name: string, value: unknown): void;
}

/** What came out of a node, in its order. */
interface Collected {
	messages: Message[];
	errors: Message[];
	statuses: NodeStatus[];
}

/** A message that a Catch node gets. */
export interface Caught extends Message {
	error: { message: string; code?: string; cause?: Record<string, unknown>; source: { id: string } };
}

/**
 * A flow in Node-RED's runtime with a little ComfyUI: the node under test has the ID `node`, its output is collected, as
 * are the messages of a Catch, a Status and a Complete node.
 */
export class TestFlow implements Collected {
	readonly messages: Message[] = [];
	readonly errors: Caught[] = [];
	readonly completed: Message[] = [];
	readonly statuses: NodeStatus[] = [];

	private constructor(
		readonly comfy: LittleComfyUi,
		private readonly flow: FlowNode[],
		private readonly credentials: Record<string, Record<string, string>>,
	) {}

	/** @param node members of the node under test, with its type */
	static async start(
		node: { type: string; [member: string]: unknown },
		options: FlowOptions = {},
	): Promise<TestFlow> {
		const comfy = await LittleComfyUi.start(options.server);
		const flow: FlowNode[] = [
			{ id: 'tab', type: 'tab', label: 'Test' },
			{
				id: 'server',
				type: 'comfyui-server',
				host: 'selfHosted',
				url: options.url ?? comfy.url,
				...options.config,
			},
			{ id: 'out', z: 'tab', type: 'helper', wires: [] },
			{ id: 'caught', z: 'tab', type: 'helper', wires: [] },
			{ id: 'status', z: 'tab', type: 'helper', wires: [] },
			{ id: 'complete', z: 'tab', type: 'helper', wires: [] },
			{ id: 'catch-node', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
			{ id: 'status-node', z: 'tab', type: 'status', scope: ['node'], wires: [['status']] },
			{ id: 'complete-node', z: 'tab', type: 'complete', scope: ['node'], wires: [['complete']] },
			{ id: 'node', z: 'tab', server: 'server', wires: [['out']], ...node },
			...(options.nodes ?? []),
		];
		const started = new TestFlow(comfy, flow, options.credentials ?? {});
		await new Promise<void>((resolve) => helper.startServer(() => resolve()));
		await started.load();
		return started;
	}

	/** The node with this ID. */
	get(id: string): RedNode {
		return helper.getNode(id) as RedNode;
	}

	get node(): RedNode {
		return helper.getNode('node') as RedNode;
	}

	/** Sets a value in a context of the node, as other nodes of a flow do. */
	setContext(context: 'flow' | 'global', name: string, value: unknown): void {
		const node = this.node as RedNode & { context(): Record<'flow' | 'global', ContextStore> };
		node.context()[context].set(name, value);
	}

	/** Sends a message to the node. */
	receive(message: Partial<Message>): void {
		this.node.receive(message);
	}

	/** The bodies that reached POST /prompt. */
	submissions(): Array<Record<string, unknown>> {
		return this.requests('POST', '/prompt').map(
			({ bodyText }) => JSON.parse(bodyText) as Record<string, unknown>,
		);
	}

	requests(method: string, path: string): RecordedRequest[] {
		return this.comfy.requests.filter(
			(request) => request.method === method && request.path.replace(/^\/api/, '') === path,
		);
	}

	/** Waits until this many messages came out. */
	async untilMessages(count: number): Promise<Message[]> {
		await until(() => this.messages.length >= count || this.errors.length > 0, `${count} messages`);
		expect(this.errors.map(({ error }) => error.message)).toEqual([]);
		return this.messages;
	}

	/** Waits until this many errors were caught. */
	async untilErrors(count = 1): Promise<Caught[]> {
		await until(() => this.errors.length >= count, `${count} errors`);
		return this.errors;
	}

	/** Deploys the flow again, with other members of the node under test. */
	async redeploy(members: Record<string, unknown> = {}): Promise<void> {
		const flow = this.flow.map((node) => (node.id === 'node' ? { ...node, ...members } : node));
		const before = helper.getNode('node');
		await helper.setFlows(flow, 'full').catch((error: Error) => {
			if (!error.message.includes('timeout waiting event')) throw error; // it waits for 0.3 s only
		});
		const isDeployed = () => ![null, before].includes(helper.getNode('node'));
		await until(isDeployed, 'the flow to be deployed again');
		this.collect();
	}

	async stop(): Promise<void> {
		await helper.unload();
		await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
		await this.comfy.stop();
		expect(this.comfy.damage).toEqual([]);
	}

	private async load(): Promise<void> {
		await helper.load(
			[...allNodes, ...coreNodes(['25-catch', '25-status', '24-complete'])],
			this.flow,
			this.credentials,
		);
		this.collect();
	}

	private collect(): void {
		const on = (id: string, keep: (message: Message) => void) => helper.getNode(id)?.on('input', keep);
		on('out', (message) => this.messages.push(message));
		on('caught', (message) => this.errors.push(message as Caught));
		on('complete', (message) => this.completed.push(message));
		on('status', ({ status }) => this.statuses.push(status as NodeStatus));
	}
}

/** All nodes of the package. */
export const allNodes: NodeModule[] = [server, run, queue, wait, upload, get, info, events, control];

/** Nodes of Node-RED itself, by the names of their files. */
export function coreNodes(names: string[]): NodeModule[] {
	return names.map((name) => {
		const path = `@node-red/nodes/core/${coreFolder(name)}/${name}`;
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- these modules have no types
		return require(path) as NodeModule;
	});
}

function coreFolder(name: string): string {
	if (/^21-http/.test(name)) return 'network';
	if (name === '10-file') return 'storage';
	if (name.startsWith('70-')) return 'parsers';
	return /^2\d-|^90-comment/.test(name) ? 'common' : 'function';
}
