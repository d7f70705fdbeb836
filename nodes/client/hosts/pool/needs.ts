import { isLink, type ApiWorkflow } from '../../core/ApiWorkflow';
import { listed, show } from '../../core/text';
import { allSources, neededNodes, outputNodesOf } from '../../objectInfo/graph';
import { isChosenFrom, sameChoice } from '../../objectInfo/choices';
import { listInputs, withVariants, type NodeInput } from '../../objectInfo/inputs';
import { knownNodes, unwrapped } from '../../objectInfo/KnownNode';
import { modelFolderOf } from '../../objectInfo/modelFolders';
import { definitionOf, type NodeDefinition, type ObjectInfo } from '../../objectInfo/types';
import { readFileValue } from './references';

/** What a server needs to have so that it can run a workflow, and what it lacks. */

/** A node type that is not installed, or a choice (mostly a model) that is not offered. */
export interface Lack {
	nodeType: string;
	/** Undefined when the node type itself is missing. */
	input?: string;
	value?: unknown;
}

/** What a server lacks for a workflow; nothing when it can run it. @param objectInfo has the types of the workflow */
export function lacksOf(workflow: ApiWorkflow, objectInfo: ObjectInfo): Lack[] {
	const missing: Lack[] = [];
	const unoffered: Array<Lack & { nodeId: string }> = [];
	for (const [nodeId, { class_type: nodeType, inputs }] of Object.entries(workflow)) {
		const definition = definitionOf(nodeType, objectInfo);
		if (!definition) {
			if (!missing.some((lack) => lack.nodeType === nodeType)) missing.push({ nodeType });
			continue;
		}
		for (const { name, choices, upload, multiselect } of withVariants(inputsOf(definition), inputs)) {
			const value = Object.hasOwn(inputs, name) ? unwrapped(inputs[name]) : undefined;
			if (!choices || upload || multiselect || value === undefined || isLink(inputs[name])) continue;
			if (isChosenFrom(choices, value) || sameChoice(choices, value) !== undefined) continue;
			unoffered.push({ nodeId, nodeType, input: name, value });
		}
	}
	if (unoffered.length === 0) return missing;
	// a server refuses only values of nodes that lead to an output
	const needed = neededNodes(
		allSources(workflow),
		outputNodesOf(workflow, objectInfo),
		knownNodes(workflow, objectInfo),
	);
	return [...missing, ...unoffered.filter(({ nodeId }) => needed.has(nodeId))];
}

const MAX_NAMED = 3;

/** `lacks the node type "A" and the checkpoint "b.safetensors"` as a part of a sentence. */
export function describeLacks(lacks: readonly Lack[]): string {
	const parts = lacks.map(({ nodeType, input, value }) => {
		if (input === undefined) return `the node type ${show(nodeType, 80)}`;
		const folder = modelFolderOf(nodeType, input)?.folder;
		return `${folder ? `the model ${show(value, 120)} (${folder})` : `the choice ${show(value, 120)}`} for ${nodeType}.${input}`;
	});
	return `lacks ${listed([...new Set(parts)], MAX_NAMED)}`;
}

/**
 * The files that a workflow names without their server, such as `photo.png` of LoadImage, and that a server lists. A job
 * is bound to the servers that have them.
 */
export function listsFiles(workflow: ApiWorkflow, objectInfo: ObjectInfo): boolean {
	return Object.values(workflow).every(({ class_type: nodeType, inputs }) => {
		const definition = definitionOf(nodeType, objectInfo);
		if (!definition) return true;
		return inputsOf(definition).every(({ name, choices, upload }) => {
			const value = inputs[name];
			if (!upload || !choices || typeof value !== 'string' || readFileValue(value)) return true;
			return choices.includes(value);
		});
	});
}

const listedInputs = new WeakMap<NodeDefinition, NodeInput[]>();

/** The inputs of a node type; a definition with thousands of choices is read once. */
function inputsOf(definition: NodeDefinition): NodeInput[] {
	const inputs = listedInputs.get(definition) ?? listInputs(definition);
	listedInputs.set(definition, inputs);
	return inputs;
}

const MODEL_FILE = /\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$/i;
const MAX_LOADERS = 50;

/**
 * The models that a workflow loads, as a text: equal for workflows that find the same models in the memory of a server.
 * Empty for a workflow without models.
 */
export function loadersOf(workflow: ApiWorkflow): string {
	const loaders = Object.values(workflow).flatMap(({ class_type: type, inputs }) =>
		Object.entries(inputs).flatMap(([name, value]) =>
			typeof value === 'string' && value.length < 300 && MODEL_FILE.test(value)
				? [`${type}.${name}=${value}`]
				: [],
		),
	);
	return [...new Set(loaders)].sort().slice(0, MAX_LOADERS).join('\n');
}
