import type { AbortOptions } from '../../core/time';
import {
	UnexpectedResponseError,
	asError,
	InvalidInputError,
	NotSupportedError,
	TooLargeError,
} from '../../core/errors';
import { segment } from '../../transport/address';
import type { ApiRequest } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import type { JobOutcome } from '../../protocol/history';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf } from '../jobStatus';
import { JobStatusPoller } from '../JobStatusPoller';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import type { Files, InputFile } from './Files';
import { toJobStatus } from './jobStatus';
import type { Api } from './Api';
import { toBase64 } from '../../core/base64';
import { stringifyExactly } from '../../core/json';
import { sanitize } from '../../protocol/safeToSend';
import { MAX_BODY_BYTES, megabytes } from './outputs';

/** How long `/runsync` may hold the answer back, ms; a job that takes longer goes on by itself. */
const SYNC_WAIT_MS = 60_000;
/** Megabytes have to arrive before an answer comes. */
const ANSWER_WITHIN_MS = 120_000;
/** How long RunPod is asked again while it says 429, ms: its limits are per ten seconds. */
const BUSY_MS = 60_000;

/** RunPod has no list of jobs. It allows 2000 requests in ten seconds. */
const POLLER_LIMITS = { parallel: 6, perRound: 60, pauseMs: 2_000, maxPauseMs: 60_000 };

/** Submits, polls and cancels jobs of an endpoint. */
export class Jobs implements HostJobs {
	private readonly poller = new JobStatusPoller(
		POLLER_LIMITS,
		async (promptId, { signal }) => await this.fetchStatus(promptId, { signal }),
	);

	constructor(
		private readonly api: Api,
		private readonly files: Files,
		private readonly partnerApiKey?: string,
	) {}

	/**
	 * Hands in a job together with the files that it uses. RunPod gives it an id of its own.
	 * @throws NotSupportedError, InvalidInputError, TooLargeError before anything is sent
	 * @throws ConnectionError when the answer was lost: there is no key against sending a job twice
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		const files = this.files.take(submission.workflow);
		assertPossible(submission);
		const options = toJobStatusOptions(submission.hostOptions);
		const text = jobBody(submission, files, options, this.partnerApiKey);
		const path = options.sync ? '/runsync' : '/run';
		const request: ApiRequest = {
			method: 'POST',
			path,
			...(options.sync && { query: { wait: SYNC_WAIT_MS } }),
			body: { kind: 'json', text },
			idleTimeoutMs: ANSWER_WITHIN_MS,
		};
		const response = await this.send(request, { signal });
		const answer = this.api.readObject(response, path);
		if (typeof answer.id !== 'string' || !answer.id) throw this.noId(response);
		this.poller.remember(answer.id, toJobStatus(answer.id, answer, this.api));
		return { promptId: answer.id, nodeErrors: {} };
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

	/** Stops a job wherever it is; RunPod does not say where that was, so it is asked before. */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const status = await this.poller.getJobOrCached(promptId, { signal });
		if (status.state !== 'pending' && status.state !== 'running') return 'nothing';
		const path = `/cancel/${segment(promptId, 'job ID')}`;
		const response = await this.api.text({ method: 'POST', path, signal });
		if (response.status === 404) return 'nothing';
		const left = toJobStatus(promptId, this.api.readObject(response, path), this.api);
		if (left.state === 'ended' && left.outcome.status !== 'interrupted') return 'nothing';
		return status.state === 'pending' ? 'removed' : 'interrupted';
	}

	private async fetchStatus(promptId: string, { signal }: AbortOptions): Promise<JobStatus> {
		const path = `/status/${segment(promptId, 'job ID')}`;
		const response = await this.api.text({ path, signal });
		if (response.status === 404) return { state: 'absent' };
		return toJobStatus(promptId, this.api.readObject(response, path), this.api);
	}

	/** A 429 has not taken the job, so it is sent again; nothing else is. */
	private async send(request: ApiRequest, { signal }: AbortOptions = {}): Promise<TextResponse> {
		const isBusy = ({ status }: TextResponse) => status === 429;
		const patience = { maxMs: BUSY_MS, signal };
		try {
			const send = async ({ signal: late }: { signal: AbortSignal }) =>
				await this.api.text({ ...request, signal: late });
			return await retryWhileBusy(send, isBusy, patience);
		} catch (error) {
			throw mayHaveBeenAccepted(error)
				? ambiguousSubmitError(error, 'Look at the requests of the endpoint in the RunPod console')
				: asError(error);
		}
	}

	private noId({ text, status }: TextResponse): UnexpectedResponseError {
		return new UnexpectedResponseError(
			`RunPod answered without an ID for the job: ${this.api.clean(text, 200)}`,
			status,
			'Check that the endpoint is queue-based and runs worker-comfyui.',
		);
	}
}

/**
 * The body of `/run` and `/runsync` as text.
 * @throws TooLargeError when RunPod would not take it
 */
function jobBody(
	submission: Submission,
	files: InputFile[],
	options: RunPodJobOptions,
	partnerApiKey?: string,
): string {
	const { workflow, callbackUrl, extraData } = submission;
	const key = extraData?.api_key_comfy_org ?? partnerApiKey;
	const policy = {
		executionTimeout: options.executionTimeoutMs,
		ttl: options.timeToLiveMs,
		lowPriority: options.lowPriority,
	};
	const text = stringifyExactly({
		input: {
			workflow: sanitize(workflow),
			...(files.length > 0 && { images: files.map(toImage) }),
			...(typeof key === 'string' && key && { comfy_org_api_key: key }),
		},
		...(callbackUrl && { webhook: webAddress(callbackUrl) }),
		...(Object.values(policy).some((value) => value !== undefined) && { policy }),
	});
	assertFits(text, files, options.sync === true);
	return text;
}

/** The worker stores every file as it is, whatever its type. */
function toImage({ name, data, mimeType }: InputFile) {
	return { name, image: `data:${mimeType};base64,${toBase64(data)}` };
}

function assertFits(text: string, files: InputFile[], sync: boolean): void {
	const max = sync ? MAX_BODY_BYTES.sync : MAX_BODY_BYTES.async;
	const size = new TextEncoder().encode(text).byteLength;
	if (size <= max) return;
	const ofFiles = files.length > 0 ? ` (${files.length} input files, a third larger as base64)` : '';
	const runSync =
		size <= MAX_BODY_BYTES.sync
			? `, or hand it in with /runsync, which takes ${megabytes(MAX_BODY_BYTES.sync)}`
			: '';
	throw new TooLargeError(
		`The job has ${megabytes(size)}${ofFiles}, RunPod takes at most ${megabytes(max)}.`,
		`Send smaller files, such as JPEG, let the workflow load them from a URL or from the network volume${runSync}.`,
	);
}

function webAddress(url: string): string {
	if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url;
	throw new InvalidInputError('The callback URL is no address that begins with http:// or https://.');
}

/** @throws NotSupportedError for what would be ignored silently */
function assertPossible({ deployment, outputNodes, front, number }: Submission): void {
	if (deployment) {
		throw new NotSupportedError(
			'RunPod keeps no workflows.',
			'Hand in the workflow itself, exported with "Export (API)".',
		);
	}
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'RunPod runs all outputs of a workflow.',
			'Remove the output nodes that are not to run from the workflow.',
		);
	}
	if (front || number !== undefined) {
		throw new NotSupportedError(
			'RunPod runs jobs in the order in which they come.',
			'Leave the priority out. Jobs that may wait can be given the option lowPriority.',
		);
	}
}

/** What only RunPod knows of a job: `Submission.hostOptions`. */
interface RunPodJobOptions {
	/**
	 * Hands the job in with `/runsync`: one request brings a fast result and takes 20 MB of input instead of 10,
	 * but RunPod keeps the result for one minute only. Default false.
	 */
	sync?: boolean;
	/** How long the job may run, ms: 5 s to 7 days. Default: what the endpoint says. */
	executionTimeoutMs?: number;
	/** How long the job is kept altogether, waiting included, ms: 10 s to 7 days. Default 24 hours. */
	timeToLiveMs?: number;
	/** Starts no further worker for this job. Default false. */
	lowPriority?: boolean;
}

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** Checks the options of a job. @throws InvalidInputError for unknown ones and for values out of range */
function toJobStatusOptions(given: Record<string, unknown> = {}): RunPodJobOptions {
	const { sync, executionTimeoutMs, timeToLiveMs, lowPriority, ...rest } = given;
	const [unknown] = Object.keys(rest).filter((name) => rest[name] !== undefined);
	if (unknown !== undefined) {
		throw new InvalidInputError(
			`RunPod knows no option "${unknown.slice(0, 60)}" for a job.`,
			'There are sync, executionTimeoutMs, timeToLiveMs and lowPriority.',
		);
	}
	return {
		sync: asBoolean('sync', sync),
		executionTimeoutMs: asDuration('executionTimeoutMs', executionTimeoutMs, 5_000),
		timeToLiveMs: asDuration('timeToLiveMs', timeToLiveMs, 10_000),
		lowPriority: asBoolean('lowPriority', lowPriority),
	};
}

function asBoolean(name: string, value: unknown): boolean | undefined {
	if (value === undefined || typeof value === 'boolean') return value;
	throw new InvalidInputError(`The RunPod option "${name}" is neither true nor false.`);
}

function asDuration(name: string, value: unknown, min: number): number | undefined {
	if (value === undefined) return undefined;
	if (typeof value === 'number' && value >= min && value <= WEEK_MS) return Math.round(value);
	throw new InvalidInputError(
		`The RunPod option "${name}" is no time from ${min / 1000} seconds to 7 days.`,
		'Give it in milliseconds.',
	);
}
