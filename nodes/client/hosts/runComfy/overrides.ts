import { InvalidInputError } from '../../core/errors';
import { show } from '../../core/text';

/** Inputs of nodes by the ID of the node, in the form of RunComfy. */
export type Overrides = Record<string, { inputs: Record<string, unknown> }>;

/**
 * The overrides for inputs that are named `node.input`, such as `6.text`. Undefined values are left out.
 * @throws InvalidInputError for another name
 */
export function toOverrides(inputs: Record<string, unknown>): Overrides {
	const byNode = new Map<string, Array<[string, unknown]>>();
	for (const [name, value] of Object.entries(inputs)) {
		if (value === undefined) continue;
		const { nodeId, input } = readName(name);
		byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), [input, value]]);
	}
	return Object.fromEntries([...byNode].map(([id, values]) => [id, { inputs: Object.fromEntries(values) }]));
}

/** IDs of nodes have no dot, names of inputs may have one: `lora_1.strength`. */
function readName(name: string): { nodeId: string; input: string } {
	const dot = name.indexOf('.');
	const nodeId = name.slice(0, Math.max(dot, 0)).trim();
	const input = name.slice(dot + 1).trim();
	if (nodeId && input) return { nodeId, input };
	throw new InvalidInputError(
		`The input ${show(name)} has no node: RunComfy sets inputs of nodes.`,
		'Name the input by the ID of the node and the name of the input, such as 6.text. Both are in the workflow that "Export (API)" saves.',
	);
}
