import { InvalidWorkflowError } from '../core/errors';
import { listed, show } from '../core/text';
import { hasInput, unknownInput, type InputAddress } from './declaredInputs';
import { didYouMean } from '../core/nearestNames';
import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import type { ObjectInfo } from '../objectInfo/types';

/**
 * Finds a node by id, by title, or by class when only one node has it.
 * @returns the node's id
 * @throws InvalidWorkflowError when no node or several nodes match
 */
export function findNode(workflow: ApiWorkflow, reference: string | number): string {
	const wanted = String(reference).trim();
	if (!wanted)
		throw new InvalidWorkflowError('The node to set is empty.', 'Enter the ID or the title of a node.');
	const found = nodesNamed(workflow, wanted);
	if (found.length === 1) return found[0];
	if (found.length > 1) {
		throw new InvalidWorkflowError(
			`"${wanted}" fits ${found.length} nodes of the workflow: ${listed(found.map((id) => `node ${id}`))}.`,
			'Use the ID of the node, or give the node a unique title.',
		);
	}
	throw unknownNode(workflow, wanted);
}

/**
 * Finds an input that is written in one text: `3.seed`, `Positive Prompt.text`, `KSampler.seed`. Titles and
 * names of inputs may contain dots too: every split into an existing node and one of its inputs is tried.
 * @param objectInfo also finds inputs that the node type has and the workflow does not contain
 * @throws InvalidWorkflowError when no input or several inputs match
 */
export function findInput(workflow: ApiWorkflow, reference: string, objectInfo?: ObjectInfo): InputAddress {
	return resolve(workflow, reference, false, objectInfo);
}

/** Like {@link findInput}, but an input that no node has yet may be named too. @throws InvalidWorkflowError */
export function findNewInput(
	workflow: ApiWorkflow,
	reference: string,
	objectInfo?: ObjectInfo,
): InputAddress {
	return resolve(workflow, reference, true, objectInfo);
}

function resolve(
	workflow: ApiWorkflow,
	reference: string,
	mayBeNew: boolean,
	objectInfo?: ObjectInfo,
): InputAddress {
	const possible = addressesIn(workflow, reference);
	const existing = possible.filter(({ nodeId, input }) => hasInput(workflow[nodeId], input, objectInfo));
	const found = existing.length === 0 && mayBeNew ? possible : existing;
	if (found.length === 1) return found[0];
	if (found.length > 1) {
		const names = found.map(
			({ nodeId, input }) => `"${input}" of ${nameNode(nodeId, titleOf(workflow, nodeId))}`,
		);
		throw new InvalidWorkflowError(
			`${show(reference)} fits ${found.length} inputs of the workflow: ${listed(names)}.`,
			'Write the ID of the node before the dot, as in 3.seed.',
		);
	}
	if (possible.length > 0) throw unknownInput(workflow, possible[0], objectInfo);
	const cut = reference.indexOf('.');
	if (cut < 0) {
		throw new InvalidWorkflowError(
			`${show(reference)} names no input.`,
			'Write the node, a dot and the input, as in 3.seed or KSampler.seed, or give the input by itself.',
		);
	}
	throw unknownNode(workflow, reference.slice(0, cut).trim());
}

/** Every way to read a text as a node and an input; the longest names of nodes come first. */
function addressesIn(workflow: ApiWorkflow, reference: string): InputAddress[] {
	const dots = [...reference.matchAll(/\./g)].slice(0, MAX_DOTS).reverse();
	return dots
		.map(({ index }) => ({
			node: reference.slice(0, index).trim(),
			input: reference.slice(index + 1).trim(),
		}))
		.filter(({ node, input }) => node && input)
		.flatMap(({ node, input }) => nodesNamed(workflow, node).map((nodeId) => ({ nodeId, input })));
}

/** No title has so many dots; a long text in the wrong place is no reason to search for minutes. */
const MAX_DOTS = 30;

/**
 * All nodes that a reference fits: the one with that id, else those with that title, else those with that
 * title behind an `@`, else those of that class. Case does not count.
 */
export function nodesNamed(workflow: ApiWorkflow, reference: string): string[] {
	if (Object.hasOwn(workflow, reference)) return [reference];
	const wanted = fold(reference);
	const marked = `@${wanted}`;
	const ids = Object.keys(workflow);
	for (const nameOf of [
		(id: string) => foldedTitle(workflow, id) === wanted,
		(id: string) => foldedTitle(workflow, id) === marked,
		(id: string) => fold(workflow[id].class_type) === wanted,
	]) {
		const found = ids.filter(nameOf);
		if (found.length > 0) return found;
	}
	return [];
}

/**
 * All nodes with a title (in any case, with or without the `@` that it may begin with), of a type, or both.
 * @returns ids in the order of the workflow
 */
export function findNodes(
	workflow: ApiWorkflow,
	{ title, type }: { title?: string; type?: string },
): string[] {
	const titles: unknown[] | undefined = title === undefined ? title : [fold(title), `@${fold(title)}`];
	return Object.keys(workflow).filter(
		(id) =>
			(titles?.includes(foldedTitle(workflow, id)) ?? true) &&
			(type === undefined || fold(workflow[id].class_type) === fold(type)),
	);
}

const fold = (text: string) => text.trim().toLowerCase();

function foldedTitle(workflow: ApiWorkflow, id: string): string | undefined {
	const title: unknown = workflow[id]._meta?.title;
	return typeof title === 'string' ? fold(title) : undefined;
}

function unknownNode(workflow: ApiWorkflow, wanted: string): InvalidWorkflowError {
	const ids = Object.keys(workflow);
	const names = [...new Set([...ids, ...ids.map((id) => titleOf(workflow, id) as string)])];
	const nodes = ids.map((id) => nameNode(id, titleOf(workflow, id), workflow[id].class_type));
	return new InvalidWorkflowError(
		`The workflow has no node "${wanted}". ${didYouMean(wanted, names)}`.trim(),
		`Its nodes are ${listed(nodes, 12)}.`,
	);
}
