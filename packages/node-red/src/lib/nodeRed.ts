import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The parts of Node-RED's API for nodes that this package uses. The published types depend on jQuery, and with it on the
 * types of browsers.
 */
export interface Red {
	nodes: {
		createNode(node: RedNode, config: RedConfig): void;
		/** Null for an unknown ID, and for a node that is disabled. */
		getNode(id: string): RedNode | null;
		registerType<N extends RedNode, C extends RedConfig>(
			type: string,
			constructor: (this: N, config: C) => void,
			options?: { credentials?: Record<string, { type: 'text' | 'password' }> },
		): void;
	};
	util: {
		generateId(): string;
		cloneMessage<M extends Message>(message: M): M;
		/** @param value text as it was entered in the editor */
		evaluateNodeProperty(
			value: string,
			type: string,
			node: RedNode,
			message: Message,
			callback: (error: Error | null, result: unknown) => void,
		): void;
	};
	/** Routes of the editor. */
	httpAdmin: {
		get(path: string, ...handlers: Handler[]): void;
		post(path: string, ...handlers: Handler[]): void;
	};
	auth: {
		/** Refuses requests of users without the permission. */
		needsPermission(permission: string): Handler;
	};
}

/** A handler of Express. */
export type Handler = (
	request: IncomingMessage & {
		params: Record<string, string>;
		query: Record<string, unknown>;
		body?: unknown;
	},
	response: ServerResponse & {
		json(body: unknown): void;
		status(code: number): { json(body: unknown): void };
	},
	next: () => void,
) => void;

/** A node of the runtime. */
export interface RedNode extends EventEmitter {
	id: string;
	type: string;
	name?: string;
	credentials?: object;
	/** IDs of the nodes behind each output. */
	wires?: string[][];
	send(message: Message | Message[]): void;
	receive(message: Partial<Message>): void;
	status(status: NodeStatus): void;
	log(text: string): void;
	warn(text: string): void;
	error(text: string | Error, message?: Message): void;
	on(event: 'input', listener: (message: Message, send: Send, done: Done) => void): this;
	/** `removed` is false when the node is only restarted. */
	on(event: 'close', listener: (removed: boolean, done: () => void) => void): this;
}

/** The members that every saved node has. */
export interface RedConfig {
	id: string;
	type: string;
	name?: string;
}

/** What goes from node to node. */
export interface Message {
	_msgid: string;
	payload?: unknown;
	topic?: unknown;
	/** The place of the message in a sequence. */
	parts?: { id: string; index: number; [member: string]: unknown };
	[member: string]: unknown;
}

export type Send = (message: Message) => void;
/** Ends the work on a message; with an error, Catch nodes get it. */
export type Done = (error?: Error) => void;

/** The line below a node. */
export interface NodeStatus {
	fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
	shape?: 'ring' | 'dot';
	text?: string;
}

/** A value that comes from a message, a context, the environment or an expression, as the editor saves it. */
export interface TypedValue {
	/** Text as entered, such as `payload` for `msg.payload`. */
	value: string;
	/** Node-RED's name of the type: `str`, `num`, `bool`, `json`, `msg`, `flow`, `global`, `env`, `jsonata`, `date`. */
	type: string;
}

/**
 * Evaluates a value for one message.
 * @returns undefined where the property does not exist, and for an environment variable that is empty: Node-RED does not
 *   tell it from one that is not set
 */
export async function evaluate(
	red: Red,
	node: RedNode,
	message: Message,
	{ value, type }: TypedValue,
): Promise<unknown> {
	return await new Promise((resolve, reject) => {
		red.util.evaluateNodeProperty(value, type, node, message, (error, result) => {
			// Node-RED throws one for `msg.a.b` where there is no `msg.a`.
			if (error instanceof TypeError || error?.name === 'TypeError') resolve(undefined);
			else if (error) reject(error);
			else resolve(type === 'env' && result === '' ? undefined : result);
		});
	});
}
