import type { IDataObject } from 'n8n-workflow';
import { checkWorkflow as check, type WorkflowReport } from '../../client/catalogue/check';
import { reportText } from '../../client/catalogue/reportText';
import { InvalidWorkflowError } from '../../client/errors';
import { parseWorkflow } from '../../client/workflow/parse';
import type { Question } from '../Question';

const MOST_FINDINGS = 5;

/** What the server lacks for a workflow. @throws InvalidWorkflowError when asked to, and it lacks something */
export async function checkWorkflow(question: Question): Promise<IDataObject[]> {
	const { workflow } = parseWorkflow(question.parameter('workflow'));
	const report = check(workflow, await question.objectInfo());
	if (question.options.failIfNotOk && !report.ok) throw notOk(report);
	return [report as unknown as IDataObject];
}

function notOk(report: WorkflowReport): InvalidWorkflowError {
	const findings = reportText(report);
	const more = findings.length - MOST_FINDINGS;
	return new InvalidWorkflowError(
		['The server cannot run this workflow.', ...findings.slice(0, MOST_FINDINGS)]
			.concat(more > 0 ? [`There are ${more} more findings.`] : [])
			.join(' '),
		'Install what is missing on the server or use what it offers. Turn "Fail If Not OK" off to get the whole report as an item.',
	);
}
