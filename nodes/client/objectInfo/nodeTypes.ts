import { listInputs, type NodeInput } from './inputs';
import { textOf } from '../core/text';
import type { NodeDefinition } from './types';

/** What a node type is, in one line of a list. */
export interface NodeTypeRow {
	/** The class name, as `class_type` in a workflow has it. */
	nodeType: string;
	displayName: string;
	/** Path with slashes, such as `sampling/custom_sampling`. */
	category: string;
	description: string;
	/** Whether it makes a workflow runnable: it saves or shows something. */
	outputNode: boolean;
	deprecated: boolean;
	experimental: boolean;
	/** Whether it calls a paid service of Comfy.org. */
	apiNode: boolean;
}

/** An output of a node type. */
export interface NodeOutput {
	name: string;
	type: string;
	isList: boolean;
	tooltip?: string;
}

/** All about a node type, as plain JSON. */
export interface NodeDescription extends NodeTypeRow {
	/** The Python module it comes from; tells core nodes from custom ones. */
	module: string;
	inputs: NodeInput[];
	outputs: NodeOutput[];
}

/** The line of a list for a node type. */
export function summarizeNode(nodeType: string, definition: NodeDefinition): NodeTypeRow {
	return {
		nodeType,
		displayName: text(definition.display_name) || nodeType,
		category: text(definition.category),
		description: text(definition.description),
		outputNode: definition.output_node === true,
		deprecated: definition.deprecated === true,
		experimental: definition.experimental === true,
		apiNode: definition.api_node === true,
	};
}

/**
 * Describes a node type for people and programs.
 * @param definition the member `nodeType` of what `/object_info` answers
 */
export function describeNode(nodeType: string, definition: NodeDefinition): NodeDescription {
	return {
		...summarizeNode(nodeType, definition),
		module: text(definition.python_module),
		inputs: listInputs(definition),
		outputs: listOutputs(definition),
	};
}

function listOutputs(definition: NodeDefinition): NodeOutput[] {
	const { output, output_name: names, output_is_list: lists, output_tooltips: tooltips } = definition;
	return (Array.isArray(output) ? output : []).map((declared, index) => {
		const type = Array.isArray(declared) ? 'COMBO' : textOf(declared);
		const tooltip = text(tooltips?.[index]);
		return {
			name: text(names?.[index]) || type,
			type,
			isList: lists?.[index] === true,
			...(tooltip && { tooltip }),
		};
	});
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
