import type { JobOutcome } from '../../protocol/history';
import { epochMs } from '../../core/epochMs';
import { isRecord } from '../../core/guards';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { JobStatus, StatusProgress } from '../HostJobs';
import { cancelledError, toError } from './errors';
import { collectWithUrls, readOutputs } from './outputs';

type Facts = Record<string, unknown>;

/** The route of a job. @throws InvalidInputError for an id that would lead elsewhere */
export function pathOf(promptId: string): string {
	return `/workflows/${segment(promptId, 'execution ID')}`;
}

/** The spellings of the service, and similar ones. Any other status counts as running. */
const STATES = new Map<string, 'pending' | JobOutcome['status']>([
	['pending', 'pending'],
	['queued', 'pending'],
	['completed', 'success'],
	['success', 'success'],
	['succeeded', 'success'],
	['failed', 'error'],
	['error', 'error'],
	['timeout', 'error'],
	['cancelled', 'interrupted'],
	['canceled', 'interrupted'],
]);

/** The state of a job, from its status alone. */
export function toState({ status }: Facts): 'pending' | 'running' | JobOutcome['status'] {
	return STATES.get(String(status).toLowerCase()) ?? 'running';
}

/** The status of a job that has not ended, from `/workflows/{id}/status` or a list. */
export function toJobStatus(facts: Facts): JobStatus {
	if (toState(facts) !== 'pending') return { state: 'running', ...toProgress(facts.progress) };
	const { queue_position: position } = facts;
	return { state: 'pending', ...(typeof position === 'number' && { position }) };
}

/** Documented: `percentage`; real: `progress_percent` (estimated from the time, at most 90) and `eta_seconds`. */
function toProgress(progress: unknown): StatusProgress {
	if (!isRecord(progress)) return {};
	const percent = [progress.percentage, progress.progress_percent].find(Number.isFinite);
	const { eta_seconds: seconds } = progress;
	return {
		...(typeof percent === 'number' && { fraction: Math.min(Math.max(percent / 100, 0), 1) }),
		...(typeof seconds === 'number' && seconds > 0 && { text: `about ${Math.ceil(seconds)} s left` }),
	};
}

/**
 * How a job ended.
 * @param result the answer of `/workflows/{id}`, which fails for jobs with a log; then undefined
 */
export function toOutcome(promptId: string, status: Facts, result: Facts | undefined, api: Api): JobOutcome {
	const facts = { ...status, ...result };
	const outputs = readOutputs(facts.outputs);
	const state = toState(status);
	const ended: JobOutcome = {
		status: state === 'error' || state === 'interrupted' ? state : 'success',
		outputs,
		collected: collectWithUrls(outputs, api.base),
		displayNodes: {},
		cachedNodes: [],
		...timesOf(facts),
	};
	if (state === 'interrupted') return { ...ended, explain: () => cancelledError(promptId) };
	if (state === 'error') {
		return { ...ended, explain: (workflow) => toError(promptId, facts.error, workflow, api) };
	}
	return result ? ended : { ...ended, note: RESULT_MISSING };
}

const RESULT_MISSING =
	'The job succeeded, but the service could not return its outputs (500, a fault of the service with jobs that have a log). The files are in the output folder of the ComfyUI behind it; a callback URL receives the outputs nevertheless.';

/** `duration_seconds` is used where one of the times is missing. */
function timesOf(facts: Facts): Pick<JobOutcome, 'createdAt' | 'startedAt' | 'endedAt'> {
	const [startedAt, endedAt] = [timeOf(facts.started_at), timeOf(facts.completed_at)];
	const seconds = facts.duration_seconds;
	const ms = typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds) ? seconds * 1000 : NaN;
	const known = (time: number | undefined) => (Number.isFinite(time) ? time : undefined);
	return {
		createdAt: timeOf(facts.created_at),
		startedAt: startedAt ?? known((endedAt ?? NaN) - ms),
		endedAt: endedAt ?? known((startedAt ?? NaN) + ms),
	};
}

/** Times are UTC, mostly without a zone. */
export function timeOf(value: unknown): number | undefined {
	const bare = typeof value === 'string' && /T[\d:.]+$/.test(value);
	return epochMs(bare ? `${value}Z` : value);
}
