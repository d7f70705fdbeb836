import { InvalidInputError, InvalidWorkflowError } from '../core/errors';
import { listed, show } from '../core/text';
import { type ApiWorkflow, type Link, copyNode, copyWorkflow } from '../core/ApiWorkflow';

/** Two workflows in one. */
export interface MergedWorkflow {
	workflow: ApiWorkflow;
	/** The ids of the second workflow, and what they became. */
	ids: Record<string, string>;
}

/**
 * Puts two workflows into one, so that they run as one job. The nodes of the second get new ids, and its
 * links follow; a link of the second to an id that only the first has connects the two. Nothing is shared
 * with what was given. For more than two, merge the result with the next.
 * @param options.prefix what the new ids begin with: letters, digits, _ and -. Default: a free one (`b_`)
 * @throws InvalidWorkflowError when a new id is taken, InvalidInputError for another prefix
 * @example
 * const { workflow, ids } = mergeWorkflows(portrait, upscaler);
 * const joined = setInputs(workflow, [{ node: ids['1'], input: 'image', value: ['8', 0] }]);
 */
export function mergeWorkflows(
	first: ApiWorkflow,
	second: ApiWorkflow,
	options: { prefix?: string } = {},
): MergedWorkflow {
	const prefix = options.prefix ?? freePrefix(first);
	refuseUnfit(prefix);
	const ids = new Map(Object.keys(second).map((id) => [id, prefix + id]));
	refuseTaken([...ids.values()].filter((id) => Object.hasOwn(first, id)));
	const follow = ([id, slot]: Link): Link => [ids.get(id) ?? id, slot];
	return {
		workflow: Object.fromEntries([
			...Object.entries(copyWorkflow(first)),
			...Object.entries(second).map(([id, node]) => [ids.get(id), copyNode(node, follow)]),
		]) as ApiWorkflow,
		ids: Object.fromEntries(ids),
	};
}

/** `b_` to `z_`, then `b2_` and so on: the first that no id begins with. */
function freePrefix(workflow: ApiWorkflow): string {
	const taken = new Set(Object.keys(workflow).map((id) => /^[b-z]\d*_/.exec(id)?.[0]));
	const letters = 'bcdefghijklmnopqrstuvwxyz';
	for (let index = 0; ; index++) {
		const round = Math.floor(index / letters.length) + 1;
		const prefix = `${letters[index % letters.length]}${round > 1 ? round : ''}_`;
		if (!taken.has(prefix)) return prefix;
	}
}

/** A dot separates node and input in references, and a colon the levels of a subgraph. */
function refuseUnfit(prefix: string): void {
	if (/^[\p{L}\p{N}_-]*$/u.test(prefix)) return;
	throw new InvalidInputError(
		`The prefix ${show(prefix, 40)} cannot begin the ID of a node.`,
		'Use letters, digits, _ and -, such as "b_", or leave it out.',
	);
}

function refuseTaken(taken: string[]): void {
	if (taken.length === 0) return;
	const ids = listed(taken.map((id) => show(id, 40)));
	throw new InvalidWorkflowError(
		`Both workflows would have nodes with the IDs ${ids}.`,
		'Use another prefix for the second workflow, or leave it out to have a free one made.',
	);
}
