import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { JobTimeoutError, passOn } from '../client/errors';
import type { JobResult } from '../client/jobs/result';
import type { OutputFile } from '../client/outputs';
import { storeStream } from '../shared/binary';
import type { Clients } from '../shared/clients';

interface Options {
	cancelOnStop?: boolean;
	clientId?: string;
	includePreviews?: boolean;
	includeRawOutputs?: boolean;
	includeTexts?: boolean;
}

type OnTimeout = 'fail' | 'cancel' | 'return';

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
	const timeoutMs = Number(context.getNodeParameter('timeout', itemIndex)) * 1000;
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
		if (error instanceof JobTimeoutError) return await atDeadline(client, error, onTimeout);
		throw passOn(error);
	}
}

/** Queue Prompt tells whose events the job's are; listening to them makes the wait as fast as the server. */
function clientIdOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const { clientId } = context.getInputData()[itemIndex].json;
	return typeof clientId === 'string' && clientId ? clientId : undefined;
}

async function atDeadline(
	client: ComfyUiClient,
	error: JobTimeoutError,
	onTimeout: OnTimeout,
): Promise<INodeExecutionData> {
	if (onTimeout === 'return') {
		const { state, ...facts } = error.lastKnown;
		return { json: { status: state, ...facts, files: [] } as unknown as IDataObject };
	}
	if (onTimeout === 'cancel') await client.cancel(error.promptId);
	throw passOn(error);
}

async function toItem(
	context: IExecuteFunctions,
	result: JobResult,
	{ includeTexts = true, includeRawOutputs = false }: Options,
): Promise<INodeExecutionData> {
	const { promptId, status, durationMs, timings, cachedNodes, files, texts, outputs, warnings } = result;
	const { listed, binary } = await keepFrames(context, files);
	const json = {
		promptId,
		status,
		durationMs: durationMs ?? null,
		timings,
		cachedNodes,
		files: listed,
		...(includeTexts && { texts }),
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
	} as unknown as IDataObject;
	return { json, ...(Object.keys(binary).length > 0 && { binary }) };
}

/** Files that came over the WebSocket are on no disk: they travel with the item, under the name given in the list. */
async function keepFrames(
	context: IExecuteFunctions,
	files: OutputFile[],
): Promise<{ listed: Array<OutputFile & { binaryProperty?: string }>; binary: IBinaryKeyData }> {
	const binary: IBinaryKeyData = {};
	const listed = [];
	for (const file of files) {
		if (!file.data) {
			listed.push(file);
			continue;
		}
		const binaryProperty = `frame_${Object.keys(binary).length + 1}`;
		binary[binaryProperty] = await storeStream(context, file.data, file.filename, file.mimeType);
		listed.push({ ...file, binaryProperty });
	}
	return { listed, binary };
}
