import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';

/** Node-RED's runtime, as each node gets it. */
export type Red = NodeAPI;
export type RedNode = Node;
/** The members that every saved node has. */
export type RedConfig = NodeDef;
export type Message = NodeMessageInFlow;
export type Send = (message: Message) => void;

/** A value that comes from a message, a context, the environment or an expression, as the editor saves it. */
export interface TypedValue {
	/** Text as entered, such as `payload` for `msg.payload`. */
	value: string;
	/** Node-RED's name of the type: `str`, `num`, `bool`, `json`, `msg`, `flow`, `global`, `env`, `jsonata`, `date`. */
	type: string;
}

/** Evaluates a value for one message. @returns undefined where the property does not exist */
export async function evaluate(
	red: Red,
	node: RedNode,
	message: Message,
	{ value, type }: TypedValue,
): Promise<unknown> {
	return await new Promise((resolve, reject) => {
		red.util.evaluateNodeProperty(value, type, node, message, (error, result) => {
			if (error) reject(error);
			else resolve(result);
		});
	});
}
