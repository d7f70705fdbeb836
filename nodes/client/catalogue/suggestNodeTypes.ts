import { suggest } from '../core/nearestNames';
import { definitionOf } from './definitionOf';
import type { ObjectInfo } from '../objectInfo/types';

/**
 * The node types that an unknown one may mean, best first. People also write the title that the editor
 * shows (`Load Checkpoint`) where the class name (`CheckpointLoaderSimple`) is wanted.
 */
export function suggestNodeTypes(name: string, objectInfo: ObjectInfo, most = 3): string[] {
	const wanted = name.trim().toLowerCase();
	const nodeTypes = Object.keys(objectInfo);
	const titled = nodeTypes.filter((type) => shownAs(type, objectInfo)?.trim().toLowerCase() === wanted);
	return [...new Set([...titled, ...suggest(name, nodeTypes, most)])].slice(0, most);
}

function shownAs(nodeType: string, objectInfo: ObjectInfo): string | undefined {
	const shown: unknown = definitionOf(nodeType, objectInfo)?.display_name;
	return typeof shown === 'string' ? shown : undefined;
}
