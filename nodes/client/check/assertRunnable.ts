import { InvalidWorkflowError, type NodeProblem } from '../core/errors';
import type { WorkflowReport } from './WorkflowReport';
import { problemsOf, reportText } from './findings';

const MAX_SENTENCES = 10;

/** The server would refuse the workflow. Nothing was sent. */
export class UnrunnableWorkflowError extends InvalidWorkflowError {
	constructor(
		message: string,
		/** All findings, as a refusal of the server lists them. The message holds only the first ten. */
		readonly problems: NodeProblem[],
		hint?: string,
	) {
		super(message, hint);
	}
}

/**
 * Throws unless a workflow can run.
 * @param hint what to do when it cannot
 * @throws UnrunnableWorkflowError (an InvalidWorkflowError) with the findings
 */
export function assertRunnable(
	report: WorkflowReport,
	hint = 'Correct the named inputs in the workflow or set other values for them, and install on the server what is missing there.',
): void {
	if (report.ok) return;
	const problems = reportText(report);
	const more = problems.length - MAX_SENTENCES;
	const message = [
		`The workflow cannot run on this server${problems.length > 1 ? `: ${problems.length} problems` : ''}.`,
		...problems.slice(0, MAX_SENTENCES),
		...(more > 0 ? [`and ${more} more.`] : []),
	].join(problems.length > 1 ? '\n' : ' ');
	throw new UnrunnableWorkflowError(message, problemsOf(report), hint);
}
