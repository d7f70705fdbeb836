import type {
	ComfyUiClient,
	WatchCursor,
	WatchedJob,
	WatchEvent,
	WatchEventType,
} from 'comfyui-workflows-client';
import { busyStatus, doneStatus, errorStatus, StatusDisplay, summaryOf } from '../lib/StatusDisplay';
import { codeOf, toFlowError } from '../lib/errors';
import { jobFacts } from '../lib/jobFacts';
import { serverOf } from '../lib/MessageHandler';
import type { Message, Red, RedConfig, RedNode } from '../lib/nodeRed';
import { sendOutputs, type OutputConfig } from '../lib/outputs';

interface EventsConfig extends RedConfig, OutputConfig {
	server?: string;
	events?: WatchEventType[];
	/** Whose jobs to report, where the server says who submitted them. */
	from?: 'any' | 'mine' | 'others';
	/** Whether to report what happened while the flow was not running. */
	catchUp?: boolean;
}

type ContextNode = RedNode & {
	context(): { get(key: string): unknown; set(key: string, value: unknown): void };
};

const CURSOR = 'comfyuiCursor';
/**
 * Where the watch of each node is. Node-RED deletes the context of a node at each deploy, unless a store for contexts is
 * configured; such a store keeps the cursor across a restart of Node-RED too.
 */
const cursors = new Map<string, WatchCursor>();

/** Registers `comfyui-events`: a message for each job of any client that starts or ends, and for an empty queue. */
export = (red: Red): void => {
	function Events(this: ContextNode, config: EventsConfig): void {
		red.nodes.createNode(this, config);
		new EventsNode(red, this, config).start();
	}
	red.nodes.registerType('comfyui-events', Events);
};

class EventsNode {
	private readonly status: StatusDisplay;
	private readonly closing = new AbortController();

	constructor(
		private readonly red: Red,
		private readonly node: ContextNode,
		private readonly config: EventsConfig,
	) {
		this.status = new StatusDisplay(node);
	}

	start(): void {
		const { node } = this;
		let release: (() => void) | undefined;
		const watching = (async () => {
			const { shared, clientIdPrefix } = serverOf(this.red, this.config.server);
			release = shared.use();
			await this.watch(shared.get(), clientIdPrefix);
		})().catch((error: unknown) => {
			if (this.closing.signal.aborted) return;
			this.status.show(errorStatus(codeOf(error)));
			node.error(toFlowError(error), { _msgid: this.red.util.generateId() });
		});
		node.on('close', (removed: boolean, done: () => void) => {
			this.closing.abort();
			this.status.close();
			void watching.then(() => {
				if (removed) cursors.delete(node.id);
				release?.();
				done();
			});
		});
	}

	private async watch(client: ComfyUiClient, clientIdPrefix: string): Promise<void> {
		const { config, node, closing } = this;
		const { events = ['finished', 'failed', 'cancelled'], from = 'any', catchUp = true } = config;
		const wanted = new Set<WatchEventType>(events);
		this.status.show(busyStatus('connecting'));

		await client.watchJobs({
			events: [...wanted, 'offline', 'online'],
			since: catchUp ? this.lastCursor() : undefined,
			onCursor: (cursor) => {
				cursors.set(node.id, cursor);
				node.context().set(CURSOR, cursor);
				if (cursor.online !== false) this.status.show(doneStatus('listening'));
			},
			onEvent: async (event) => {
				if (event.type === 'offline') this.status.show(errorStatus('offline'));
				if (event.type === 'online') this.status.show(doneStatus('listening'));
				if (!wanted.has(event.type)) return;
				if ('job' in event && !isFrom(from, event.job, clientIdPrefix)) return;
				await this.report(client, event);
			},
			signal: closing.signal,
		});
	}

	private lastCursor(): WatchCursor | undefined {
		const { node } = this;
		return cursors.get(node.id) ?? (node.context().get(CURSOR) as WatchCursor | undefined);
	}

	/** Sends an event. An error on the way to its files is reported, and the watch goes on. */
	private async report(client: ComfyUiClient, event: WatchEvent): Promise<void> {
		const { red, node, config, closing } = this;
		const message: Message = { _msgid: red.util.generateId(), topic: event.type, payload: event.type };
		const send = (next: Message) => node.send(next);
		const at = event.server === undefined ? {} : { server: event.server };
		if (!('job' in event)) {
			send(Object.assign(message, { comfyui: { event: event.type, ...at } }));
			return;
		}
		const { job } = event;
		const facts = { event: event.type, ...factsOf(job), ...at };
		if (!job.result || event.type !== 'finished') {
			send(Object.assign(message, { comfyui: facts }));
			return;
		}
		const outcome = { result: job.result, facts: { ...jobFacts(job.result), ...facts } };
		try {
			const output = { output: 'facts', ...config } as const;
			const count = await sendOutputs({ red, node, message, send }, client, outcome, output, {
				signal: closing.signal,
			});
			this.status.show(doneStatus(summaryOf(count, 'file', job.result.durationMs)));
		} catch (error) {
			if (!closing.signal.aborted) node.error(toFlowError(error), { ...message, comfyui: outcome.facts });
		}
	}
}

const isFrom = (from: EventsConfig['from'], { clientId }: WatchedJob, prefix: string) =>
	from === 'any' || (clientId?.startsWith(prefix) === true) === (from === 'mine');

function factsOf(job: WatchedJob): Record<string, unknown> {
	const { promptId, state, clientId, workflowId, startedAt, endedAt, error } = job;
	const facts = { promptId, status: state, clientId, workflowId, startedAt, endedAt };
	const known = Object.entries(facts).filter(([, value]) => value !== undefined);
	return {
		...Object.fromEntries(known),
		...(error && { error: { code: error.code, message: error.message } }),
	};
}
