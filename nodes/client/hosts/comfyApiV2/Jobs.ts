import { type AbortOptions, delay } from '../../core/time';
import {
	ConnectionError,
	HttpError,
	InvalidInputError,
	NotSupportedError,
	ValidationError,
} from '../../core/errors';
import type { JobOutcome } from '../../protocol/history';
import { segment } from '../../transport/address';
import type { Api, ApiRequest } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { sanitize } from '../../protocol/safeToSend';
import { assertNoPriority } from '../unsupportedOptions';
import type {
	CancelResult,
	HostJobs,
	JobListener,
	JobStatus,
	StreamEnd,
	Submission,
	Submitted,
} from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { getOrNothing, post } from '../requests';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import { storedWorkflow } from '../../protocol/history';
import type { JobListOptions, ListedJob } from '../ServiceApi';
import { followEvents } from './events';
import { listJobs } from './jobList';
import { isEnd, isExpiredTooEarly, toJobStatus } from './jobStatus';
import { isRecord } from '../../core/guards';
import { tidy } from '../../core/text';
import { toValidationError } from '../../protocol/validation';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { withAssets } from './Files';
import { isBusy, readErrorBody, type ErrorBody } from '../comfyOrg/errors';

const PATH = '/api/v2/jobs';
const SUBMIT_TIMEOUT_MS = 120_000;
/** How often, and after which pause, a job that is expired too early is requested. */
const MAX_ATTEMPTS = 5;
const EXPIRED_PAUSE_MS = 500;
/** How long, and how often, a cancelled job is requested until it has stopped. */
const CANCEL_ATTEMPTS = 15;
const CANCEL_PAUSE_MS = 500;
/** Workflows of submitted jobs that are kept; others are requested. */
const MAX_WORKFLOWS = 100;
/** Between a lost answer and the second attempt. */
const RESEND_AFTER_MS = 1_000;
/** The API refuses a job with any other member of `extra_data`. */
const EXTRA_DATA = new Set(['api_key_comfy_org']);
/** Removed without an error: the editor's workflow, which the nodes add to embed it in the files. */
const LEFT_OUT = new Set(['extra_pnginfo', 'client_id']);

/** Submits, polls and cancels jobs over the Comfy API v2. */
export class Jobs implements HostJobs {
	/** Workflows by job ID: the API lists files without the class of their node. */
	private readonly workflows = new Map<string, ApiWorkflow>();

	constructor(
		private readonly api: Api,
		private readonly hostName: string,
		private readonly partnerApiKey: string | undefined,
		/** How long a submission waits for a full queue or a starting deployment, ms. */
		private readonly queueWaitMs: number,
	) {}

	/**
	 * Submits a job. Its prompt ID is the idempotency key: the API accepts a key only once, and frees it when it
	 * refused the job.
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		assertNoPriority(this.hostName, submission);
		const request = {
			...post(PATH, this.body(submission)),
			headers: { 'idempotency-key': submission.promptId },
			idleTimeoutMs: SUBMIT_TIMEOUT_MS,
		};
		const answered = await this.sendPatiently(request, submission, { signal });
		const response = { ...answered, text: this.api.redact(answered.text) };
		if (response.status >= 400) throw this.refused(response, submission);
		this.api.assertOk(response, PATH);
		const job = this.api.parse(response, PATH);
		const id = isRecord(job) ? job.id : undefined;
		if (typeof id === 'string' && id) {
			this.keepWorkflow(id, submission.workflow);
			return { promptId: id, nodeErrors: {} };
		}
		throw new HttpError('The API accepted the job but did not return its ID.', response.status, UNSURE);
	}

	/** Sends while the service is busy. The proxy takes the labels of a job as one text only, other services as a map. */
	private async sendPatiently(
		request: ApiRequest,
		submission: Submission,
		{ signal }: AbortOptions,
	): Promise<TextResponse> {
		const send = async (body: Partial<ApiRequest> = {}) =>
			await retryWhileBusy(
				async ({ signal: late }) => await this.send({ ...request, ...body, signal: late }),
				isBusy,
				{ maxMs: this.queueWaitMs, signal },
			);
		const response = await send();
		const { metadata } = submission.hostOptions ?? {};
		const { code, message } = readErrorBody(response.text);
		const isAboutType = message.includes('metadata') && message.includes('string');
		const wantsText = code === 'invalid_request' && isAboutType;
		if (!metadata || response.status !== 422 || !wantsText) return response;
		return await send(post(PATH, { ...this.body(submission), metadata: JSON.stringify(metadata) }));
	}

	private keepWorkflow(promptId: string, workflow: ApiWorkflow): void {
		this.workflows.set(promptId, workflow);
		if (this.workflows.size > MAX_WORKFLOWS)
			this.workflows.delete(this.workflows.keys().next().value as string);
	}

	/** The workflow of a job, from memory or from the service; undefined where neither has it in API format. */
	private async workflowOf(promptId: string, { signal }: AbortOptions): Promise<ApiWorkflow | undefined> {
		const known = this.workflows.get(promptId);
		if (known) return known;
		const path = `${PATH}/${segment(promptId, 'prompt ID')}/workflow`;
		const answer = await getOrNothing<unknown>(this.api, { path, signal });
		const isApi = isRecord(answer) && answer.format !== 'save';
		const workflow = isApi ? storedWorkflow(answer.workflow) : undefined;
		if (workflow) this.keepWorkflow(promptId, workflow);
		return workflow;
	}

	private body({ workflow, extraData = {}, outputNodes, hostOptions }: Submission): Record<string, unknown> {
		if (outputNodes?.length) {
			throw new NotSupportedError(
				`${this.hostName} always runs all output nodes.`,
				'Remove the other output nodes from the workflow.',
			);
		}
		const given = Object.entries(extraData).filter(([name]) => !LEFT_OUT.has(name));
		const unknown = given.find(([name]) => !EXTRA_DATA.has(name));
		if (unknown) {
			throw new NotSupportedError(
				`${this.hostName} does not accept "${unknown[0].slice(0, 60)}" in the extra data.`,
				'Leave it out; only "api_key_comfy_org" is accepted.',
			);
		}
		const all = {
			...(this.partnerApiKey && { api_key_comfy_org: this.partnerApiKey }),
			...Object.fromEntries(given),
		};
		const { metadata } = hostOptions ?? {};
		return {
			workflow: withAssets(sanitize(workflow)),
			...(isRecord(metadata) && Object.keys(metadata).length > 0 && { metadata }),
			...(Object.keys(all).length > 0 && { extra_data: all }),
		};
	}

	/** Sends, and repeats once after a lost answer: the API refuses the key when the first request had arrived. */
	private async send(request: ApiRequest): Promise<TextResponse> {
		const [first, lost] = await this.attempt(request);
		if (first) return first;
		if (!mayHaveBeenAccepted(lost)) throw lost;
		await delay(RESEND_AFTER_MS, { signal: request.signal });
		const [second, again] = await this.attempt(request);
		if (second && readErrorBody(second.text).code !== 'idempotency_key_reuse') return second;
		if (again && !(again instanceof ConnectionError)) throw again;
		throw ambiguousSubmitError(lost, 'Check the jobs of the account or deployment');
	}

	private async attempt(request: ApiRequest): Promise<[response?: TextResponse, error?: unknown]> {
		try {
			return [await this.api.text(request)];
		} catch (error) {
			return [undefined, error];
		}
	}

	private refused(response: TextResponse, { workflow, promptId }: Submission): Error {
		const body = readErrorBody(response.text);
		if (body.code === 'idempotency_key_reuse') {
			return new InvalidInputError(
				`The prompt ID ${promptId} was used for a job before.`,
				'Leave the prompt ID empty: each job then gets a new one.',
			);
		}
		const error = refusedWorkflow(body, workflow) ?? this.api.toError(response, PATH);
		if (!(error instanceof HttpError) || response.status < 500) return error;
		return new HttpError(error.message, error.status, UNSURE, error.retryAfterMs);
	}

	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		return await pollEach(promptIds, async (id) => await this.getJob(id, { signal }));
	}

	async outcome(promptId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		return outcomeOf(await this.getJob(promptId, { signal }));
	}

	/** A result holds only the files of its own job. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	/** Asks again while the API reports a job as expired too early, which may last only a moment. */
	private async getJob(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const path = `${PATH}/${segment(promptId, 'prompt ID')}`;
		for (let attempt = 1; ; attempt++) {
			const job = await this.requestJob({ path, signal });
			if (!isExpiredTooEarly(job) || attempt === MAX_ATTEMPTS)
				return await this.toStatus(promptId, job, { signal });
			await delay(EXPIRED_PAUSE_MS, { signal });
		}
	}

	private async toStatus(promptId: string, job: unknown, { signal }: AbortOptions): Promise<JobStatus> {
		const hasEnded = isRecord(job) && isEnd(job.status);
		const workflow = hasEnded ? await this.workflowOf(promptId, { signal }) : this.workflows.get(promptId);
		return toJobStatus(job, this.api.base, workflow);
	}

	async follow(promptId: string, listener: JobListener, { signal }: AbortOptions = {}): Promise<StreamEnd> {
		const path = `${PATH}/${segment(promptId, 'prompt ID')}/events`;
		const workflow = await this.workflowOf(promptId, { signal });
		return await followEvents(this.api, path, workflow, listener, { signal });
	}

	/** Jobs of the account or of the proxy, newest first. */
	async list(options: JobListOptions): Promise<ListedJob[]> {
		return await listJobs(this.api, PATH, options);
	}

	/** The job in the answer to a request; undefined when the API does not know the job. */
	private async requestJob(request: ApiRequest): Promise<unknown> {
		const response = await this.api.text(request);
		if (response.status === 404) return undefined;
		this.api.assertOk(response, request.path);
		const text = this.api.redact(response.text);
		return this.api.parse({ ...response, text }, request.path);
	}

	/**
	 * Cancels this job, and waits until it has stopped or the service says that it is being stopped. The proxy answers
	 * with success whatever ComfyUI did, and a running job stops only at its next node or step.
	 * @throws NotSupportedError when the job is still queued or running after some seconds
	 */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const path = `${PATH}/${segment(promptId, 'prompt ID')}`;
		const before = statusOf(await this.requestJob({ path, signal }));
		if (before === undefined || isEnd(before)) return 'nothing';
		const wasPending = before === 'queued';
		await this.requestJob(post(`${path}/cancel`, {}, { signal }));
		let after: string | undefined;
		for (let attempt = 1; attempt <= CANCEL_ATTEMPTS; attempt++) {
			if (attempt > 1) await delay(CANCEL_PAUSE_MS, { signal });
			const job = await this.requestJob({ path, signal });
			after = statusOf(job);
			// a job that was deleted from the queue has no result: the proxy calls it expired
			const isGone = after === undefined || isExpiredTooEarly(job);
			if (after === 'canceling' || isGone || CANCELED.has(after ?? '')) {
				return wasPending ? 'removed' : 'interrupted';
			}
			if (isEnd(after)) return 'nothing';
		}
		throw new NotSupportedError(
			`${this.hostName} accepted the request to cancel the job, but the job is still ${after === 'queued' ? 'queued' : 'running'}.`,
			'A running node stops only between its steps. The proxy of Comfy.org can cancel jobs only on ComfyUI 0.26 or later: update the ComfyUI behind it.',
		);
	}
}

const CANCELED = new Set(['canceled', 'cancelled']);

const statusOf = (job: unknown) => (isRecord(job) ? String(job.status) : undefined);

const UNSURE =
	'The job may run nevertheless. Check the jobs of the account or deployment before you run it again.';

const HINTS: Record<string, string> = {
	workflow_format_ui:
		'Convert it with toApiFormat, or choose "Export (API)" in the Workflow menu of the ComfyUI editor.',
	missing_asset:
		'Upload the file again and use the "value" of that upload: assets are kept for a limited time.',
};

/** Codes of refusals that concern the workflow. */
const ABOUT_WORKFLOW = new Set(['invalid_workflow', ...Object.keys(HINTS)]);

/** The error for a refused workflow; undefined when the refusal concerns something else. */
function refusedWorkflow(
	{ code, message, details }: ErrorBody,
	workflow: ApiWorkflow,
): ValidationError | undefined {
	if (!ABOUT_WORKFLOW.has(code)) return undefined;
	if (Object.hasOwn(HINTS, code)) {
		return new ValidationError(`The API refused the workflow: ${tidy(message, 300)}`, code, [], HINTS[code]);
	}
	const nodeErrors = isRecord(details) ? inComfyUiShape(details.node_errors) : {};
	return toValidationError({ error: { type: code, message }, node_errors: nodeErrors }, workflow);
}

/** `{"12": [{field, reason}]}` in the form of ComfyUI; errors that have this form already stay. */
function inComfyUiShape(nodeErrors: unknown): Record<string, unknown> {
	if (!isRecord(nodeErrors)) return {};
	return Object.fromEntries(
		Object.entries(nodeErrors).map(([id, node]) => [
			id,
			Array.isArray(node) ? { errors: node.filter(isRecord).map(toNodeError) } : node,
		]),
	);
}

function toNodeError({ field, reason, message, ...facts }: Record<string, unknown>): Record<string, unknown> {
	const type = reason === 'missing_input' ? 'required_input_missing' : String(reason ?? 'unknown');
	return {
		type,
		message: message ?? type.replaceAll('_', ' '),
		extra_info: { ...facts, ...(typeof field === 'string' && { input_name: field }) },
	};
}
