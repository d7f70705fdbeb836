import { parseJson } from '../core/json';
import { isRecord } from '../core/guards';

/** Text frames of the WebSocket. Unknown types are normal: custom nodes send their own. */

/** Progress of one node inside `progress_state`. */
interface NodeProgress {
	value: number;
	max: number;
	state: 'pending' | 'running' | 'finished' | 'error' | (string & {});
	display_node_id?: string;
}

/** Data of `execution_error`, also found in the history. */
export interface ExecutionErrorData {
	prompt_id?: string;
	node_id?: string;
	node_type?: string;
	exception_message?: string;
	exception_type?: string;
	traceback?: string[];
	executed?: string[];
	timestamp?: number;
}

/** The messages that this client acts on. */
export type ServerMessage =
	| { type: 'status'; data: { status?: { exec_info?: { queue_remaining?: number } }; sid?: string } }
	| { type: 'execution_start'; data: { prompt_id: string; timestamp?: number } }
	| { type: 'execution_cached'; data: { prompt_id: string; nodes: string[]; timestamp?: number } }
	| { type: 'executing'; data: { prompt_id?: string; node: string | null; display_node?: string } }
	| { type: 'progress_state'; data: { prompt_id: string; nodes: Record<string, NodeProgress> } }
	| { type: 'progress'; data: { prompt_id?: string; node?: string; value: number; max: number } }
	| { type: 'executed'; data: { prompt_id: string; node: string; display_node?: string; output: unknown } }
	| { type: 'execution_success'; data: { prompt_id: string; timestamp?: number } }
	| { type: 'execution_error'; data: ExecutionErrorData & { prompt_id: string } }
	| { type: 'execution_interrupted'; data: { prompt_id: string; node_id?: string; node_type?: string } }
	| { type: 'feature_flags'; data: Record<string, unknown> };

/** Types that mean nothing without the id of a job. */
const NEEDS_PROMPT = new Set([
	'execution_start',
	'execution_cached',
	'progress_state',
	'executed',
	'execution_success',
	'execution_error',
	'execution_interrupted',
]);
const KNOWN = new Set([...NEEDS_PROMPT, 'status', 'executing', 'progress', 'feature_flags']);

/** The data that each type of message must have; a custom node or a proxy may send anything. */
const SHAPES: Record<string, (data: Record<string, unknown>) => boolean> = {
	execution_cached: ({ nodes }) => Array.isArray(nodes),
	executing: ({ node }) => node === null || typeof node === 'string',
	progress_state: ({ nodes }) => isRecord(nodes) && Object.values(nodes).every(isRecord),
	progress: ({ value, max }) => Number.isFinite(value) && Number.isFinite(max),
	executed: ({ node }) => typeof node === 'string',
};

/** Reads a text frame; undefined for everything that this client does not act on, malformed frames included. */
export function parseMessage(text: string): ServerMessage | undefined {
	let message: unknown;
	try {
		message = parseJson(text);
	} catch {
		return undefined;
	}
	if (!isRecord(message)) return undefined;
	const { type, data } = message;
	if (typeof type !== 'string' || !KNOWN.has(type) || !isRecord(data)) return undefined;
	if (NEEDS_PROMPT.has(type) && typeof data.prompt_id !== 'string') return undefined;
	if (Object.hasOwn(SHAPES, type) && !SHAPES[type](data)) return undefined;
	return message as unknown as ServerMessage;
}

/** The first text a client may send: ask for previews that name their node and job (server 0.3.45 and later). */
export const FEATURE_FLAGS = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}';
