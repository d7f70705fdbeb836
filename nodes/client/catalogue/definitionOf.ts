import { isRecord } from '../core/guards';
import type { NodeDefinition, ObjectInfo } from '../objectInfo/types';

/** What a catalogue says of a node type; undefined when it is not installed, or nothing readable is said. */
export function definitionOf(nodeType: string, objectInfo: ObjectInfo): NodeDefinition | undefined {
	const definition: unknown = Object.hasOwn(objectInfo, nodeType) ? objectInfo[nodeType] : undefined;
	return isRecord(definition) ? definition : undefined;
}
