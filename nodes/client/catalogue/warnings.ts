import type { NodeDefinition, ObjectInfo } from '../hosts/selfHosted/Catalogue';
import { listed } from '../protocol/text';
import { nameNode, titleOf, type ApiWorkflow } from '../workflow/types';

/** Nothing to save or show; the server refuses such a workflow. */
export function warnOfNoOutput(outputNodes: string[]): string[] {
	return outputNodes.length > 0
		? []
		: ['The workflow has no output node, such as Save Image, so the server does not run it.'];
}

/** Nodes that the server ignores, so that what is missing in them does not matter. */
export function warnOfIdleNodes(workflow: ApiWorkflow, running: Set<string>): string[] {
	return Object.keys(workflow)
		.filter((id) => !running.has(id))
		.map((id) => `${name(workflow, id)} leads to no output node: it does not run and was not checked.`);
}

/** Node types whose authors advise against them. */
export function warnOfDeprecated(workflow: ApiWorkflow, objectInfo: ObjectInfo): string[] {
	return nodesWhere(workflow, objectInfo, ({ deprecated }) => deprecated === true).map(
		(id) => `${name(workflow, id)} is deprecated and may be gone in a later version of ComfyUI.`,
	);
}

/** Node types that cost money and need a key. */
export function warnOfPartnerNodes(workflow: ApiWorkflow, objectInfo: ObjectInfo): string[] {
	const ids = nodesWhere(workflow, objectInfo, ({ api_node: paid }) => paid === true);
	if (ids.length === 0) return [];
	const names = ids.map((id) => name(workflow, id));
	return [`Paid partner nodes need a Comfy.org API key in the credential: ${listed(names)}.`];
}

function nodesWhere(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	fits: (definition: NodeDefinition) => boolean,
): string[] {
	return Object.keys(workflow).filter((id) => {
		const type = workflow[id].class_type;
		return Object.hasOwn(objectInfo, type) && fits(objectInfo[type]);
	});
}

const name = (workflow: ApiWorkflow, id: string) =>
	nameNode(id, titleOf(workflow, id), workflow[id].class_type);
