import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { savesToSocket, type JobResult } from '../client/jobs/result';
import { fetchFiles, noFiles } from '../shared/files/fetchFiles';
import { toItems } from '../shared/files/toItems';
import type { ExecutionHints } from '../shared/ExecutionHints';
import type { Ran } from './JobAttempts';
import type { Settings } from './settings';
import { retry, isRetryable } from '../client/core/retry';
import { selectFiles } from '../shared/files/settings';

/**
 * Downloads what a job made and makes the items that go on.
 * @throws NotFoundError when there is nothing and that is not allowed; ConnectionError when a download keeps breaking off
 */
export async function toOutput(
	context: IExecuteFunctions,
	itemIndex: number,
	ran: Ran,
	settings: Settings,
	remarks: ExecutionHints,
	{ signal }: { signal: AbortSignal },
): Promise<INodeExecutionData[]> {
	const { job, result } = ran;
	const input = context.getInputData()[itemIndex];
	const { which = 'auto', ...filters } = settings.filters;
	const selected = selectFiles(result.files, { ...filters, which });
	const again = async <T>(work: () => Promise<T>): Promise<T> =>
		await retry(work, { ...settings.retry, shouldRetry: (error) => isRetryable(error, true), signal });
	const found = await fetchFiles(context, itemIndex, job.client, selected, settings, {
		signal,
		retry: again,
	});
	found.missing.forEach((path) => remarks.addMissing(path));
	const facts = factsOf(ran, settings);
	if (found.fetched.length > 0) return toItems(context, input, found, settings, facts);
	if (settings.failWithoutFiles && !hasOnlyTexts(result)) {
		throw noFiles(result.files, found.missing, 'The job made neither files nor texts.', adviceFor(result));
	}
	const missing = found.missing.length > 0 && { missing: found.missing };
	return [{ json: { ...(settings.includeInput && input.json), ...facts, ...missing, fileCount: 0 } }];
}

function factsOf({ job, result, attempts, refused }: Ran, { includeRawOutputs }: Settings): IDataObject {
	const { promptId, status, durationMs, timings, texts, outputs } = result;
	const warnings = [...result.warnings, ...refused];
	return {
		promptId,
		status,
		durationMs: durationMs ?? null,
		timings,
		attempts,
		seeds: job.seeds,
		texts,
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
	} as unknown as IDataObject;
}

/** Whether texts are all that a job was to make. What nodes say while they run is none of it. */
function hasOnlyTexts({ files, texts }: JobResult): boolean {
	return files.length === 0 && texts.some(({ key }) => key !== 'progress');
}

function adviceFor({ workflow }: JobResult): string {
	return Object.values(workflow ?? {}).some(({ class_type: type }) => savesToSocket(type))
		? 'Its pictures come over the WebSocket only, which broke off or could not be opened. Let the proxy before ComfyUI pass WebSocket connections, or use a node that saves files (such as Save Image).'
		: 'Add a node that saves files (such as Save Image) to the workflow.';
}
