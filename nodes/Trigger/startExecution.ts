import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';
import { retry } from '../client/core/retry';
import type { AbortOptions } from '../client/core/time';

/** How often, and after which pause, an execution is started again that n8n could not start. */
const RETRIES = 5;
const PAUSE_MS = 1_000;

/**
 * Starts an execution, and waits for its end. n8n accepts a key only once: an event that is repeated after a restart
 * starts no second execution.
 * @param event names the event, or the batch of events
 * @throws the error of n8n when it could not start the execution, such as one of its database
 */
export async function startExecution(
	context: ITriggerFunctions,
	items: INodeExecutionData[],
	event: string,
	{ signal }: AbortOptions,
): Promise<void> {
	const key = `${context.getWorkflow().id}:${context.getNode().id}:${event}`;
	const start = async () => {
		const done = context.helpers.createDeferredPromise<IRun>();
		context.emit([items], undefined, done, key);
		await done.promise.catch((error: unknown) => {
			if (!isStopped(error)) throw error;
		});
	};
	await retry(start, { retries: RETRIES, waitMs: PAUSE_MS, shouldRetry: () => true, signal });
}

/** Whether an execution ended because it was stopped. n8n exports the class only in some versions. */
function isStopped(error: unknown): boolean {
	return error instanceof Error && /cancel/i.test(`${error.constructor.name} ${error.message}`);
}
