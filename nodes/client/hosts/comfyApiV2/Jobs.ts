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
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { post } from '../requests';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import { isExpiredTooEarly, toJobStatus } from './jobStatus';
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
/** Between a lost answer and the second attempt. */
const RESEND_AFTER_MS = 1_000;
/** The API refuses a job with any other member of `extra_data`. */
const EXTRA_DATA = new Set(['api_key_comfy_org']);
/** Removed without an error: the editor's workflow, which the nodes add to embed it in the files. */
const LEFT_OUT = new Set(['extra_pnginfo', 'client_id']);

/** Submits, polls and cancels jobs over the Comfy API v2. */
export class Jobs implements HostJobs {
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
		const limit = { maxMs: this.queueWaitMs, signal };
		const answered = await retryWhileBusy(
			async ({ signal: late }) => await this.send({ ...request, signal: late }),
			isBusy,
			limit,
		);
		const response = { ...answered, text: this.api.redact(answered.text) };
		if (response.status >= 400) throw this.refused(response, submission);
		this.api.assertOk(response, PATH);
		const job = this.api.parse(response, PATH);
		const id = isRecord(job) ? job.id : undefined;
		if (typeof id === 'string' && id) return { promptId: id, nodeErrors: {} };
		throw new HttpError('The API accepted the job but did not return its ID.', response.status, UNSURE);
	}

	private body({ workflow, extraData = {}, outputNodes }: Submission): unknown {
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
		return {
			workflow: withAssets(sanitize(workflow)),
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

	/** Asks again while the API reports a job as expired too early, which lasts a moment. */
	private async getJob(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const path = `${PATH}/${segment(promptId, 'prompt ID')}`;
		for (let attempt = 1; ; attempt++) {
			const job = await this.requestJob({ path, signal });
			if (!isExpiredTooEarly(job) || attempt === MAX_ATTEMPTS) return toJobStatus(job, this.api.base);
			await delay(EXPIRED_PAUSE_MS, { signal });
		}
	}

	/** The job in the answer to a request; undefined when the API does not know the job. */
	private async requestJob(request: ApiRequest): Promise<unknown> {
		const response = await this.api.text(request);
		if (response.status === 404) return undefined;
		this.api.assertOk(response, request.path);
		const text = this.api.redact(response.text);
		return this.api.parse({ ...response, text }, request.path);
	}

	/** Cancels this job. A running job stops at its next node or step. */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const before = await this.getJob(promptId, { signal });
		if (before.state !== 'pending' && before.state !== 'running') return 'nothing';
		const path = `${PATH}/${segment(promptId, 'prompt ID')}/cancel`;
		const after = toJobStatus(await this.requestJob(post(path, {}, { signal })), this.api.base);
		const stopped =
			after.state === 'ended' ? after.outcome.status === 'interrupted' : after.state !== 'absent';
		if (!stopped) return 'nothing';
		return before.state === 'pending' ? 'removed' : 'interrupted';
	}
}

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
