import { InvalidInputError } from '../core/errors';

/** The node types that were asked for, by catalogue. */
const asked = new WeakMap<object, ReadonlySet<string>>();

/** A question that only the catalogue of all node types answers. */
export class PartialCatalogueError extends InvalidInputError {
	constructor() {
		super(
			'The catalogue has only some node types of the server.',
			'Load all of them: call objectInfo() without node types.',
		);
	}
}

/**
 * Marks a catalogue that has only some node types of a server.
 * @param nodeTypes those that were asked for; the server does not have those that the catalogue lacks
 */
export function markPartial<T extends object>(objectInfo: T, nodeTypes: Iterable<string>): T {
	asked.set(objectInfo, new Set(nodeTypes));
	return objectInfo;
}

/** Whether the server may have node types that a catalogue lacks. */
export function isPartial(objectInfo: object): boolean {
	return asked.has(objectInfo);
}

/** @throws PartialCatalogueError when the server may have this node type although the catalogue lacks it */
export function assertAsked(objectInfo: object, nodeType: string): void {
	const types = asked.get(objectInfo);
	if (types && !types.has(nodeType)) throw new PartialCatalogueError();
}
