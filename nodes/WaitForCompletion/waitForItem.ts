import type { IExecuteFunctions, INodeExecutionData, IDataObject, IBinaryKeyData } from 'n8n-workflow';
import { JobTimeoutError, asError } from '../client/core/errors';
import type { AbortOptions } from '../client/core/time';
import type { Clients } from '../shared/clients';
import { readSeconds } from '../shared/readSeconds';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import type { JobResult } from '../client/jobs/result';
import { askAtDeadline, cancelAtDeadline, leaveAtDeadline } from '../client/jobs/deadline';
import type { SubmittedJobs } from '../client/jobs/SubmittedJobs';
import { type FactOptions, jobFacts, withUrlNamed } from '../shared/jobFacts';
import type { OutputFile } from '../client/protocol/outputs';
import { storeStream } from '../shared/files/binary';

interface Options extends ItemOptions {
	cancelOnStop?: boolean;
	clientId?: string;
}

/**
 * Waits for the job of one item.
 * @param waiting where the job is until it has ended, to be cancelled when the execution is stopped
 * @throws the client's errors; at the deadline what the parameters say
 */
export async function waitForItem(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	waiting: SubmittedJobs,
	{ signal }: { signal: AbortSignal },
): Promise<INodeExecutionData> {
	const promptId = String(context.getNodeParameter('promptId', itemIndex) ?? '').trim();
	const timeoutMs = readSeconds(context.getNodeParameter('timeout', itemIndex), 'Timeout (Seconds)');
	const onTimeout = context.getNodeParameter('onTimeout', itemIndex) as OnTimeout;
	const options = context.getNodeParameter('options', itemIndex, {}) as Options;
	const client = await clients.for(itemIndex, options.clientId || clientIdOf(context, itemIndex));
	waiting.add(client, promptId, { cancelOnAbort: options.cancelOnStop !== false });
	try {
		const result = await client.waitForCompletion(promptId, {
			timeoutMs,
			signal,
			includeTemp: options.includePreviews,
		});
		return await toItem(context, result, options);
	} catch (error) {
		if (!(error instanceof JobTimeoutError)) throw asError(error);
		const { result, json } = await atDeadline(client, error, onTimeout, options, { signal });
		return result ? await toItem(context, result, options) : { json };
	} finally {
		if (!signal.aborted) waiting.remove(promptId);
	}
}

/** The client ID that Queue Prompt returned: with the events of that client the wait ends as soon as the job does. */
function clientIdOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const { clientId } = context.getInputData()[itemIndex].json;
	return typeof clientId === 'string' && clientId ? clientId : undefined;
}

/** The result of a job that has ended meanwhile, or its state as JSON. */
type JobNow = { result: JobResult; json?: undefined } | { result?: undefined; json: IDataObject };

type OnTimeout = 'fail' | 'cancel' | 'return';

/**
 * Does what the parameters say for a job that did not end in time.
 * @throws JobTimeoutError; ConnectionError and others when the server cannot be asked
 */
async function atDeadline(
	client: ComfyUiClient,
	error: JobTimeoutError,
	onTimeout: OnTimeout,
	options: ItemOptions,
	{ signal }: AbortOptions,
): Promise<JobNow> {
	if (onTimeout === 'cancel') throw await cancelAtDeadline(client, error, { signal });
	if (onTimeout === 'return') return await presentState(client, error, options, { signal });
	throw await leaveAtDeadline(client, error, { signal });
}

/** The state of the job now: with a timeout of 0 seconds it was not asked for yet. */
async function presentState(
	client: ComfyUiClient,
	error: JobTimeoutError,
	{ includePreviews }: ItemOptions,
	{ signal }: AbortOptions,
): Promise<JobNow> {
	const { promptId, lastKnown } = error;
	const getJob = async (options: AbortOptions) =>
		await client.getJob(promptId, { includeTemp: includePreviews, ...options });
	const job = await askAtDeadline(getJob, error, { signal });
	if (job.error) throw job.error;
	if (job.result) return { result: job.result };
	const { state, ...facts } = { ...lastKnown, ...job, preview: undefined };
	return { json: { status: state, ...facts, files: [] } as unknown as IDataObject };
}

/** What to put into the item of a job that ended well. */
interface ItemOptions extends FactOptions {
	includePreviews?: boolean;
}

/** The item of a job that ended well. */
async function toItem(
	context: IExecuteFunctions,
	result: JobResult,
	options: ItemOptions,
): Promise<INodeExecutionData> {
	const { promptId, status, files } = result;
	const { listed, binary } = await keepFrames(context, files);
	const isOld = context.getNode().typeVersion < 1.1;
	const json = {
		promptId,
		status,
		...jobFacts(result, options),
		files: isOld ? listed : listed.map(withUrlNamed),
	} as unknown as IDataObject;
	return { json, ...(Object.keys(binary).length > 0 && { binary }) };
}

/** Stores pictures that came over the WebSocket, which no disk has, as binaries of the item; the list names them. */
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
