import { ConnectionError, JobLostError, asError, type ComfyUiError, JobTimeoutError } from '../core/errors';
import type { Host } from '../hosts/Host';
import {
	collectOutputs,
	withoutDeepFacts,
	withoutPreviews,
	type OutputFile,
	type OutputText,
	type RawOutputs,
} from '../protocol/outputs';
import { toExecutionError, toInterruptedError } from '../protocol/executionErrors';
import type { JobOutcome } from '../protocol/history';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { titleOf } from '../core/ApiWorkflow';
import type { JobEnd } from './JobWaiter';
import { limitOutputs } from './longTexts';
import { JobRecord, type JobProgress } from './JobRecord';
import { MAX_LEVELS } from '../core/guards';
import { isRetryable } from '../core/retry';

/** What a finished job made. */
export interface JobResult {
	promptId: string;
	status: 'success';
	files: OutputFile[];
	texts: OutputText[];
	/** As the server reported them, by node id and key. */
	outputs: RawOutputs;
	/** The workflow that ran, when the host returns it. */
	workflow?: ApiWorkflow;
	/** Server time from being queued (or from the start, when the host does not say when it was queued) to the end, ms. */
	durationMs?: number;
	timings: JobTimings;
	/** Nodes whose result the server already had. */
	cachedNodes: string[];
	/** What went wrong without making the job fail, such as blocked branches. */
	warnings: string[];
	/** The short name of the server that ran the job, on a pool. */
	server?: string;
}

/** Server times, ms. */
export interface JobTimings {
	/** In the queue; only newer servers report it. */
	queuedMs?: number;
	executingMs?: number;
	totalMs?: number;
}

/** What to put into a result. */
export interface ResultOptions {
	/** Also list preview files when there are others. Default false. */
	includeTemp?: boolean;
}

/** How to wait for a job. */
export interface WaitOptions extends ResultOptions {
	/** Deadline, ms from now. Default one hour. */
	timeoutMs?: number;
	signal?: AbortSignal;
	onProgress?: (progress: JobProgress) => void;
}

/**
 * The result of a job that ended well.
 * @throws ExecutionError, InterruptedError, JobLostError for another end; the error that made the wait fail
 */
export async function toResult(end: JobEnd, host: Host, options: ResultOptions = {}): Promise<JobResult> {
	const { promptId } = end.record;
	if (end.kind === 'failed') throw end.error;
	if (end.kind === 'lost') throw toLostError(end, promptId, host);
	const { outcome, record } = end;
	const workflow = outcome.workflow ?? record.workflow;
	const error = errorOf(promptId, { ...outcome, workflow }, host);
	if (error) throw error;
	const outputs = await freshOutputs(outcome, record, host);
	return resultOf(promptId, { ...outcome, outputs, workflow }, record, host, options);
}

/** What a job made that was not waited for, and the error of its end (none after a success). */
export async function toJobStatus(
	promptId: string,
	outcome: JobOutcome,
	host: Host,
	options: ResultOptions = {},
): Promise<{ result: JobResult; error?: ComfyUiError }> {
	const outputs = await freshOutputs(outcome, new JobRecord(promptId), host);
	const result = resultOf(promptId, { ...outcome, outputs }, undefined, host, options);
	return { result, error: errorOf(promptId, outcome, host) };
}

function errorOf(promptId: string, outcome: JobOutcome, host: Host): ComfyUiError | undefined {
	const { status, error, workflow } = outcome;
	if (status !== 'success' && outcome.explain) return outcome.explain(workflow);
	if (status === 'interrupted') return toInterruptedError(promptId, error, workflow);
	if (status === 'success') return undefined;
	return toExecutionError(promptId, error, workflow, (text, max) => host.clean(text, max));
}

/** The result of a job that ended well, from its outcome and from what came over the socket. */
export function resultOf(
	promptId: string,
	outcome: JobOutcome,
	record: JobRecord | undefined,
	host: Host,
	{ includeTemp = false }: ResultOptions = {},
): JobResult {
	const { workflow } = outcome;
	const shallow = withoutDeepFacts(outcome.outputs);
	const displayNode = (id: string) => outcome.displayNodes[id] ?? id;
	const fromHost = withoutDeepFacts(outcome.collected);
	const { files: found, texts } = fromHost ?? collectOutputs(shallow, workflow, displayNode);
	const collected = limitOutputs(promptId, shallow, {
		files: found,
		texts: [...texts, ...progressTexts(record, workflow)],
	});
	const named = collected.files.map((file) => withNode(file, workflow));
	const files = includeTemp ? named : withoutPreviews(named);
	const frames = record ? framesOf(record, workflow) : [];
	return {
		promptId,
		status: 'success',
		files: [...files.map((file) => withUrl(file, host)), ...frames],
		texts: collected.texts,
		outputs: collected.outputs,
		workflow,
		timings: timingsOf(outcome),
		durationMs: timingsOf(outcome).totalMs ?? timingsOf(outcome).executingMs,
		cachedNodes: outcome.cachedNodes,
		warnings: [
			...(record?.nodes.notices ?? []).map((text) => `A branch was blocked: ${host.clean(text, 200)}`),
			outcome.note ?? '',
			shallow === outcome.outputs && fromHost === outcome.collected ? '' : TOO_DEEP,
			...collected.remarks,
		].filter(Boolean),
		...(host.serverName !== undefined && { server: host.serverName }),
	};
}

const TOO_DEEP = `Facts that nodes returned are left out, because they are nested more than ${MAX_LEVELS} levels deep.`;

/** Adds title and type of the node, which hosts with file lists of their own leave out. */
function withNode(file: OutputFile, workflow: ApiWorkflow | undefined): OutputFile {
	const { nodeId } = file;
	if (file.nodeTitle !== undefined || !workflow || !Object.hasOwn(workflow, nodeId)) return file;
	return { ...file, nodeTitle: titleOf(workflow, nodeId), nodeType: workflow[nodeId].class_type };
}

/** Adds the URL. The bytes that some hosts send along are not enumerable, to keep them out of JSON. */
function withUrl(file: OutputFile, host: Host): OutputFile {
	const url = file.url ?? host.files.fileUrl(file);
	const { data, ...facts } = file;
	const server = host.serverName;
	const listed: OutputFile = { ...facts, ...(url && { url }), ...(server !== undefined && { server }) };
	if (data) Object.defineProperty(listed, 'data', { value: data, enumerable: false });
	return listed;
}

/**
 * The outputs of this run only. Before 0.3.68 the history of a run repeats the files of earlier runs for nodes that
 * this one left out. The events say which nodes ran; without them the list of requested outputs says it roughly.
 */
async function freshOutputs(outcome: JobOutcome, record: JobRecord, host: Host): Promise<RawOutputs> {
	if (!(await mayBeStale(host))) return outcome.outputs;
	const wanted = outcome.outputNodes && new Set(outcome.outputNodes);
	const cached = new Set(outcome.cachedNodes);
	return Object.fromEntries(
		Object.entries(outcome.outputs).filter(([id]) => {
			const shown = outcome.displayNodes[id] ?? id;
			// Before 15 August 2024 there is no event for a cached output.
			const isCached = cached.has(id) && wanted?.has(shown) === true;
			if (record.complete && record.hasLastEvent)
				return record.nodes.executed.has(id) || record.nodes.executed.has(shown) || isCached;
			return !wanted || wanted.has(shown);
		}),
	);
}

/** Whether outputs may be stale; assumed when the host cannot be asked, so that a job that ended well does not fail. */
async function mayBeStale(host: Host): Promise<boolean> {
	const ask = async () => await host.jobs.listsStaleOutputs();
	return await ask().catch(ask).catch(assumeStale);
}

function assumeStale(error: unknown): true {
	const isClosed = error instanceof ConnectionError && error.reason === 'other'; // by the caller, who does not wait any more
	if (isRetryable(error, true) && !isClosed) return true;
	throw asError(error);
}

/** Pictures that exist only as frames: PNG frames of nodes that save to the WebSocket. */
function framesOf(record: JobRecord, workflow: ApiWorkflow | undefined): OutputFile[] {
	return record.nodes.pictures
		.filter(({ nodeId }) => savesToSocket(workflow?.[nodeId]?.class_type))
		.map(({ nodeId, data, mimeType }, index) => {
			const file: OutputFile = {
				nodeId,
				nodeTitle: titleOf(workflow, nodeId),
				nodeType: workflow?.[nodeId]?.class_type,
				key: 'frames',
				filename: `${record.promptId}_${nodeId.replace(/\W+/g, '_')}_${String(index + 1).padStart(5, '0')}.png`,
				subfolder: '',
				type: 'frame',
				kind: 'image',
				mimeType,
			};
			Object.defineProperty(file, 'data', { value: data, enumerable: false });
			return file;
		});
}

/** Whether a node class sends its pictures over the WebSocket and saves no file (SaveImageWebsocket and similar). */
export function savesToSocket(classType: string | undefined): boolean {
	return classType !== undefined && /web ?socket/i.test(classType);
}

function progressTexts(record: JobRecord | undefined, workflow: ApiWorkflow | undefined): OutputText[] {
	return [...(record?.nodes.texts ?? [])].map(([nodeId, text]) => ({
		nodeId,
		nodeTitle: titleOf(workflow, nodeId),
		key: 'progress',
		text,
	}));
}

function timingsOf({ createdAt, startedAt, endedAt }: JobOutcome): JobTimings {
	const between = (from?: number, to?: number) =>
		from !== undefined && to !== undefined ? Math.max(to - from, 0) : undefined;
	return {
		queuedMs: between(createdAt, startedAt),
		executingMs: between(startedAt, endedAt),
		totalMs: between(createdAt ?? startedAt, endedAt),
	};
}

function toLostError(
	end: Extract<JobEnd, { kind: 'lost' }>,
	promptId: string,
	{ lost, name, serverName }: Host,
): ComfyUiError {
	if (end.gone) {
		return new JobLostError(
			`The server "${serverName}" went down before it had finished the job.`,
			promptId,
			'server-down',
			'Run it again on another server. If this happens with the same job each time, it probably needs more memory than the servers have.',
		);
	}
	if (end.forgotten) {
		return new JobLostError(
			`${name} accepted the job, but the ComfyUI behind it no longer knows it: it was restarted or crashed, or the job was deleted from its queue.`,
			promptId,
			'restarted',
			'Run it again. If this happens with the same job each time, the server probably runs out of memory: check its log.',
		);
	}
	if (lost) return new JobLostError(lost.message, promptId, 'removed', lost.hint);
	if (end.restarted) {
		return new JobLostError(
			'The server was restarted (or crashed) and no longer knows the job.',
			promptId,
			'restarted',
			'Run it again. If this happens with the same job each time, the server probably runs out of memory: check its log.',
		);
	}
	if (!end.known) {
		return new JobLostError(
			`The server does not know the job ${promptId}: it is neither queued nor running nor in the history.`,
			promptId,
			'removed',
			'Check the prompt ID and that the credential points at the server that took the job. Servers forget their history when they restart.',
		);
	}
	return new JobLostError(
		'The job was removed from the queue before it ran.',
		promptId,
		'removed',
		'Somebody deleted it or cleared the queue. Run it again if that was not intended.',
	);
}

/**
 * The error for a job that did not end in time.
 * @param last its last known state
 * @param observedResponses see `JobTimeoutError.observedResponses`
 */
export function toTimeoutError(
	last: JobProgress,
	timeoutMs: number,
	observedResponses: readonly string[] = [],
): JobTimeoutError {
	const { promptId } = last;
	const lastKnown = { ...last, preview: undefined };
	const where =
		last.state === 'pending'
			? `It waits in the queue${last.position === undefined ? '' : ` (jobs before it: ${last.position})`}.`
			: last.state === 'running'
				? `It is running${last.nodeTitle ? ` "${last.nodeTitle}"` : ''}${last.max ? ` (${last.value} of ${last.max})` : ''}.`
				: 'Its state is not known.';
	const observed =
		observedResponses.length > 0
			? ` Requests for its status failed: ${observedResponses.join(', then ')}.`
			: '';
	return new JobTimeoutError(
		`The job did not finish within ${seconds(timeoutMs)}. ${where}${observed}`,
		promptId,
		lastKnown,
		'Raise the timeout, or check the job later by its prompt ID: it goes on unless it is cancelled.',
		observedResponses,
	);
}

/**
 * The error for a job whose server did not confirm it in time.
 * @param promptId its ID when it was sent; undefined when it was still being prepared
 * @param waitedFor what it was waiting for in the meantime, as sentences
 */
export function toSubmitTimeoutError(
	promptId: string | undefined,
	timeoutMs: number,
	waitedFor?: string,
): JobTimeoutError {
	const what =
		promptId === undefined
			? (waitedFor ??
				'It was not submitted: what comes before (the node types of the server, uploads) was not done.')
			: 'The server did not confirm that it has the job.';
	return new JobTimeoutError(
		`The job did not finish within ${seconds(timeoutMs)}. ${what}`,
		promptId ?? '',
		{ promptId: promptId ?? '', state: 'unknown' },
		'Raise the timeout if the server is only slow; else check the server, and what is between it and here.',
	);
}

/** The error for a job that ended well, but whose files were not downloaded in time. */
export function toDownloadTimeoutError(promptId: string, timeoutMs: number): JobTimeoutError {
	return new JobTimeoutError(
		`The job succeeded, but its files were not downloaded within ${seconds(timeoutMs)}, the timeout of the whole job.`,
		promptId,
		{ promptId, state: 'success' },
		'The files stay on the server: download them with ComfyUI Get Images and this prompt ID, or raise the timeout.',
	);
}

function seconds(ms: number): string {
	return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}
