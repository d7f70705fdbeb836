import type { IDataObject, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { asError } from '../client/core/errors';
import { isRetryable, retry } from '../client/core/retry';
import type { AbortOptions } from '../client/core/time';
import type { WatchEvent, WatchedJob } from '../client/watch/events';
import { details, toNodeError } from '../shared/errors';
import { fetchFiles } from '../shared/files/fetchFiles';
import { selectFiles } from '../shared/files/settings';
import { toItems as toFileItems } from '../shared/files/toItems';
import { jobFacts, withUrlNamed } from '../shared/jobFacts';
import { forOneItem, type TriggerSettings } from './settings';

/** The items of an event. When files cannot be downloaded, the item says why in `downloadError`. */
export async function toItems(
	context: ITriggerFunctions,
	client: ComfyUiClient,
	event: WatchEvent,
	settings: TriggerSettings,
	{ signal }: AbortOptions,
): Promise<INodeExecutionData[]> {
	const { type, server } = event;
	if (!('job' in event)) {
		const facts = { event: type, server: server ?? client.host.base, time: new Date().toISOString() };
		return [{ json: facts }];
	}
	const { job } = event;
	const facts: IDataObject = { event: type, ...factsOf(job), ...(server !== undefined && { server }) };
	const files = settings.files ? selectFiles(job.result?.files ?? [], settings.files.filters) : [];
	if (settings.files && files.length > 0) {
		const lenient = { ...settings.files, skipMissing: true };
		const itemContext = forOneItem(context);
		const shouldRetry = (error: unknown) => isRetryable(error, true);
		const again = async <T>(work: () => Promise<T>) =>
			await retry(work, { retries: 3, waitMs: 2_000, shouldRetry, signal });
		try {
			const fetched = await fetchFiles(itemContext, 0, client, files, lenient, { signal, retry: again });
			if (fetched.fetched.length > 0) return toFileItems(itemContext, { json: {} }, fetched, lenient, facts);
			facts.missing = fetched.missing;
		} catch (error) {
			if (signal?.aborted) throw asError(error);
			// without the files, the event still starts the workflow
			facts.downloadError = toNodeError(context.getNode(), error).message;
		}
	}
	return [{ json: { ...facts, ...resultOf(job, settings) } }];
}

/** Who, which and when. */
function factsOf({ promptId, state, clientId, workflowId, startedAt, endedAt }: WatchedJob): IDataObject {
	return {
		promptId,
		status: state,
		...(clientId !== undefined && { clientId }),
		...(workflowId !== undefined && { workflowId }),
		...(startedAt !== undefined && { startedAt: new Date(startedAt).toISOString() }),
		...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
	};
}

/** What an ended job made, and why it did not end well. */
function resultOf({ result, error }: WatchedJob, options: TriggerSettings): IDataObject {
	return {
		...(result && { ...jobFacts(result, options), files: result.files.map(withUrlNamed) as IDataObject[] }),
		...(error && { error: error.message, details: details(error) as IDataObject }),
	};
}
