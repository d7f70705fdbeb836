import type { IExecuteFunctions, INodeExecutionData, IDataObject, IBinaryKeyData } from 'n8n-workflow';
import { JobTimeoutError, asError } from '../client/core/errors';
import type { Clients } from '../shared/clients';
import { readSeconds } from '../shared/readSeconds';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import type { JobResult } from '../client/jobs/result';
import { cancelAtDeadline, leaveAtDeadline } from '../shared/jobTimeout';
import type { OutputFile } from '../client/protocol/outputs';
import { storeStream } from '../shared/files/binary';

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
	{ signal }: { signal: AbortSignal },
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
		if (!(error instanceof JobTimeoutError)) throw asError(error);
		const { result, json } = await atDeadline(client, error, onTimeout, options);
		return result ? await toItem(context, result, options) : { json };
	}
}

/** Queue Prompt tells whose events the job's are; listening to them makes the wait as fast as the server. */
function clientIdOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const { clientId } = context.getInputData()[itemIndex].json;
	return typeof clientId === 'string' && clientId ? clientId : undefined;
}

/** The result of a job that is done after all, or the JSON that tells how it stands. */
type JobNow = { result: JobResult; json?: undefined } | { result?: undefined; json: IDataObject };

type OnTimeout = 'fail' | 'cancel' | 'return';

/**
 * What the node is told to do when a job is not done in time.
 * @throws JobTimeoutError; ConnectionError and others when the server could not even be asked
 */
async function atDeadline(
	client: ComfyUiClient,
	error: JobTimeoutError,
	onTimeout: OnTimeout,
	options: ItemOptions,
): Promise<JobNow> {
	if (onTimeout === 'cancel') throw await cancelAtDeadline(client, error);
	if (onTimeout === 'return') return await presentState(client, error, options);
	throw await leaveAtDeadline(client, error);
}

/** How the job stands now: with a timeout of 0 seconds nobody has looked yet. */
async function presentState(
	client: ComfyUiClient,
	{ promptId, lastKnown }: JobTimeoutError,
	{ includePreviews }: ItemOptions,
): Promise<JobNow> {
	const job = await client.getJob(promptId, { includeTemp: includePreviews });
	if (job.error) throw job.error;
	if (job.result) return { result: job.result };
	const { state, ...facts } = { ...lastKnown, ...job, preview: undefined };
	return { json: { status: state, ...facts, files: [] } as unknown as IDataObject };
}

/** What to put into the item of a job that is done. */
interface ItemOptions {
	includePreviews?: boolean;
	includeRawOutputs?: boolean;
	includeTexts?: boolean;
}

/** The item of a job that is done. */
async function toItem(
	context: IExecuteFunctions,
	result: JobResult,
	{ includeTexts = true, includeRawOutputs = false }: ItemOptions,
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
