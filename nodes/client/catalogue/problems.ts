import type { NodeProblem } from '../core/errors';
import { ofChoice, ofCycle, ofFile, ofInput, ofLink, ofNodeType, ofValue } from '../check/messages';
import type { WorkflowReport } from './WorkflowReport';
import type { FoundNode, Place } from '../objectInfo/KnownNode';

/** The findings of a report with the names that the server gives to such mistakes, one for each node. */
export function problemsOf(report: WorkflowReport): NodeProblem[] {
	return [
		...report.missingNodeTypes.flatMap((missing) =>
			missing.nodeIds.map((nodeId) => ({
				nodeId,
				nodeType: missing.nodeType,
				type: 'missing_node_type',
				text: ofNodeType({ ...missing, nodeIds: [nodeId] }),
			})),
		),
		...report.missingChoices.map((found) => at(found, 'value_not_in_list', ofChoice(found))),
		...report.missingFiles.map((found) => at(found, 'custom_validation_failed', ofFile(found))),
		...report.missingInputs.map((found) =>
			at(
				found,
				found.connectedTo === undefined ? 'required_input_missing' : 'exception_during_validation',
				ofInput(found),
			),
		),
		...report.badValues.map((found) => at(found, found.problem, ofValue(found))),
		...report.badLinks.map((found) => at(found, LINK_PROBLEMS[found.problem], ofLink(found))),
		...report.cycles.map((cycle) => at(cycle.nodes[0], 'dependency_cycle', ofCycle(cycle))),
	];
}

const LINK_PROBLEMS = {
	not_a_link: 'bad_linked_input',
	type_mismatch: 'return_type_mismatch',
	bad_source: 'exception_during_validation',
	bad_slot: 'exception_during_validation',
	no_such_slot: 'exception_during_validation',
};

function at(
	found: FoundNode & Partial<Place> & { value?: unknown },
	type: string,
	text: string,
): NodeProblem {
	const { nodeId, nodeTitle, nodeType, input, value } = found;
	return {
		nodeId,
		nodeTitle,
		nodeType,
		type,
		...(input !== undefined && { input }),
		...(value !== undefined && { received: value }),
		text,
	};
}
