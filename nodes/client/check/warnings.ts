import { listed } from '../core/text';
import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import type { BadLink, UnknownInput } from './WorkflowReport';
import { isExtension, type KnownNode } from '../objectInfo/KnownNode';
import type { NodeFindings } from './checkNode';
import { ofChoice, ofInput, ofLink, ofUnknownInput, ofValue, NO_OUTPUT } from './messages';
import type { NodeDefinition } from '../objectInfo/types';

/** What to know of a workflow that does not keep it from running, one sentence each. */

/** What the warnings are about. */
interface Looked {
	workflow: ApiWorkflow;
	known: Map<string, KnownNode>;
	/** Nodes that lead to no output node. */
	idleNodes: string[];
	outputNodes: string[];
	unknownInputs: UnknownInput[];
}

/** All warnings that do not depend on the findings in single nodes. */
export function warningsOf(looked: Looked): string[] {
	return [
		...warnOfNoOutput(looked),
		...warnOfUnknownInputs(looked),
		...warnOfIdleNodes(looked),
		...warnOfDeprecated(looked),
		...warnOfPartnerNodes(looked),
	];
}

/**
 * What is likely to fail but is not refused, or not for certain.
 * @param links connections that an extension may take
 * @param unchecked findings in nodes that run, though the server does not check them
 */
export function doubtsOf(links: BadLink[], unchecked: NodeFindings): string[] {
	const { missingChoices, missingInputs, badValues, badLinks } = unchecked;
	const later = [
		...missingChoices.map(ofChoice),
		...missingInputs.map(ofInput),
		...badValues.map(ofValue),
		...badLinks.map(ofLink),
	];
	return [
		...links.map(
			(link) => `${ofLink(link)} The server refuses this, unless the extension takes it all the same.`,
		),
		...later.map((sentence) => `${sentence} The server does not check this before it runs the workflow.`),
	];
}

function warnOfNoOutput({ workflow, known, outputNodes }: Looked): string[] {
	const allKnown = known.size === Object.keys(workflow).length; // a missing one may be an output node
	return outputNodes.length === 0 && allKnown ? [NO_OUTPUT] : [];
}

/** Extensions may take inputs that they do not list: there, only what looks like a slip is worth a word. */
function warnOfUnknownInputs({ known, unknownInputs }: Looked): string[] {
	return unknownInputs
		.filter(({ nodeId, didYouMean }) => {
			const node = known.get(nodeId);
			return didYouMean.length > 0 || (node && !isExtension(node.definition));
		})
		.map(ofUnknownInput);
}

/** Nodes that the server ignores, so that what is missing in them does not matter. */
function warnOfIdleNodes({ workflow, idleNodes }: Looked): string[] {
	return idleNodes.map(
		(id) => `${name(workflow, id)} leads to no output node: it does not run and was not checked.`,
	);
}

/** Node types whose authors advise against them. */
function warnOfDeprecated(looked: Looked): string[] {
	return nodesWhere(looked, ({ deprecated }) => deprecated === true).map(
		(id) => `${name(looked.workflow, id)} is deprecated and may be gone in a later version of ComfyUI.`,
	);
}

/** Node types that cost money and need a key. */
function warnOfPartnerNodes(looked: Looked): string[] {
	const ids = nodesWhere(looked, ({ api_node: paid }) => paid === true);
	if (ids.length === 0) return [];
	const names = ids.map((id) => name(looked.workflow, id));
	return [`Paid partner nodes need a Comfy.org API key in the credential: ${listed(names)}.`];
}

function nodesWhere({ known }: Looked, fits: (definition: NodeDefinition) => boolean): string[] {
	return [...known.values()].filter(({ definition }) => fits(definition)).map(({ nodeId }) => nodeId);
}

const name = (workflow: ApiWorkflow, id: string) =>
	nameNode(id, titleOf(workflow, id), workflow[id].class_type);
