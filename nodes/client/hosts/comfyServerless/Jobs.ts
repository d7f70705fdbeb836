import { type AbortOptions, delay } from '../../core/time';
import {
	asError,
	HttpError,
	InvalidInputError,
	NotSupportedError,
	UnexpectedResponseError,
} from '../../core/errors';
import { stringifyExactly } from '../../core/json';
import type { Api } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import type { JobOutcome } from '../../protocol/history';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf } from '../jobStatus';
import { JobStatusPoller } from '../JobStatusPoller';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import { pathOf, toJobStatus, toOutcome, toState } from './jobStatus';
import { readErrorBody, toRefusedWorkflow } from './errors';
import { toServerless } from './workflowFormat';
import { isRecord } from '../../core/guards';
import type { ObjectInfo } from '../../objectInfo/types';

type Facts = Record<string, unknown>;

const EXECUTE = '/workflows/execute';
const LIST = '/workflows/';
/** The maximum of one list. */
const PAGE = 100;
/** Before a failed request for a result is repeated. */
const RESULT_PAUSE_MS = 500;
/**
 * The service allows 60 requests a minute and 1000 an hour, and counts those that it refuses. Up to three jobs are
 * polled one by one, which returns position and progress; more jobs with two lists.
 */
const POLLER_LIMITS = {
	parallel: 4,
	bucket: { size: 30, refillMs: 4_000 },
	list: { above: 3, requests: 2 },
	pauseMs: 10_000,
	maxPauseMs: 90_000,
};
const SUBMIT_TIMEOUT_MS = 120_000;
/** After too many requests the service asks for a pause of a minute. */
const BUSY_WAIT_MS = 150_000;
/** Between a lost answer and the search for the job. */
const SEARCH_AFTER_MS = 1_000;
const CHECK_JOBS = 'Check the running jobs of the service';

/** Submits, polls and cancels jobs. */
export class Jobs implements HostJobs {
	private readonly poller = new JobStatusPoller(
		POLLER_LIMITS,
		async (promptId, { signal }) => await this.fetchStatus(promptId, { signal }),
		async ({ signal }) => {
			const rows = await this.listActive({ signal });
			return rows && new Map(rows.map((row) => [String(row.execution_id), toJobStatus(row)]));
		},
	);

	constructor(
		private readonly api: Api,
		private readonly objectInfo?: ObjectInfo,
	) {}

	/**
	 * Submits a job. The service chooses its ID; ours is in its metadata. After a 429 no job exists, so the request is
	 * repeated for some time. After a lost answer the job is searched by our ID and not sent again.
	 * @throws ValidationError and others; NotSupportedError, InvalidInputError before anything is sent
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		assertSupported(submission);
		const text = this.body(submission);
		const send = async ({ signal: late }: { signal: AbortSignal }) =>
			await this.api.text({
				method: 'POST',
				path: EXECUTE,
				body: { kind: 'json', text },
				idleTimeoutMs: SUBMIT_TIMEOUT_MS,
				signal: late,
			});
		let response: TextResponse;
		try {
			response = await retryWhileBusy(send, ({ status }) => status === 429, { maxMs: BUSY_WAIT_MS, signal });
		} catch (error) {
			return { promptId: await this.foundAgain(error, submission.promptId, { signal }), nodeErrors: {} };
		}
		const taken = this.read(response, submission);
		this.poller.remember(taken.id, toJobStatus({ status: 'pending', ...taken.facts }));
		return { promptId: taken.id, nodeErrors: {} };
	}

	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		return await this.poller.getJobs(promptIds, { signal });
	}

	async outcome(promptId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		return outcomeOf(await this.poller.getJob(promptId, { signal }));
	}

	/** A result holds only the files of its own job. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	/**
	 * Cancels a job, pending or running; the service does not return which, so the status is requested first. To cancel
	 * a running job it interrupts its ComfyUI, which may run another job at that moment.
	 */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const { state } = await this.poller.getJobOrCached(promptId, { signal });
		if (state !== 'pending' && state !== 'running') return 'nothing';
		const path = `${pathOf(promptId)}/cancel`;
		const response = await this.api.text({ method: 'POST', path, signal });
		if (response.status === 400 || response.status === 404) return 'nothing'; // it ended in the meantime
		this.api.assertOk(response, path);
		return state === 'pending' ? 'removed' : 'interrupted';
	}

	/** The service passes on only the nodes: the editor's workflow in `extraData` is not embedded in the files. */
	private body({ workflow, promptId, callbackUrl, hostOptions }: Submission): string {
		const { priority, timeoutMinutes, metadata, workflowMetadata } = readJobOptions(hostOptions);
		const converted = toServerless(workflow, this.objectInfo);
		return stringifyExactly({
			workflow: workflowMetadata ? { ...converted, metadata: workflowMetadata } : converted,
			...(priority && { priority }),
			...(timeoutMinutes && { timeout_minutes: timeoutMinutes }),
			...(callbackUrl && { webhook_url: callbackUrl }),
			metadata: { ...metadata, prompt_id: promptId },
		});
	}

	private read(
		response: TextResponse,
		{ workflow }: Submission,
	): { id: string; facts: Record<string, unknown> } {
		const { status, text } = response;
		if (status < 200 || status >= 300) throw this.refused(response, workflow);
		const facts = this.api.parse(response, EXECUTE);
		if (isRecord(facts) && typeof facts.execution_id === 'string' && facts.execution_id)
			return { id: facts.execution_id, facts };
		throw new UnexpectedResponseError(
			`ComfyUI Serverless accepted the job but did not return its ID: ${this.api.clean(text, 200)}`,
			status,
			'Check that the base URL is that of ComfyUI Serverless.',
		);
	}

	/** Refused workflows have status 500, like all failures; other failures may occur after the job was queued. */
	private refused(response: TextResponse, workflow: Submission['workflow']): Error {
		const clean = (text: string, max?: number) => this.api.clean(text, max);
		const workflowError = toRefusedWorkflow(readErrorBody(response), workflow, clean);
		const error = workflowError ?? this.api.toError(response, EXECUTE);
		if (!(error instanceof HttpError) || error.status < 500) return error;
		return new HttpError(
			error.message,
			error.status,
			`The job may run nevertheless. ${CHECK_JOBS} before you run it again, and its log for the cause.`,
		);
	}

	private async fetchStatus(promptId: string, { signal }: AbortOptions): Promise<JobStatus> {
		const status = await this.facts(`${pathOf(promptId)}/status`, { signal });
		if (!status) return { state: 'absent' };
		const state = toState(status);
		if (state === 'pending' || state === 'running') return toJobStatus(status);
		const result = await this.fetchResult(promptId, { signal });
		return { state: 'ended', outcome: toOutcome(promptId, status, result, this.api) };
	}

	/** The result of an ended job; undefined when the service fails (500) twice. */
	private async fetchResult(promptId: string, { signal }: AbortOptions): Promise<Facts | undefined> {
		for (let attempt = 0; attempt < 2; attempt++) {
			if (attempt > 0) await delay(RESULT_PAUSE_MS, { signal });
			try {
				return await this.facts(pathOf(promptId), { signal });
			} catch (error) {
				if (!(error instanceof HttpError) || error.status !== 500) throw asError(error);
			}
		}
		return undefined;
	}

	/** The JSON object of an answer; undefined for 404. */
	private async facts(path: string, { signal }: AbortOptions): Promise<Facts | undefined> {
		const response = await this.api.text({ path, signal });
		if (response.status === 404) return undefined;
		this.api.assertOk(response, path);
		const facts = this.api.parse(response, path);
		return isRecord(facts) ? facts : {};
	}

	/**
	 * Pending and running jobs of the account, newest first; undefined where the service cannot list them. Such jobs
	 * have no log, on which the list of the service fails.
	 */
	private async listActive({ signal }: AbortOptions): Promise<Facts[] | undefined> {
		const found: Facts[] = [];
		// in this order a job that starts in between is in both lists, and not in none
		for (const status of ['pending', 'running']) {
			const response = await this.api.text({ path: LIST, query: { status, limit: PAGE }, signal });
			if (response.status === 429) throw this.api.toError(response, LIST);
			if (response.status !== 200) return undefined;
			const rows = this.api.parse(response, LIST);
			if (!Array.isArray(rows)) return undefined;
			for (const row of rows) if (isRecord(row)) found.push(row);
		}
		return found;
	}

	/** The ID of a job whose answer was lost. @throws the given error, or the one for an unknown result */
	private async foundAgain(error: unknown, ours: string, { signal }: AbortOptions = {}): Promise<string> {
		if (!mayHaveBeenAccepted(error)) throw error;
		await delay(SEARCH_AFTER_MS, { signal });
		const request = this.poller.unlessPaused(async () => await this.listActive({ signal }));
		const rows = await request.catch(() => undefined);
		const row = rows?.find(({ metadata }) => isRecord(metadata) && metadata.prompt_id === ours);
		// the service also lists jobs that it failed to queue; those have no task and never run
		const queued = row && (toState(row) === 'running' || hasTask(row));
		if (queued && typeof row.execution_id === 'string') return row.execution_id;
		throw ambiguousSubmitError(error, CHECK_JOBS);
	}
}

const hasTask = ({ metadata }: Record<string, unknown>) =>
	isRecord(metadata) && Boolean(metadata.celery_task_id);

const PRIORITIES = ['low', 'normal', 'high'] as const;
const MAX_MINUTES = 120;

/** Options of the service: `Submission.hostOptions`. */
interface ServerlessJobOptions {
	/** Each has its own queue. Default `normal`. */
	priority?: (typeof PRIORITIES)[number];
	/** How long the job may take, whole minutes from 1 to 120. Default 30. */
	timeoutMinutes?: number;
	/** Stored with the job and returned with its result. */
	metadata?: Record<string, unknown>;
	/** Stored with the workflow. */
	workflowMetadata?: Record<string, unknown>;
}

/** Checks the options of a job. @throws InvalidInputError for unknown ones and for values out of range */
function readJobOptions(given: Record<string, unknown> = {}): ServerlessJobOptions {
	const { priority, timeoutMinutes, metadata, workflowMetadata, ...rest } = given;
	const [unknown] = Object.keys(rest).filter((name) => rest[name] !== undefined);
	if (unknown !== undefined) {
		throw new InvalidInputError(
			`ComfyUI Serverless has no option "${unknown.slice(0, 60)}" for a job.`,
			'There are priority, timeoutMinutes, metadata and workflowMetadata.',
		);
	}
	const known = PRIORITIES.find((one) => one === priority);
	if (priority !== undefined && !known) {
		throw new InvalidInputError('The priority of a job must be low, normal or high.');
	}
	if (timeoutMinutes !== undefined && !isMinutes(timeoutMinutes)) {
		throw new InvalidInputError(
			`The time limit of a job must be a whole number of minutes from 1 to ${MAX_MINUTES}.`,
		);
	}
	if (metadata !== undefined && !isRecord(metadata)) {
		throw new InvalidInputError('The metadata of a job must be a JSON object.');
	}
	if (workflowMetadata !== undefined && !isRecord(workflowMetadata)) {
		throw new InvalidInputError('The metadata of a workflow must be a JSON object.');
	}
	return { priority: known, timeoutMinutes, metadata, workflowMetadata };
}

function isMinutes(value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_MINUTES;
}

/** @throws NotSupportedError for options that would be ignored without an error, InvalidInputError for the callback URL */
function assertSupported(submission: Submission): void {
	const { deployment, outputNodes, front, number, extraData, callbackUrl } = submission;
	if (deployment) {
		throw new NotSupportedError(
			'ComfyUI Serverless runs no deployed workflows by their ID.',
			'Send the workflow itself, with its inputs set.',
		);
	}
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'ComfyUI Serverless runs all outputs of a workflow.',
			'Remove the output nodes that are not to run from the workflow.',
		);
	}
	if (front || number !== undefined) {
		throw new NotSupportedError(
			'ComfyUI Serverless cannot run a job before others.',
			'Choose the priority "high" for this job, or "low" for the others.',
		);
	}
	if (extraData?.api_key_comfy_org) {
		throw new NotSupportedError(
			'ComfyUI Serverless does not pass a Comfy.org key on to its ComfyUI.',
			'Use a workflow without partner nodes, or a self-hosted ComfyUI.',
		);
	}
	if (callbackUrl && !(URL.canParse(callbackUrl) && /^https?:\/\//i.test(callbackUrl))) {
		throw new InvalidInputError('The callback URL does not begin with http:// or https://.');
	}
}
