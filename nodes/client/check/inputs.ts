import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { MissingInput, MissingNodeType, MissingChoice, UnknownInput } from './WorkflowReport';
import { placeOf, type KnownNode, asJson, unwrapped } from '../objectInfo/KnownNode';
import type { Suggestions } from './Suggestions';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import { isChosenFrom } from '../objectInfo/choices';
import type { NodeInput } from '../objectInfo/inputs';
import { nearestNames } from '../core/nearestNames';

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

/** Values that are not among the choices of their input. A text where a file is uploaded need not be. */
export function findMissingChoices(known: KnownNode, suggestions: Suggestions): MissingChoice[] {
	return known.inputs.flatMap((input) => {
		const { choices } = input;
		if (!choices) return [];
		return notChosen(known, input, choices).map((value) => ({
			...placeOf(known, input.name),
			value: asJson(value),
			didYouMean: suggestions.choices(choices, value),
		}));
	});
}

function notChosen({ node }: KnownNode, input: NodeInput, choices: unknown[]): unknown[] {
	const { name, upload, multiselect, remote } = input;
	const given = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
	if (given === undefined || Array.isArray(given) || remote !== undefined) return []; // missing, connected, or listed elsewhere
	const value = unwrapped(given);
	const values: unknown[] = Array.isArray(value) && multiselect ? value : [value];
	return values.filter((one) => !(upload && typeof one === 'string') && !isChosenFrom(choices as never, one));
}

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
			didYouMean: nearestNames(
				name,
				missing.map((input) => input.name),
			),
		}))
		.filter(({ input, didYouMean }) => didYouMean.length > 0 || !LEFTOVERS.has(input));
}
