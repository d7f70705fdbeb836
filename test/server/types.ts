/** `[source node id, output slot]`. */
export type Link = [string, number];

export interface PromptNode {
	class_type: string;
	inputs: Record<string, unknown>;
	_meta?: { title?: string };
	/** The real server writes the result of IS_CHANGED here; it ends up in the metadata of files. */
	is_changed?: unknown[];
}

export type Prompt = Record<string, PromptNode>;

export interface ExtraData extends Record<string, unknown> {
	client_id?: unknown;
	extra_pnginfo?: Record<string, unknown> | null;
	create_time?: number;
}

/** `[number, prompt id, prompt, extra_data, outputs to execute]`, as in GET /queue. */
export type QueueItem = [number, string, Prompt, ExtraData, string[]];

export type FileType = 'output' | 'input' | 'temp';

export interface FileReference {
	filename: string;
	subfolder: string;
	type: FileType;
}

export type NodeOutput = Record<string, unknown>;

export interface NodeMeta {
	node_id: string;
	display_node: string;
	parent_node: string | null;
	real_node_id: string;
}

export type StatusMessage = [string, Record<string, unknown>];

export interface HistoryEntry {
	prompt: QueueItem;
	outputs: Record<string, NodeOutput>;
	status: { status_str: 'success' | 'error'; completed: boolean; messages: StatusMessage[] };
	meta: Record<string, NodeMeta>;
}

export function isLink(value: unknown): value is Link {
	return (
		Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number'
	);
}
