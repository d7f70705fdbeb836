import { isRecord } from '../../core/guards';
import { asError, HttpError } from '../../core/errors';
import type { AbortOptions } from '../../core/time';
import type { JobOutcome } from '../../protocol/history';
import { parseStoredQueue, type StoredJob } from '../../protocol/storedJob';
import { tidy } from '../../core/text';
import type { Api } from '../../transport/Api';
import type { ServerJob, ServerJobListOptions } from '../ServerAdmin';
import { historyEntries, historyLength, type HistoryEntry } from './history';
import type { Jobs } from './Jobs';

/** Jobs of one request to `/api/jobs`, which has no workflows. */
const JOBS_PAGE = 200;
/** Entries of one request to the history. Each repeats its workflow and can have megabytes. */
const HISTORY_PAGE = 32;
const MAX_ERROR = 1_000;

/**
 * Jobs of all clients, newest first: from `/api/jobs` (0.6.0 and later), from queue and history on older servers and where
 * a job of somebody makes `/api/jobs` fail.
 */
export async function listJobs(api: Api, jobs: Jobs, options: ServerJobListOptions): Promise<ServerJob[]> {
	if (!(await jobs.hasJobsApi({ signal: options.signal }))) return await fromHistory(api, options);
	try {
		return await fromJobsApi(api, options);
	} catch (error) {
		// Answers 500 for everybody while any job carries `extra_pnginfo: null`; the history still works.
		if (error instanceof HttpError && error.status === 500) return await fromHistory(api, options);
		throw asError(error);
	}
}

async function fromJobsApi(api: Api, options: ServerJobListOptions): Promise<ServerJob[]> {
	const { max, status, workflowId, signal } = options;
	const found: ServerJob[] = [];
	for (let offset = 0; found.length < max; ) {
		const limit = Math.min(max - found.length, JOBS_PAGE);
		const wanted = status === 'running' ? 'in_progress' : status;
		const query = { status: wanted, workflow_id: workflowId, limit, offset };
		const answer = await api.json<unknown>({ path: '/api/jobs', query, signal });
		const rows: unknown[] = isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs : [];
		found.push(...rows.filter(isRecord).flatMap(toServerJob));
		const { has_more: hasMore } = isRecord(answer) && isRecord(answer.pagination) ? answer.pagination : {};
		if (hasMore !== true || rows.length === 0) break;
		offset += rows.length;
	}
	return found;
}

function toServerJob(job: Record<string, unknown>): ServerJob[] {
	if (typeof job.id !== 'string') return [];
	const error = isRecord(job.execution_error) ? job.execution_error.exception_message : undefined;
	const [startedAt, endedAt] = [time(job.execution_start_time), time(job.execution_end_time)];
	return [
		{
			promptId: job.id,
			status: job.status === 'in_progress' ? 'running' : String(job.status),
			createdAt: time(job.create_time),
			startedAt,
			endedAt,
			...durationOf(startedAt, endedAt),
			...(typeof job.workflow_id === 'string' && { workflowId: job.workflow_id.slice(0, 200) }),
			...(typeof job.outputs_count === 'number' && { outputsCount: job.outputs_count }),
			...(typeof error === 'string' && { error: tidy(error, MAX_ERROR) }),
		},
	];
}

async function fromHistory(api: Api, options: ServerJobListOptions): Promise<ServerJob[]> {
	const { max, signal } = options;
	const queued = parseStoredQueue(await api.json({ path: '/api/queue', signal })).reverse();
	const fits = ({ status, workflowId }: ServerJob) =>
		(!options.status || status === options.status) &&
		(!options.workflowId || workflowId === options.workflowId);
	const found = queued.map(fromQueue).filter(fits);
	if (options.status === 'pending' || options.status === 'running') return found.slice(0, max);
	for await (const { promptId, job, outcome } of endedJobs(api, { signal })) {
		if (found.length >= max) break;
		const row = fromOutcome(promptId, outcome, job);
		if (fits(row)) found.push(row);
	}
	return found.slice(0, max);
}

const fromQueue = ({ promptId, state, createdAt, workflowId }: StoredJob): ServerJob => ({
	promptId,
	status: state,
	createdAt,
	...(workflowId !== undefined && { workflowId }),
});

const ENDED = { success: 'completed', error: 'failed', interrupted: 'cancelled' } as const;

function fromOutcome(promptId: string, outcome: JobOutcome, job: StoredJob | undefined): ServerJob {
	const { startedAt, endedAt, workflowId, error } = outcome;
	const message = outcome.status === 'error' ? error?.exception_message : undefined;
	return {
		promptId,
		status: ENDED[outcome.status],
		createdAt: job?.createdAt,
		startedAt,
		endedAt,
		...durationOf(startedAt, endedAt),
		...(workflowId !== undefined && { workflowId }),
		...(message !== undefined && { error: tidy(String(message), MAX_ERROR) }),
	};
}

const durationOf = (startedAt?: number, endedAt?: number) =>
	startedAt !== undefined && endedAt !== undefined ? { durationMs: endedAt - startedAt } : {};

const time = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/**
 * The history, newest first, in pages. Servers before 0.3.60 have no pages: there each request brings the newest entries
 * again, twice as many as the one before.
 */
export async function* endedJobs(api: Api, { signal }: AbortOptions = {}): AsyncGenerator<HistoryEntry> {
	const newestFirst = async (count: number, offset?: number) =>
		(await historyEntries(api, count, { signal }, offset)).reverse();
	const newest = await newestFirst(HISTORY_PAGE);
	yield* newest;
	if (newest.length < HISTORY_PAGE) return;
	const seen = new Set(newest.map(({ promptId }) => promptId));
	const fresh = (page: HistoryEntry[]) =>
		page.filter(({ promptId }) => !seen.has(promptId) && seen.add(promptId));
	const length = await historyLength(api, { signal });
	if (length === undefined) {
		for (let count = HISTORY_PAGE * 2; ; count *= 2) {
			const page = await newestFirst(count);
			yield* fresh(page);
			if (page.length < count) return;
		}
	}
	for (let end = length - HISTORY_PAGE; end > 0; end -= HISTORY_PAGE) {
		const offset = Math.max(end - HISTORY_PAGE, 0);
		yield* fresh(await newestFirst(end - offset, offset));
	}
}
