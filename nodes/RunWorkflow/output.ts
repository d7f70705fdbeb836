import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { savesToSocket, type JobResult } from '../client/jobs/result';
import { fetchFiles, noFiles } from '../shared/files/fetchFiles';
import { forAgent, isTool, toolWarning } from '../shared/agent';
import { toItems } from '../shared/files/toItems';
import type { ExecutionHints } from '../shared/ExecutionHints';
import type { FinishedJob } from '../client/jobs/JobAttempts';
import type { OutputFile } from '../client/protocol/outputs';
import { toProblems } from '../client/protocol/validation';
import type { PreparedJob } from '../shared/workflow/JobPreparer';
import type { Settings } from './settings';
import { retry, isRetryable } from '../client/core/retry';
import { selectFiles } from '../shared/files/settings';

/**
 * Downloads what a job made.
 * @returns the items of the node's output
 * @throws NotFoundError when it made nothing and that is not allowed; ConnectionError when a download keeps failing
 */
export async function toOutput(
	context: IExecuteFunctions,
	itemIndex: number,
	run: FinishedJob<PreparedJob>,
	settings: Settings,
	hints: ExecutionHints,
	{ signal }: { signal: AbortSignal },
): Promise<INodeExecutionData[]> {
	const { job, result, nodeErrors } = run;
	const leftOut = toProblems(nodeErrors, job.workflow).map(({ text }) => text);
	hints.addLeftOut(leftOut);
	const input = context.getInputData()[itemIndex];
	const { which = 'auto', ...filters } = settings.filters;
	const shown = settings.filters.nodes?.length ? result.files : shownFiles(result.files, job.shownNodes);
	const selected = selectFiles(settings.showsAppOutputs ? shown : result.files, { ...filters, which });
	const withRetries = async <T>(work: () => Promise<T>): Promise<T> =>
		await retry(work, { ...settings.run.retry, shouldRetry: (error) => isRetryable(error, true), signal });
	const found = await fetchFiles(context, itemIndex, job.client, selected, settings, {
		signal,
		retry: withRetries,
	});
	found.missing.forEach((path) => hints.addMissing(path));
	const facts = factsOf(run, leftOut, settings);
	if (found.fetched.length > 0) return toItems(context, input, found, settings, facts, hints);
	if (settings.failWithoutFiles && !hasOnlyTexts(result)) {
		throw noFiles(result.files, found.missing, 'The job made neither files nor texts.', adviceFor(result));
	}
	const missing = found.missing.length > 0 && { missing: found.missing };
	const json = { ...(settings.includeInput && input.json), ...facts, ...missing, fileCount: 0 };
	if (!isTool(context) || settings.hasOldNames) return [{ json }];
	return [{ json: forAgent({ ...toolWarning(context), ...json }, settings.includeDetails) }];
}

/** The files of the nodes that App Mode shows; all files if there are none, such as when other nodes saved them. */
function shownFiles(files: OutputFile[], nodes: readonly string[] = []): OutputFile[] {
	const shown = files.filter(({ nodeId }) => nodes.includes(nodeId));
	return shown.length > 0 ? shown : files;
}

function factsOf(
	{ job, result, attempts }: FinishedJob<PreparedJob>,
	leftOut: string[],
	{ includeRawOutputs }: Settings,
): IDataObject {
	const { promptId, status, durationMs, timings, texts, outputs, server } = result;
	const warnings = [...result.warnings, ...leftOut];
	return {
		promptId,
		status,
		durationMs: durationMs ?? null,
		timings,
		attempts,
		...(server !== undefined && { server }),
		seeds: job.seeds,
		texts,
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
	} as unknown as IDataObject;
}

/** Whether a job made texts and no files. Texts that nodes send as progress do not count. */
function hasOnlyTexts({ files, texts }: JobResult): boolean {
	return files.length === 0 && texts.some(({ key }) => key !== 'progress');
}

function adviceFor({ workflow }: JobResult): string {
	return Object.values(workflow ?? {}).some(({ class_type: type }) => savesToSocket(type))
		? 'Its pictures are sent over the WebSocket only, and that connection broke or could not be opened. Allow WebSocket connections in the proxy before ComfyUI, or use a node that saves files (such as Save Image).'
		: 'Add a node that saves files (such as Save Image) to the workflow.';
}
