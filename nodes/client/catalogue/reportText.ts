import { show } from '../protocol/text';
import { nameNode } from '../workflow/types';
import type { WorkflowReport } from './check';
import type { MissingChoice, MissingInput, MissingNodeType, Place } from './findings';

/** Why a workflow cannot run, one sentence for each finding; empty when it can. */
export function reportText(report: WorkflowReport): string[] {
	if (report.ok) return [];
	const found = [
		...report.missingNodeTypes.map(ofNodeType),
		...report.missingChoices.map(ofChoice),
		...report.missingInputs.map(ofInput),
	];
	return found.length > 0 ? found : report.warnings.slice(0, 1);
}

function ofNodeType({ nodeType, nodeIds, didYouMean }: MissingNodeType): string {
	const nodes = `${nodeIds.length > 1 ? 'nodes' : 'node'} ${nodeIds.join(', ')}`;
	return `The node type ${show(nodeType)} (${nodes}) is not installed.${guess(didYouMean)}`;
}

function ofChoice({ value, didYouMean, ...place }: MissingChoice): string {
	return `${where(place)} is ${show(value)}, which the server does not offer.${guess(didYouMean)}`;
}

function ofInput({ connectedTo, ...place }: MissingInput): string {
	return connectedTo === undefined
		? `${where(place)} has neither a value nor a connection.`
		: `${where(place)} is connected to node ${connectedTo}, which is not in the workflow.`;
}

const where = ({ nodeId, nodeTitle, nodeType, input }: Place) =>
	`"${input}" of ${nameNode(nodeId, nodeTitle, nodeType)}`;
const guess = (choices: unknown[]) =>
	choices.length > 0 ? ` Did you mean ${choices.map((choice) => show(choice)).join(' or ')}?` : '';
