import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { MissingInput, MissingNodeType } from './WorkflowReport';
import { placeOf, type KnownNode } from '../objectInfo/KnownNode';
import type { Suggestions } from './Suggestions';
import { definitionOf } from '../catalogue/definitionOf';
import type { ObjectInfo } from '../objectInfo/types';

/** Every type that is not installed; a single one makes the server refuse the workflow, wherever it is. */
export function findMissingNodeTypes(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	suggestions: Suggestions,
): MissingNodeType[] {
	const nodeIds = new Map<string, string[]>();
	for (const [id, { class_type: type }] of Object.entries(workflow)) {
		if (definitionOf(type, objectInfo)) continue;
		const others = nodeIds.get(type);
		if (others) others.push(id);
		else nodeIds.set(type, [id]);
	}
	return [...nodeIds].map(([nodeType, ids]) => ({
		nodeType,
		nodeIds: ids,
		didYouMean: suggestions.nodeTypes(nodeType, objectInfo),
	}));
}

/** Groups that grow are filled through their members, and what a slot of many shapes needs is not told. */
const NEVER_MISSING = new Set(['COMFY_AUTOGROW_V3', 'COMFY_DYNAMICSLOT_V3']);

/** Required inputs that are not given. */
export function findMissingInputs(known: KnownNode): MissingInput[] {
	const { node, inputs } = known;
	return inputs
		.filter(({ name, type, required }) => {
			const given = Object.hasOwn(node.inputs, name) && node.inputs[name] !== undefined;
			return required && !given && !NEVER_MISSING.has(type);
		})
		.map(({ name, type }) => ({ ...placeOf(known, name), type }));
}

/**
 * Connections to nodes that are not there. Also those at inputs that the node type does not have: the server
 * does not refuse them, but when it runs the node they end its worker, for everybody until it is restarted.
 */
export function findLooseLinks(known: KnownNode): MissingInput[] {
	const { node, inputs, workflow } = known;
	return Object.entries(node.inputs).flatMap(([name, value]): MissingInput[] => {
		if (!isLink(value) || Object.hasOwn(workflow, value[0])) return [];
		const type = inputs.find((input) => input.name === name)?.type ?? '*';
		return [{ ...placeOf(known, name), type, connectedTo: value[0] }];
	});
}
