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

/** How long `/runsync` waits for the end of the job, ms; a longer job continues in the background. */
const SYNC_WAIT_MS = 60_000;
/** Before the answer, megabytes have to be transferred. */
const SUBMIT_TIMEOUT_MS = 120_000;
/** How long a submission is repeated after 429, ms: the limits of RunPod are per ten seconds. */
const BUSY_WAIT_MS = 60_000;

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
	 * Submits a job together with the files that it uses. RunPod chooses its ID.
	 * @throws NotSupportedError, InvalidInputError, TooLargeError before anything is sent
	 * @throws ConnectionError when the answer was lost: RunPod has no idempotency key
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		const files = this.files.take(submission.workflow);
		assertSupported(submission);
		const options = toJobStatusOptions(submission.hostOptions);
		const text = jobBody(submission, files, options, this.partnerApiKey);
		const path = options.sync ? '/runsync' : '/run';
		const request: ApiRequest = {
			method: 'POST',
			path,
			...(options.sync && { query: { wait: SYNC_WAIT_MS } }),
			body: { kind: 'json', text },
			idleTimeoutMs: SUBMIT_TIMEOUT_MS,
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

	/** Cancels a job, pending or running; RunPod does not return which, so the status is requested first. */
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

	/** After a 429 no job exists, so the request is repeated; after any other answer it is not. */
	private async send(request: ApiRequest, { signal }: AbortOptions = {}): Promise<TextResponse> {
		const isBusy = ({ status }: TextResponse) => status === 429;
		const limit = { maxMs: BUSY_WAIT_MS, signal };
		try {
			const send = async ({ signal: late }: { signal: AbortSignal }) =>
				await this.api.text({ ...request, signal: late });
			return await retryWhileBusy(send, isBusy, limit);
		} catch (error) {
			throw mayHaveBeenAccepted(error)
				? ambiguousSubmitError(error, 'Check the requests of the endpoint in the RunPod console')
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
 * @throws TooLargeError above the limit of RunPod
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

/** The worker stores files of every type unchanged. */
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
			? `, or submit it with /runsync, which accepts ${megabytes(MAX_BODY_BYTES.sync)}`
			: '';
	throw new TooLargeError(
		`The job has ${megabytes(size)}${ofFiles}, RunPod accepts at most ${megabytes(max)}.`,
		`Send smaller files, such as JPEG, let the workflow load them from a URL or from the network volume${runSync}.`,
	);
}

function webAddress(url: string): string {
	if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url;
	throw new InvalidInputError('The callback URL does not begin with http:// or https://.');
}

/** @throws NotSupportedError for options that would be ignored without an error */
function assertSupported({ deployment, outputNodes, front, number }: Submission): void {
	if (deployment) {
		throw new NotSupportedError(
			'RunPod stores no workflows.',
			'Send the workflow itself, exported with "Export (API)".',
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

/** Options of RunPod: `Submission.hostOptions`. */
interface RunPodJobOptions {
	/**
	 * Submits the job with `/runsync`: one request returns a fast result and accepts 20 MB of input instead of 10,
	 * but RunPod stores the result for one minute only. Default false.
	 */
	sync?: boolean;
	/** How long the job may run, ms: 5 s to 7 days. Default: the setting of the endpoint. */
	executionTimeoutMs?: number;
	/** How long the job is kept in total, including the wait, ms: 10 s to 7 days. Default 24 hours. */
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
			`RunPod has no option "${unknown.slice(0, 60)}" for a job.`,
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
		`The RunPod option "${name}" is not a time from ${min / 1000} seconds to 7 days.`,
		'Give it in milliseconds.',
	);
}
