import { isLink } from '../core/ApiWorkflow';
import { nearestNames } from '../core/nearestNames';
import { listed, show } from '../core/text';
import { placeOf, type KnownNode } from '../objectInfo/KnownNode';
import { definitionOf } from '../objectInfo/types';
import { describePlace, describeSuggestions, problemAt, type Check, type FindingKind } from './FindingKind';
import type { MissingInput, MissingNodeType, UnknownInput } from './WorkflowReport';

/** Node types that are not installed. A single one makes the server refuse the workflow, wherever it is. */
export const missingNodeTypes: FindingKind<'missingNodeTypes'> = {
	kind: 'missingNodeTypes',
	find: findMissingNodeTypes,
	describe: describeMissingNodeType,
	problems: (found) =>
		found.nodeIds.map((nodeId) => ({
			nodeId,
			nodeType: found.nodeType,
			type: 'missing_node_type',
			text: describeMissingNodeType({ ...found, nodeIds: [nodeId] }),
		})),
	nodes: ({ nodeIds }) => nodeIds.map((nodeId) => ({ nodeId })),
};

function findMissingNodeTypes({ workflow, objectInfo, suggestions }: Check): MissingNodeType[] {
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

function describeMissingNodeType({ nodeType, nodeIds, didYouMean }: MissingNodeType): string {
	const nodes = `${nodeIds.length > 1 ? 'nodes' : 'node'} ${listed(nodeIds, 10)}`;
	return `The node type ${show(nodeType)} (${nodes}) is not installed.${describeSuggestions(didYouMean)}`;
}

/** Required inputs without a value or a connection, and inputs connected to a node that is not in the workflow. */
export const missingInputs: FindingKind<'missingInputs'> = {
	kind: 'missingInputs',
	checkNode: findRequiredInputs,
	find: ({ checkedNodes, uncheckedNodes }) => [...checkedNodes, ...uncheckedNodes].flatMap(findLooseLinks),
	describe: describeMissingInput,
	problems: (found) => {
		const isRequired = found.connectedTo === undefined;
		const type = isRequired ? 'required_input_missing' : 'exception_during_validation';
		return [problemAt(found, type, describeMissingInput(found))];
	},
	dependsOnCatalogue: ({ connectedTo }) => connectedTo === undefined,
};

/** Groups that grow are filled through their members, and the catalogue does not say what a dynamic slot needs. */
const NEVER_MISSING = new Set(['COMFY_AUTOGROW_V3', 'COMFY_DYNAMICSLOT_V3']);

function findRequiredInputs(known: KnownNode): MissingInput[] {
	const { node, inputs } = known;
	return inputs
		.filter(({ name, type, required }) => {
			const given = Object.hasOwn(node.inputs, name) && node.inputs[name] !== undefined;
			return required && !given && !NEVER_MISSING.has(type);
		})
		.map(({ name, type }) => ({ ...placeOf(known, name), type }));
}

/**
 * Also finds those at inputs that the node type does not have. The server does not refuse them, but when it
 * runs the node its worker thread dies, and nobody's jobs run until the server is restarted.
 */
function findLooseLinks(known: KnownNode): MissingInput[] {
	const { node, inputs, workflow } = known;
	return Object.entries(node.inputs).flatMap(([name, value]): MissingInput[] => {
		if (!isLink(value) || Object.hasOwn(workflow, value[0])) return [];
		const type = inputs.find((input) => input.name === name)?.type ?? '*';
		return [{ ...placeOf(known, name), type, connectedTo: value[0] }];
	});
}

function describeMissingInput({ connectedTo, ...place }: MissingInput): string {
	return connectedTo === undefined
		? `${describePlace(place)} has neither a value nor a connection.`
		: `${describePlace(place)} is connected to node ${show(connectedTo, 40).slice(1, -1)}, which is not in the workflow.`;
}

/** Inputs that the node type does not have. The server ignores them. */
export const unknownInputs: FindingKind<'unknownInputs'> = {
	kind: 'unknownInputs',
	checkNode: findUnknownInputs,
	describe: describeUnknownInput,
};

/** Left over from buttons and previews of the editor; every server ignores them. */
const LEFTOVERS = new Set(['audioUI', 'choose file to upload', 'image', 'preview', 'refresh', 'upload']);

/** Leaves out the hidden inputs, which the server fills in. */
function findUnknownInputs(known: KnownNode): UnknownInput[] {
	const { node, inputs, definition } = known;
	const names = new Set(inputs.map(({ name }) => name));
	const hidden = definition.input?.hidden ?? {};
	const missing = inputs.filter(({ name, required }) => required && !Object.hasOwn(node.inputs, name));
	const candidates = missing.map(({ name }) => name);
	return Object.keys(node.inputs)
		.filter((name) => !names.has(name) && !Object.hasOwn(hidden, name))
		.map((name) => ({ ...placeOf(known, name), didYouMean: nearestNames(name, candidates) }))
		.filter(({ input, didYouMean }) => didYouMean.length > 0 || !LEFTOVERS.has(input));
}

function describeUnknownInput({ didYouMean, ...place }: UnknownInput): string {
	return `${describePlace(place)} is not an input of that node type; the server ignores it.${describeSuggestions(didYouMean)}`;
}
