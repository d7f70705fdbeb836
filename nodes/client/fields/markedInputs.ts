import { isLink, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { humanName } from './labels';
import type { MarkedInput } from './WorkflowField';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';

/** Nodes that only hold one value. */
const VALUE_NODES = /^Primitive(Int|Float|String|StringMultiline|Boolean)$/;
/** ComfyUI Deploy's inputs: `ComfyUIDeployExternalText`, `ComfyUIDeployExternalImage` and others. */
const EXTERNAL_NODES = /^ComfyUIDeployExternal/;

/**
 * Finds the inputs that a workflow in API format marks for use from outside: nodes with a title such as
 * `@prompt`, ComfyUI Deploy's external inputs, and titled nodes that hold a single value.
 * @param objectInfo node types of the server; gives the titles of untitled nodes
 */
export function findMarkedInputs(workflow: ApiWorkflow, objectInfo: ObjectInfo): MarkedInput[] {
	return Object.keys(workflow).flatMap((nodeId): MarkedInput[] => {
		const { class_type: type } = workflow[nodeId];
		const title = (titleOf(workflow, nodeId) ?? '').trim();
		if (title.startsWith('@') && title.length > 1) return titled(workflow, nodeId, title.slice(1).trim());
		if (EXTERNAL_NODES.test(type)) return external(workflow, nodeId);
		if (!VALUE_NODES.test(type) || isLink(workflow[nodeId].inputs.value)) return [];
		const own = title && title !== type && title !== definitionOf(type, objectInfo)?.display_name;
		return own ? [{ label: title, from: 'primitive', targets: [{ nodeId, input: 'value' }] }] : [];
	});
}

/** A single input gets the title as its label; of several, each gets `Input · title`. */
function titled(workflow: ApiWorkflow, nodeId: string, name: string): MarkedInput[] {
	const inputs = valuesOf(workflow, nodeId);
	return inputs.map((input) => ({
		label: inputs.length === 1 ? name : `${humanName(input)} · ${name}`,
		from: 'title',
		targets: [{ nodeId, input }],
	}));
}

/** The value is in `default_value`, `default_value_url`, `default_lora_name` or similar. */
function external(workflow: ApiWorkflow, nodeId: string): MarkedInput[] {
	const { display_name: shown, input_id: id } = workflow[nodeId].inputs;
	const inputs = valuesOf(workflow, nodeId).filter((name) => name.startsWith('default_'));
	const input = inputs.find((name) => name === 'default_value') ?? inputs[0];
	const label = [shown, id].find((text) => typeof text === 'string' && text.trim() !== '') as string;
	return input && label ? [{ label: label.trim(), from: 'external', targets: [{ nodeId, input }] }] : [];
}

const valuesOf = (workflow: ApiWorkflow, nodeId: string) =>
	Object.entries(workflow[nodeId].inputs)
		.filter(([, value]) => !isLink(value))
		.map(([name]) => name);
