import { asError } from '../core/errors';
import type { AbortOptions } from '../core/time';
import { PartialCatalogueError } from './partial';
import type { ObjectInfo } from './types';

/**
 * Answers a question about node types from their own definitions if these suffice, else from the catalogue of all
 * node types, which can take seconds to load.
 * @param use may run twice; its PartialCatalogueError leads to the second run
 */
export async function withNodeTypes<T>(
	server: { objectInfo(options: AbortOptions & { nodeTypes?: readonly string[] }): Promise<ObjectInfo> },
	nodeTypes: readonly string[],
	use: (objectInfo: ObjectInfo) => T | Promise<T>,
	{ signal }: AbortOptions = {},
): Promise<T> {
	try {
		return await use(await server.objectInfo({ nodeTypes, signal }));
	} catch (error) {
		if (!(error instanceof PartialCatalogueError)) throw asError(error);
		return await use(await server.objectInfo({ signal }));
	}
}
