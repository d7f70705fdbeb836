import { InvalidWorkflowError } from '../errors';
import { listed } from '../protocol/text';
import { didYouMean } from './suggest';
import { nameNode, titleOf, type ApiWorkflow } from './types';

/**
 * Finds a node the way people refer to it: by id, by title, or by class when only one node has it.
 * @returns the node's id
 * @throws InvalidWorkflowError when there is none, or when a title or class fits several
 */
export function findNode(workflow: ApiWorkflow, reference: string | number): string {
	const wanted = String(reference).trim();
	if (!wanted)
		throw new InvalidWorkflowError('The node to set is empty.', 'Enter the ID or the title of a node.');
	if (Object.hasOwn(workflow, wanted)) return wanted;
	const found = nodesNamed(workflow, wanted);
	if (found.length === 1) return found[0];
	if (found.length > 1) {
		throw new InvalidWorkflowError(
			`"${wanted}" fits ${found.length} nodes of the workflow: ${listed(found.map((id) => `node ${id}`))}.`,
			'Use the ID of the node that is meant, or give it a title of its own.',
		);
	}
	throw unknownNode(workflow, wanted);
}

/**
 * All nodes that a reference fits: the one with that id, else those with that title, else those of that class.
 * Case does not count for titles.
 */
export function nodesNamed(workflow: ApiWorkflow, reference: string): string[] {
	if (Object.hasOwn(workflow, reference)) return [reference];
	const ids = Object.keys(workflow);
	const wanted = reference.trim().toLowerCase();
	const titled = ids.filter((id) => workflow[id]._meta?.title?.trim().toLowerCase() === wanted);
	return titled.length > 0 ? titled : ids.filter((id) => workflow[id].class_type.toLowerCase() === wanted);
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
