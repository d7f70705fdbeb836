import { isRecord } from './guards';
import { BigInteger, parseJsonExactly, stringifyExactly } from './json';

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

/** Whether the value of an input is a link. */
export function isLink(value: unknown): value is Link {
	return (
		Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isInteger(value[1])
	);
}

/** The title of a node as people see it; its class when it has none. */
export function titleOf(workflow: ApiWorkflow | undefined, nodeId: string): string | undefined {
	const node = workflow && Object.hasOwn(workflow, nodeId) ? workflow[nodeId] : undefined;
	const title: unknown = node?._meta?.title;
	return typeof title === 'string' ? title : node?.class_type;
}

/** `"Save" (SaveImage, node 9)`, for errors. Names that come from a server still need `tidy`. */
export function nameNode(nodeId: string | undefined, title?: string, type?: string): string {
	const known = [title && title !== type ? type : undefined, nodeId ? `node ${nodeId}` : undefined].filter(
		Boolean,
	);
	const name = title ?? type;
	if (!name) return nodeId ? `node ${nodeId}` : 'a node';
	return known.length ? `"${name}" (${known.join(', ')})` : `"${name}"`;
}

/** A deep copy of a workflow. */
export function copyWorkflow(workflow: ApiWorkflow): ApiWorkflow {
	return Object.fromEntries(Object.entries(workflow).map(([id, node]) => [id, copyNode(node)]));
}

/**
 * A deep copy of a node.
 * @param follow replaces each link
 */
export function copyNode(node: ApiNode, follow: (link: Link) => Link = ([id, slot]) => [id, slot]): ApiNode {
	const inputs = Object.entries(node.inputs).map(([name, value]): [string, unknown] => [
		name,
		isLink(value) ? follow(value) : copyValue(value),
	]);
	return {
		...node,
		inputs: Object.fromEntries(inputs),
		...(isRecord(node._meta) && { _meta: { ...node._meta } }),
	};
}

/** `structuredClone` would strip a {@link BigInteger} of its class. */
function copyValue(value: unknown): unknown {
	if (value instanceof BigInteger || !(isRecord(value) || Array.isArray(value))) return value;
	return parseJsonExactly(stringifyExactly(value));
}

/** The ids of a workflow in natural order: numbers first (2 before 10), then ids inside subgraphs (`57:8`), then names. */
export function sortedIds(workflow: ApiWorkflow): string[] {
	return Object.keys(workflow).sort(compareIds);
}

function compareIds(a: string, b: string): number {
	return rank(a) - rank(b) || compareParts(a.split(DIGITS), b.split(DIGITS));
}

/** Splits into other text (even places) and digits (odd places). */
const DIGITS = /(\d+)/;

function rank(id: string): number {
	if (/^\d+$/.test(id)) return 0;
	return /^\d+(?::\d+)+$/.test(id) ? 1 : 2;
}

function compareParts(a: string[], b: string[]): number {
	for (let index = 0; index < Math.min(a.length, b.length); index++) {
		const byNumber = index % 2 === 1 ? Number(a[index]) - Number(b[index]) : 0;
		const order = byNumber || compareTexts(a[index], b[index]);
		if (order !== 0) return order;
	}
	return a.length - b.length;
}

/** By code unit, so that the order does not depend on the language of the machine. */
function compareTexts(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
