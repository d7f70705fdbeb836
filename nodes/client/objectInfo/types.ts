import { isRecord } from '../core/guards';
import { assertAsked } from './partial';

/** The definition of one node type, as `/object_info` gives it. Custom nodes add members of their own. */
export interface NodeDefinition {
	name?: string;
	/** Custom nodes may leave it null. */
	display_name?: string | null;
	description?: string;
	category?: string;
	python_module?: string;
	output_node?: boolean;
	deprecated?: boolean;
	experimental?: boolean;
	api_node?: boolean;
	input?: {
		required?: Record<string, InputSpec>;
		optional?: Record<string, InputSpec>;
		hidden?: Record<string, unknown>;
	};
	input_order?: { required?: string[]; optional?: string[] };
	output?: unknown[];
	output_name?: string[];
	output_is_list?: boolean[];
	output_tooltips?: Array<string | null>;
	/** For each output, the ID of the inputs whose type it has. */
	output_matchtypes?: Array<string | null> | null;
	search_aliases?: string[];
	[member: string]: unknown;
}

/** `[type]` or `[type, options]`; a type that is a list is a choice. The options may be missing. */
export type InputSpec = [type: string | unknown[], options?: Record<string, unknown>];

/** All node types by class name. */
export type ObjectInfo = Record<string, NodeDefinition>;

/**
 * The definition of a node type; undefined when it is not installed or its definition is not an object.
 * @throws PartialCatalogueError when the catalogue was loaded without asking for this type
 */
export function definitionOf(nodeType: string, objectInfo: ObjectInfo): NodeDefinition | undefined {
	if (!Object.hasOwn(objectInfo, nodeType)) {
		assertAsked(objectInfo, nodeType);
		return undefined;
	}
	const definition: unknown = objectInfo[nodeType];
	return isRecord(definition) ? definition : undefined;
}
