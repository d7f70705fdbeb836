import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { listed } from '../core/text';
import { isExtension } from '../objectInfo/KnownNode';
import type { NodeDefinition } from '../objectInfo/types';
import { describeDoubtfulLinks } from './connections';
import type { Check } from './FindingKind';
import { checkNode, NO_OUTPUT } from './findings';
import { unknownInputs } from './inputs';
import type { Findings } from './WorkflowReport';

/** What a person should know about a workflow that does not keep it from running, one sentence each. */
export function warningsOf(check: Check, findings: Findings): string[] {
	return [
		...warnOfDoubtfulLinks(check),
		...warnOfUncheckedNodes(check),
		...warnOfNoOutput(check),
		...warnOfUnknownInputs(check, findings),
		...warnOfIdleNodes(check),
		...warnOfDeprecated(check),
		...warnOfPartnerNodes(check),
	];
}

/** Connections that fail unless an extension accepts them. */
function warnOfDoubtfulLinks(check: Check): string[] {
	return check.checkedNodes
		.flatMap((node) => describeDoubtfulLinks(node, check))
		.map((text) => `${text} The server refuses this, unless the extension accepts it.`);
}

/** Faults in nodes that the server runs without a check, so that they fail only then. */
function warnOfUncheckedNodes(check: Check): string[] {
	return check.uncheckedNodes
		.flatMap((node) => checkNode(node, check))
		.map((text) => `${text} The server does not check this before it runs the workflow.`);
}

function warnOfNoOutput({ workflow, known, outputNodes }: Check): string[] {
	const allKnown = known.size === Object.keys(workflow).length; // an unknown node may be an output node
	return outputNodes.length === 0 && allKnown ? [NO_OUTPUT] : [];
}

/** Extensions may accept inputs that they do not list: warns of those only when the name looks like a typing mistake. */
function warnOfUnknownInputs({ known }: Check, findings: Findings): string[] {
	return findings.unknownInputs
		.filter(({ nodeId, didYouMean }) => {
			const node = known.get(nodeId);
			return didYouMean.length > 0 || (node && !isExtension(node.definition));
		})
		.map(unknownInputs.describe);
}

/** Nodes that the server ignores, so that faults in them do not matter. */
function warnOfIdleNodes({ workflow, idleNodes }: Check): string[] {
	return idleNodes.map(
		(id) => `${name(workflow, id)} leads to no output node: it does not run and was not checked.`,
	);
}

/** Node types that their authors have deprecated. */
function warnOfDeprecated(check: Check): string[] {
	return nodesWhere(check, ({ deprecated }) => deprecated === true).map(
		(id) => `${name(check.workflow, id)} is deprecated and may be missing from a later version of ComfyUI.`,
	);
}

/** Node types that cost money and need a key. */
function warnOfPartnerNodes(check: Check): string[] {
	const ids = nodesWhere(check, ({ api_node: paid }) => paid === true);
	if (ids.length === 0) return [];
	const names = ids.map((id) => name(check.workflow, id));
	return [`Paid partner nodes need a Comfy.org API key in the credential: ${listed(names)}.`];
}

function nodesWhere({ known }: Check, fits: (definition: NodeDefinition) => boolean): string[] {
	return [...known.values()].filter(({ definition }) => fits(definition)).map(({ nodeId }) => nodeId);
}

const name = (workflow: ApiWorkflow, id: string) =>
	nameNode(id, titleOf(workflow, id), workflow[id].class_type);
