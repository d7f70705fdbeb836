import helper from 'node-red-node-test-helper';
import type { Node, NodeInitializer, NodeMessage, NodeMessageInFlow } from 'node-red';
import { LittleComfyUi, type LittleComfyUiOptions, type RecordedRequest } from '../../server';
import { until } from '../../support/until';
import server from '../../../packages/node-red/src/nodes/server';

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

/** What came out of a node, in its order. */
interface Collected {
	messages: NodeMessageInFlow[];
	errors: NodeMessageInFlow[];
	statuses: Array<{ fill?: string; shape?: string; text?: string }>;
}

/** A message that a Catch node gets. */
export interface Caught extends NodeMessageInFlow {
	error: { message: string; code?: string; cause?: Record<string, unknown>; source: { id: string } };
}

/**
 * A flow in Node-RED's runtime with a little ComfyUI: the node under test has the ID `node`, its output is collected, as
 * are the messages of a Catch, a Status and a Complete node.
 */
export class TestFlow implements Collected {
	readonly messages: NodeMessageInFlow[] = [];
	readonly errors: Caught[] = [];
	readonly completed: NodeMessageInFlow[] = [];
	readonly statuses: Array<{ fill?: string; shape?: string; text?: string }> = [];

	private constructor(
		readonly comfy: LittleComfyUi,
		private readonly types: NodeInitializer[],
		private readonly flow: FlowNode[],
		private readonly credentials: Record<string, Record<string, string>>,
	) {}

	/** @param node members of the node under test, with its type */
	static async start(
		types: NodeInitializer[],
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
		const started = new TestFlow(comfy, [server, ...types, ...core()], flow, options.credentials ?? {});
		await new Promise<void>((resolve) => helper.startServer(() => resolve()));
		await started.load();
		return started;
	}

	get node(): Node {
		return helper.getNode('node') as unknown as Node;
	}

	/** Sends a message to the node. */
	receive(message: NodeMessage): void {
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
	async untilMessages(count: number): Promise<NodeMessageInFlow[]> {
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
		await helper.setFlows(flow, 'full');
		this.collect();
	}

	async stop(): Promise<void> {
		await helper.unload();
		await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
		await this.comfy.stop();
		expect(this.comfy.damage).toEqual([]);
	}

	private async load(): Promise<void> {
		await helper.load(this.types as never, this.flow as never, this.credentials as never);
		this.collect();
	}

	private collect(): void {
		const on = (id: string, keep: (message: NodeMessageInFlow) => void) =>
			(helper.getNode(id) as unknown as Node).on('input', keep);
		on('out', (message) => this.messages.push(message));
		on('caught', (message) => this.errors.push(message as Caught));
		on('complete', (message) => this.completed.push(message));
		on('status', ({ status }) => this.statuses.push(status as TestFlow['statuses'][number]));
	}
}

/** Nodes of Node-RED itself that every flow here uses. */
function core(): NodeInitializer[] {
	const folder = '@node-red/nodes/core/common';
	return ['25-catch', '25-status', '24-complete'].map(
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- these modules have no types
		(name) => require(`${folder}/${name}`) as NodeInitializer,
	);
}

helper.init(require.resolve('node-red'));
