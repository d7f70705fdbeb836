import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JobTimeoutError, passOn } from '../client/core/errors';
import type { Clients } from '../shared/clients';
import { readSeconds } from '../shared/readSeconds';
import { atDeadline, type OnTimeout } from './deadline';
import { toItem, type ItemOptions } from './toItem';

interface Options extends ItemOptions {
	cancelOnStop?: boolean;
	clientId?: string;
}

/**
 * Waits for the job of one item.
 * @throws the client's errors; at the deadline as the node is told
 */
export async function waitForItem(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	signal: AbortSignal,
): Promise<INodeExecutionData> {
	const promptId = String(context.getNodeParameter('promptId', itemIndex) ?? '').trim();
	const timeoutMs = readSeconds(context.getNodeParameter('timeout', itemIndex), 'Timeout (Seconds)');
	const onTimeout = context.getNodeParameter('onTimeout', itemIndex) as OnTimeout;
	const options = context.getNodeParameter('options', itemIndex, {}) as Options;
	const client = await clients.for(itemIndex, options.clientId || clientIdOf(context, itemIndex));
	try {
		const result = await client.waitForCompletion(promptId, {
			timeoutMs,
			signal,
			includeTemp: options.includePreviews,
		});
		return await toItem(context, result, options);
	} catch (error) {
		const stopped = context.getExecutionCancelSignal()?.aborted === true;
		if (stopped && options.cancelOnStop !== false) await client.cancel(promptId);
		if (!(error instanceof JobTimeoutError)) throw passOn(error);
		const { result, json } = await atDeadline(client, error, onTimeout, options);
		return result ? await toItem(context, result, options) : { json };
	}
}

/** Queue Prompt tells whose events the job's are; listening to them makes the wait as fast as the server. */
function clientIdOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const { clientId } = context.getInputData()[itemIndex].json;
	return typeof clientId === 'string' && clientId ? clientId : undefined;
}
