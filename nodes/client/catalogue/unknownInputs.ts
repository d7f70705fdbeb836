import { suggest } from '../core/nearestNames';
import type { UnknownInput } from '../check/WorkflowReport';
import { placeOf, type KnownNode } from '../objectInfo/KnownNode';

/** Left over from buttons and previews of the editor; every server passes over them. */
const LEFTOVERS = new Set(['audioUI', 'choose file to upload', 'image', 'preview', 'refresh', 'upload']);

/**
 * Inputs that the node type does not have, with the required ones that are missing and have a similar name.
 * Those that the server fills in by itself are left out.
 */
export function findUnknownInputs(known: KnownNode): UnknownInput[] {
	const { node, inputs, definition } = known;
	const names = new Set(inputs.map(({ name }) => name));
	const hidden = definition.input?.hidden ?? {};
	const missing = inputs.filter(({ name, required }) => required && !Object.hasOwn(node.inputs, name));
	return Object.keys(node.inputs)
		.filter((name) => !names.has(name) && !Object.hasOwn(hidden, name))
		.map((name) => ({
			...placeOf(known, name),
			didYouMean: suggest(
				name,
				missing.map((input) => input.name),
			),
		}))
		.filter(({ input, didYouMean }) => didYouMean.length > 0 || !LEFTOVERS.has(input));
}
