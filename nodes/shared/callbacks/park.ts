import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/**
 * Puts the execution to wait behind a node that has done its work.
 *
 * n8n does not run a node again when its wait is over: it passes on what the node was given. So the node is given
 * its own output, and what follows gets that, whether a call or the time limit ended the wait.
 */
export async function parkExecution(
	context: IExecuteFunctions,
	output: INodeExecutionData[],
	till: Date,
): Promise<void> {
	context.getExecuteData().data = { main: [[...output]] };
	await context.putExecutionToWait(till);
}
