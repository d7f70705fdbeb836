import { CancelledError, isComfyUiError, type ComfyUiClient } from 'comfyui-workflows-client';
import { codeOf, NotConfiguredError, toFlowError } from './errors';
import type { Done, Message, Red, RedNode, Send } from './nodeRed';
import type { SharedClient } from './SharedClient';
import { cancelledStatus, errorStatus, StatusDisplay } from './StatusDisplay';

/** The server node as its users see it. */
export interface ServerNode extends RedNode {
	shared: SharedClient;
	/** The beginning of the client IDs of this server node, also after a restart of Node-RED. */
	clientIdPrefix: string;
}

/** The server node that a node uses. @throws NotConfiguredError when none is chosen, or it is disabled */
export function serverOf(red: Red, id: unknown): ServerNode {
	const node = typeof id === 'string' && id ? (red.nodes.getNode(id) as ServerNode | null) : null;
	if (node?.shared) return node;
	throw new NotConfiguredError(
		'No ComfyUI server is chosen.',
		'Open the node, choose a server, and deploy. A disabled server node cannot be used.',
	);
}

/** What a node does with a message. */
export interface Work {
	message: Message;
	send: Send;
	client: ComfyUiClient;
	/** Fires when the message is stopped, and when the node is closed. */
	signal: AbortSignal;
}

/** A message whose work has not ended. */
export interface ActiveMessage {
	message: Message;
	/** Stops the work. */
	controller: AbortController;
	/** The job of the message, once it is submitted. */
	promptId?: string;
}

export interface HandlerOptions {
	/** Does the work of a message; called in the order of the messages, before the work of earlier ones has ended. */
	work: (work: Work, active: ActiveMessage) => Promise<void>;
	/** Looks at a message first. @returns true when the message is done with */
	intercept?: (message: Message) => Promise<boolean>;
	/** Runs when the work of a message was stopped, before that is reported. */
	stopped?: (active: ActiveMessage) => Promise<void>;
	/** Runs when the node is closed, after all work was told to end. */
	close?: () => Promise<void>;
}

/**
 * Handles the messages of a node after Node-RED's rules: `done` once for each message, errors for Catch nodes, a
 * status, and an orderly end when the flow is deployed again.
 */
export class MessageHandler {
	readonly status: StatusDisplay;
	readonly active = new Set<ActiveMessage>();
	private readonly closing = new AbortController();
	private release?: () => void;

	constructor(
		private readonly red: Red,
		private readonly node: RedNode,
		private readonly serverId: unknown,
		private readonly options: HandlerOptions,
	) {
		this.status = new StatusDisplay(node);
		node.status({}); // that of the flow that was deployed before
		this.release = this.useServer();
		node.on('input', (message, send, done) => void this.handle(message, send, done));
		node.on('close', (_removed: boolean, done: () => void) => void this.close().then(done, done));
	}

	/** Stops the work of messages. @returns how many there were */
	stop(where: (active: ActiveMessage) => boolean): number {
		const found = [...this.active].filter(where);
		for (const { controller } of found) controller.abort();
		return found.length;
	}

	private useServer(): (() => void) | undefined {
		try {
			return serverOf(this.red, this.serverId).shared.use();
		} catch {
			return undefined; // each message reports it
		}
	}

	private async handle(message: Message, send: Send, done: Done): Promise<void> {
		const active: ActiveMessage = { message, controller: new AbortController() };
		try {
			if (await this.options.intercept?.(message)) {
				done();
				return;
			}
			this.active.add(active);
			const signal = AbortSignal.any([active.controller.signal, this.closing.signal]);
			const { shared } = serverOf(this.red, this.serverId);
			await this.options.work({ message, send, client: shared.get(), signal }, active);
			this.active.delete(active);
			done();
		} catch (error) {
			await this.fail(active, error, done);
		}
	}

	private async fail(active: ActiveMessage, error: unknown, done: Done): Promise<void> {
		const wasStopped = active.controller.signal.aborted;
		if (wasStopped && !this.closing.signal.aborted) await this.options.stopped?.(active);
		this.active.delete(active);
		if (this.closing.signal.aborted) return; // the flow of the message is gone
		const reported = wasStopped && isComfyUiError(error) ? cancelled(active) : error;
		this.status.show(wasStopped ? cancelledStatus() : errorStatus(codeOf(error)));
		const failure = toFlowError(reported);
		noteError(active.message, failure);
		done(failure);
	}

	private async close(): Promise<void> {
		this.closing.abort();
		this.status.close();
		try {
			await this.options.close?.();
		} catch (error) {
			this.node.warn(toFlowError(error).message);
		} finally {
			this.release?.();
		}
	}
}

/** Node-RED 3 gives Catch nodes nothing of an error but its text. */
function noteError(message: Message, { cause }: Error): void {
	const { comfyui } = message;
	message.comfyui = { ...(typeof comfyui === 'object' ? comfyui : undefined), error: cause };
}

const cancelled = ({ promptId = '' }: ActiveMessage) =>
	new CancelledError('The job was cancelled by a message.', promptId);
