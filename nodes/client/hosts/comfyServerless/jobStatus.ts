import { type AbortOptions, delay, now } from '../../core/time';
import { HttpError, asError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api, TextResponse } from '../../transport/Api';
import type { JobStatus, StatusProgress } from '../HostJobs';
import { isRecord } from '../../core/guards';
import type { JobOutcome } from '../../protocol/history';
import { epochMs } from '../../core/epochMs';
import { collectWithUrls, readOutputs } from './outputs';
import { cancelledError, toFailure } from './errors';

type Facts = Record<string, unknown>;

/** The most that one list has. */
const PAGE = 100;
/** How long nothing is asked after a 429 that does not say for how long. */
const REST_MS = 10_000;
const LONGEST_REST_MS = 90_000;
/** Before a failed request for a result is made once more. */
const RESULT_PAUSE_MS = 500;

/** What the service tells of jobs. After a 429 it is left in peace: until then every question ends with that refusal. */
export class Executions {
	private restUntil = 0;
	private refusal?: Error;

	constructor(private readonly api: Api) {}

	/** Whether the service wants a rest. */
	get resting(): boolean {
		return now() < this.restUntil;
	}

	/** How a job stands now. */
	async look(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const status = await this.read(`${pathOf(promptId)}/status`, { signal });
		if (!status) return { state: 'absent' };
		const state = stateOf(status);
		if (state === 'pending' || state === 'running') return readGoing(status);
		const result = await this.result(promptId, { signal });
		return { state: 'ended', outcome: readOutcome(promptId, status, result, this.api) };
	}

	/**
	 * Jobs of the account that wait or run, newest first; undefined where the service cannot list them. These
	 * never have a log, over which the service trips.
	 */
	async going({ signal }: AbortOptions = {}): Promise<Facts[] | undefined> {
		const found: Facts[] = [];
		// in this order a job that starts in between is in both lists, and not in none
		for (const status of ['pending', 'running']) {
			const response = await this.ask('/workflows/', { status, limit: PAGE }, { signal });
			if (response.status !== 200) return undefined;
			const rows = this.api.parse(response, '/workflows/');
			if (!Array.isArray(rows)) return undefined;
			for (const row of rows) if (isRecord(row)) found.push(row);
		}
		return found;
	}

	/** What a job made; undefined when the service fails over it (500) twice. */
	private async result(promptId: string, { signal }: AbortOptions = {}): Promise<Facts | undefined> {
		for (let tries = 0; tries < 2; tries++) {
			if (tries > 0) await delay(RESULT_PAUSE_MS, { signal });
			try {
				return await this.read(pathOf(promptId), { signal });
			} catch (error) {
				if (!(error instanceof HttpError) || error.status !== 500) throw asError(error);
			}
		}
		return undefined;
	}

	/** The JSON object of an answer; undefined for 404. */
	private async read(path: string, { signal }: AbortOptions = {}): Promise<Facts | undefined> {
		const response = await this.ask(path, {}, { signal });
		if (response.status === 404) return undefined;
		this.api.assertOk(response, path);
		const facts = this.api.parse(response, path);
		return isRecord(facts) ? facts : {};
	}

	/** @throws HttpError 429 while the service wants a rest */
	private async ask(
		path: string,
		query: Record<string, string | number>,
		{ signal }: AbortOptions = {},
	): Promise<TextResponse> {
		if (this.refusal && this.resting) throw this.refusal;
		const response = await this.api.text({ path, query, signal });
		if (response.status !== 429) return response;
		const error = this.api.toError(response, path);
		const askedMs = error instanceof HttpError ? error.retryAfterMs : undefined;
		this.restUntil = now() + Math.min(askedMs ?? REST_MS, LONGEST_REST_MS);
		this.refusal = error;
		throw error;
	}
}

/** Where the service has a job. @throws InvalidInputError for an id that would lead elsewhere */
export function pathOf(promptId: string): string {
	return `/workflows/${segment(promptId, 'execution ID')}`;
}

/** The service's spellings and their relatives. Any other counts as running. */
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

/** How a job stands by its status alone. */
export function stateOf({ status }: Facts): 'pending' | 'running' | JobOutcome['status'] {
	return STATES.get(String(status).toLowerCase()) ?? 'running';
}

/** A job that has not ended, as `/workflows/{id}/status` and the lists tell it. */
export function readGoing(facts: Facts): JobStatus {
	if (stateOf(facts) !== 'pending') return { state: 'running', ...readProgress(facts.progress) };
	const { queue_position: position } = facts;
	return { state: 'pending', ...(typeof position === 'number' && { position }) };
}

/** Documented: `percentage`; real: `progress_percent` (an estimate by time, 90 at the most) and `eta_seconds`. */
function readProgress(progress: unknown): StatusProgress {
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
 * @param result what `/workflows/{id}` says; undefined where it fails, as it does for jobs that have a log
 */
function readOutcome(promptId: string, status: Facts, result: Facts | undefined, api: Api): JobOutcome {
	const facts = { ...status, ...result };
	const outputs = readOutputs(facts.outputs);
	const state = stateOf(status);
	const ended: JobOutcome = {
		status: state === 'error' || state === 'interrupted' ? state : 'success',
		outputs,
		collected: collectWithUrls(outputs, api.base),
		displayNodes: {},
		cachedNodes: [],
		createdAt: timeOf(facts.created_at),
		startedAt: timeOf(facts.started_at),
		endedAt: timeOf(facts.completed_at),
	};
	if (state === 'interrupted') return { ...ended, explain: () => cancelledError(promptId) };
	if (state === 'error') {
		return { ...ended, explain: (workflow) => toFailure(promptId, facts.error, workflow, api) };
	}
	return result ? ended : { ...ended, note: UNTOLD };
}

const UNTOLD =
	'The service ended the job well but could not tell its outputs (500, a fault of its own with jobs that have a log). The files are in the output folder of the ComfyUI behind it; the call to a callback URL tells the outputs all the same.';

/** Times are UTC but mostly do not say so. */
export function timeOf(value: unknown): number | undefined {
	const bare = typeof value === 'string' && /T[\d:.]+$/.test(value);
	return epochMs(bare ? `${value}Z` : value);
}
