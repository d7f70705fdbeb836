/** A link to another node's output: its id and the output's index. */
export type Link = [nodeId: string, slot: number];

/** One node of a workflow in API format. */
export interface ApiNode {
	class_type: string;
	inputs: Record<string, unknown>;
	_meta?: { title?: string };
}

/** A workflow in API format (the editor's "Export (API)"): node id to node. */
export type ApiWorkflow = Record<string, ApiNode>;

/** Whether an input's value is a link and not a value. */
export function isLink(value: unknown): value is Link {
	return (
		Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isInteger(value[1])
	);
}

/** What a person calls a node: its title, else its class. */
export function titleOf(workflow: ApiWorkflow | undefined, nodeId: string): string | undefined {
	const node = workflow && Object.hasOwn(workflow, nodeId) ? workflow[nodeId] : undefined;
	const title: unknown = node?._meta?.title;
	return typeof title === 'string' ? title : node?.class_type;
}

/** `"Save" (SaveImage, node 9)`: how errors name a node. Not made safe to show: see `tidy` for names that a server told. */
export function nameNode(nodeId: string | undefined, title?: string, type?: string): string {
	const known = [title && title !== type ? type : undefined, nodeId ? `node ${nodeId}` : undefined].filter(
		Boolean,
	);
	const name = title ?? type;
	if (!name) return nodeId ? `node ${nodeId}` : 'a node';
	return known.length ? `"${name}" (${known.join(', ')})` : `"${name}"`;
}
