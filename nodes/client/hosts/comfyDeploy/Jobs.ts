import type { AbortOptions } from '../../core/time';
import {
	HttpError,
	NotFoundError,
	NotSupportedError,
	UnexpectedResponseError,
	asError,
	InvalidInputError,
} from '../../core/errors';
import type { TextResponse } from '../../transport/httpErrors';
import { segment } from '../../transport/address';
import type { JobOutcome } from '../../protocol/history';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import type { Api } from '../../transport/Api';
import { lacksRoute, readErrorBody } from './errors';
import type { ApiVersion, Version } from './ApiVersion';
import { post } from '../requests';
import { toJobStatus } from './jobStatus';
import { isRecord } from '../../core/guards';
import { listed, show } from '../../core/text';
import { BigInteger } from '../../core/json';

/** The request that needs a cold machine starts it. */
const SUBMIT_TIMEOUT_MS = 120_000;
/** How long a submission waits for a busy host, ms. */
const BUSY_WAIT_MS = 120_000;
const CHECK_RUNS = 'Check the runs of the deployment in ComfyUI Deploy';
/** Statuses of a gateway that has forwarded the request but got no answer. */
const GATEWAY_TIMEOUTS = new Set([502, 504, 524]);

/** Submits, polls and cancels runs of deployments. */
export class Jobs implements HostJobs {
	constructor(
		private readonly api: Api,
		private readonly version: ApiVersion,
	) {}

	/** Starts a run; the request is never repeated, since the host cannot detect a repetition. */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		assertSubmission(submission);
		const version = await this.version.find({ signal });
		const path = version === 'v2' ? '/run/deployment/queue' : '/run';
		const request = post(path, runBody(submission, version));
		const send = async ({ signal: late }: { signal: AbortSignal }) =>
			await this.api.text({ ...request, idleTimeoutMs: SUBMIT_TIMEOUT_MS, signal: late });
		try {
			const response = await retryWhileBusy(send, isBusy, { maxMs: BUSY_WAIT_MS, signal });
			return { promptId: this.runIdIn(response, path), nodeErrors: {} };
		} catch (error) {
			throw mayHaveBeenAccepted(error) ? ambiguousSubmitError(error, CHECK_RUNS) : asError(error);
		}
	}

	async getJobs(runIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		return await pollEach(runIds, async (id) => await this.getJob(id, { signal }));
	}

	async outcome(runId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		return outcomeOf(await this.getJob(runId, { signal }));
	}

	/** A run lists only the files that it made itself. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	private async getJob(runId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const version = await this.version.find({ signal });
		const hosted = version === 'v2';
		const path = hosted ? `/run/${segment(runId, 'run ID')}` : '/run';
		const query = hosted ? { queue_position: true } : { run_id: runId };
		const response = await this.api.text({ path, query, signal });
		if (response.status >= 200 && response.status < 300)
			return toJobStatus(runId, this.api.parse(response, path), this.clean);
		const error = this.api.toError(response, path);
		if (response.text.trimStart().startsWith('{') && isUnknownRun(response, error))
			return { state: 'absent' };
		if (lacksRoute(response)) this.version.forget();
		throw error;
	}

	/** @throws NotSupportedError where the open-source web app is the host */
	async cancel(runId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		if ((await this.version.find({ signal })) === 'webApp') {
			throw new NotSupportedError(
				'This ComfyUI Deploy (the open-source web app) cannot cancel runs.',
				'Stop the run on its machine (in ComfyUI itself, or in the console of the GPU provider), or use the hosted ComfyUI Deploy.',
			);
		}
		const { state } = await this.getJob(runId, { signal });
		if (state === 'ended' || state === 'absent') return 'nothing';
		const path = `/run/${segment(runId, 'run ID')}/cancel`;
		const response = await this.api.text({ method: 'POST', path, signal });
		if (isDone(response)) return state === 'pending' ? 'removed' : 'interrupted';
		if ((await this.getJob(runId, { signal })).state === 'ended') return 'nothing'; // meanwhile
		if (response.status !== 404 && response.status < 500) this.api.assertOk(response, path);
		throw new HttpError(
			`ComfyUI Deploy could not cancel the run: ${this.clean(readErrorBody(response).text, 300)}`,
			response.status,
			'A run that has not reached a machine yet cannot be cancelled: try again in a moment, or on the page of the run in ComfyUI Deploy.',
		);
	}

	private readonly clean = (text: string, max?: number) => this.api.clean(text, max);

	private runIdIn(response: TextResponse, path: string): string {
		if (GATEWAY_TIMEOUTS.has(response.status)) {
			throw new UnexpectedResponseError(
				`A gateway before ComfyUI Deploy stopped waiting for the answer (${response.status}).`,
				response.status,
				`The run may have started nevertheless. ${CHECK_RUNS} before you run it again.`,
			);
		}
		if (lacksRoute(response)) this.version.forget();
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		const runId = isRecord(answer) ? answer.run_id : undefined;
		if (typeof runId === 'string' && runId) return runId;
		throw new UnexpectedResponseError(
			'ComfyUI Deploy did not return the ID of the run.',
			response.status,
			`${CHECK_RUNS} before you run it again, and check the base URL.`,
		);
	}
}

/** Refusals come with an error status, or as `{success: false}`. */
function isDone({ status, text }: TextResponse): boolean {
	return status >= 200 && status < 300 && !/"success"\s*:\s*false/.test(text);
}

/** Nothing was started. */
function isBusy({ status }: TextResponse): boolean {
	return status === 429;
}

/** The web app answers 400 or, when the ID is not a UUID, 500; the hosted API 404 or 422. */
function isUnknownRun({ status }: TextResponse, error: Error): boolean {
	return status === 422 || error instanceof NotFoundError;
}

/** The members of `Submission.hostOptions`. Only the hosted ComfyUI Deploy supports them. */
export interface ComfyDeployRunOptions {
	/** Instead of the GPU of the machine: T4, L4, A10G, L40S, A100, A100-80GB, H100 ... */
	gpu?: string;
	/** Calls the callback URL also during the run, at every change. Default false. */
	callbackOnProgress?: boolean;
}

const OPTION_TYPES: Record<keyof ComfyDeployRunOptions, string> = {
	gpu: 'string',
	callbackOnProgress: 'boolean',
};
const ORDER = 'Leave the option out: runs start in the order in which they are submitted.';

/**
 * Checks a submission, independent of the version of ComfyUI Deploy.
 * @throws NotSupportedError for unsupported options, InvalidInputError for unknown ones
 */
function assertSubmission({ deployment, front, number, outputNodes, hostOptions }: Submission): void {
	if (!deployment) {
		throw new NotSupportedError(
			'ComfyUI Deploy runs deployments, not workflows that are sent with the job.',
			'Deploy the workflow in ComfyUI Deploy and enter its deployment ID; inputs of the deployment take the values.',
		);
	}
	if (!deployment.id.trim()) {
		throw new InvalidInputError(
			'The deployment ID is empty.',
			'Copy it from the page of the deployment in ComfyUI Deploy.',
		);
	}
	if (front) throw new NotSupportedError('ComfyUI Deploy cannot run a job before others.', ORDER);
	if (number !== undefined) throw new NotSupportedError('ComfyUI Deploy has no priorities.', ORDER);
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'ComfyUI Deploy runs deployments as a whole.',
			'Leave the output nodes out, or deploy a workflow that has only those.',
		);
	}
	for (const [name, value] of Object.entries(hostOptions ?? {})) assertOption(name, value);
}

function assertOption(name: string, value: unknown): void {
	const type = Object.hasOwn(OPTION_TYPES, name) ? OPTION_TYPES[name as 'gpu'] : undefined;
	if (!type) {
		throw new InvalidInputError(
			`ComfyUI Deploy has no option ${show(name)}.`,
			`Its options: ${listed(Object.keys(OPTION_TYPES))}.`,
		);
	}
	if (value !== undefined && typeof value !== type) {
		throw new InvalidInputError(`The option "${name}" of ComfyUI Deploy must be a ${type}.`);
	}
}

/**
 * The body that starts a run; the submission has passed {@link assertSubmission}.
 * @throws InvalidInputError, NotSupportedError for options that only the other version supports
 */
function runBody(submission: Submission, version: Version): Record<string, unknown> {
	const { id, inputs } = submission.deployment as NonNullable<Submission['deployment']>;
	const { gpu, callbackOnProgress } = (submission.hostOptions ?? {}) as ComfyDeployRunOptions;
	const webhook = submission.callbackUrl;
	if (version === 'v2') {
		return {
			deployment_id: id.trim(),
			inputs: givenInputs(inputs),
			...(webhook && { webhook }),
			...(webhook && callbackOnProgress && { webhook_intermediate_status: true }),
			...(gpu && { gpu }),
		};
	}
	if (webhook) {
		throw new NotSupportedError(
			'This ComfyUI Deploy (the open-source web app) does not call a URL when a run has ended.',
			'Wait for the run instead, or use the hosted ComfyUI Deploy.',
		);
	}
	if (gpu) {
		throw new NotSupportedError(
			'This ComfyUI Deploy (the open-source web app) does not choose GPUs for single runs.',
			'Leave the GPU out and choose it for the machine of the deployment.',
		);
	}
	return { deployment_id: id.trim(), inputs: plainInputs(inputs) };
}

type Inputs = Record<string, unknown>;

/** Inputs without undefined values. */
function givenInputs(inputs: Inputs): Inputs {
	return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/**
 * Inputs in the form of the open-source web app: texts and numbers. Integers beyond 2^53 are sent as text, which its
 * nodes read digit by digit; as numbers they would be rounded.
 * @throws InvalidInputError that names an input of another type
 */
function plainInputs(inputs: Inputs): Record<string, string | number> {
	const plain = Object.entries(givenInputs(inputs)).map(([name, value]) => [name, plainValue(name, value)]);
	return Object.fromEntries(plain);
}

function plainValue(name: string, value: unknown): string | number {
	if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
	if (value instanceof BigInteger) return value.digits;
	throw new InvalidInputError(
		`The input ${show(name)} is ${show(value)}, but this ComfyUI Deploy (the open-source web app) accepts only texts and numbers.`,
		value === null
			? 'Leave the input out to have the default of the deployment, or give it a value.'
			: 'Give it as a text or a number that the node behind the input understands, such as JSON text for a list; the hosted ComfyUI Deploy accepts other values too.',
	);
}
