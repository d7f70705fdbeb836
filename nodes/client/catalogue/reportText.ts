import { ofChoice, ofCycle, ofFile, ofInput, ofLink, ofNodeType, ofValue } from '../check/messages';
import type { WorkflowReport } from './WorkflowReport';

/** Why a workflow cannot run, one sentence for each finding; empty when it can. */
export function reportText(report: WorkflowReport): string[] {
	if (report.ok) return [];
	const found = [
		...report.missingNodeTypes.map(ofNodeType),
		...report.missingChoices.map(ofChoice),
		...report.missingFiles.map(ofFile),
		...report.missingInputs.map(ofInput),
		...report.badValues.map(ofValue),
		...report.badLinks.map(ofLink),
		...report.cycles.map(ofCycle),
	];
	return found.length > 0 ? found : [NO_OUTPUT];
}

/** Nothing to save or show; the server refuses such a workflow. */
export const NO_OUTPUT =
	'The workflow has no output node, such as Save Image, so the server does not run it.';
