import { activeInputs, type NodeInput } from '../objectInfo/inputs';
import { filesIn, modelsIn, textIn, type InputOfNode } from './template/mentions';
import { applySeeds, type SeedUse } from './seeds';
import { isLink, titleOf, type ApiWorkflow, sortedIds } from '../core/ApiWorkflow';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';

/** Where in a workflow something is used. */
interface InputUse {
	nodeId: string;
	nodeTitle: string;
	input: string;
}

/** What is in a workflow, as plain JSON. Nodes stand in the order of their ids. */
export interface WorkflowInfo {
	nodeCount: number;
	/** Inputs that take the output of another node. */
	linkCount: number;
	/** Class names in use, sorted. */
	nodeTypes: Array<{ nodeType: string; count: number }>;
	nodes: Array<{ nodeId: string; title: string; nodeType: string }>;
	/** Ids of the nodes that save or show something. */
	outputNodes: string[];
	/** Model files. A built-in choice without a file extension, such as `taesd` of a VAE loader, does not count. */
	models: Array<InputUse & { model: string }>;
	/** Pictures, videos and other files that it loads; they have to be on the server. */
	files: Array<InputUse & { file: string }>;
	seeds: SeedUse[];
	/** Prompts and other texts for people to write. */
	texts: Array<InputUse & { text: string }>;
}

/**
 * Lists the parts of a workflow and what it needs.
 * @param objectInfo the server's catalogue; without it, and for node types that it does not have, names of
 *   inputs and file extensions decide, and nodes whose outputs are unused count as output nodes
 * @example
 * const { models, texts } = workflowInfo(workflow, await client.objectInfo());
 * console.log(models.map(({ model }) => model), texts[0]?.text);
 */
export function workflowInfo(workflow: ApiWorkflow, objectInfo?: ObjectInfo): WorkflowInfo {
	const ids = sortedIds(workflow);
	const inputs = ids.flatMap((id) => inputsOf(workflow, id, objectInfo));
	const place = ({ nodeId, name }: InputOfNode): InputUse => ({
		nodeId,
		nodeTitle: titleOf(workflow, nodeId) as string,
		input: name,
	});
	const links = ids.flatMap((id) => Object.values(workflow[id].inputs).filter(isLink));
	const used = new Set(links.map(([source]) => source));
	return {
		nodeCount: ids.length,
		linkCount: links.length,
		nodeTypes: countTypes(workflow),
		nodes: ids.map((id) => ({
			nodeId: id,
			title: titleOf(workflow, id) as string,
			nodeType: workflow[id].class_type,
		})),
		outputNodes: ids.filter((id) => {
			const definition = definitionOf(workflow[id].class_type, objectInfo ?? {});
			return definition ? definition.output_node === true : !used.has(id);
		}),
		models: inputs.flatMap((input) => modelsIn(input).map((model) => ({ ...place(input), model }))),
		files: inputs.flatMap((input) => filesIn(input).map((file) => ({ ...place(input), file }))),
		seeds: applySeeds(Object.fromEntries(ids.map((id) => [id, workflow[id]])), 'keep').seeds,
		texts: inputs.flatMap((input) => textIn(input).map((text) => ({ ...place(input), text }))),
	};
}

/** The inputs of a node that are not connected, with their definitions if the catalogue has them. */
function inputsOf(workflow: ApiWorkflow, nodeId: string, objectInfo?: ObjectInfo): InputOfNode[] {
	const { class_type: nodeType, inputs } = workflow[nodeId];
	const definition = definitionOf(nodeType, objectInfo ?? {});
	const known = new Map<string, NodeInput>(
		definition && activeInputs(definition, inputs).map((input) => [input.name, input]),
	);
	return Object.entries(inputs)
		.filter(([, value]) => !isLink(value))
		.map(([name, value]) => ({ nodeId, nodeType, name, value, known: known.get(name) }));
}

function countTypes(workflow: ApiWorkflow): WorkflowInfo['nodeTypes'] {
	const counts = new Map<string, number>();
	for (const { class_type: type } of Object.values(workflow)) counts.set(type, (counts.get(type) ?? 0) + 1);
	return [...counts.keys()].sort().map((nodeType) => ({ nodeType, count: counts.get(nodeType) as number }));
}
