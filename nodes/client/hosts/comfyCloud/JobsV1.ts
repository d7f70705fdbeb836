import { type AbortOptions, delay } from '../../core/time';
import { NotSupportedError, type ValidationError } from '../../core/errors';
import type { JobOutcome } from '../../protocol/history';
import type { QueueEntry } from '../../protocol/queue';
import { readNodeErrors, toValidationError } from '../../protocol/validation';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { sanitize } from '../../protocol/safeToSend';
import { assertNoPriority } from '../unsupportedOptions';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { post, safeParse } from '../requests';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import { toJobStatus, toQueue } from './jobStatus';
import { isRecord } from '../../core/guards';
import { isBusy, readErrorBody } from '../comfyOrg/errors';

const SUBMIT_TIMEOUT_MS = 120_000;
/** Between a lost answer and the search for the job. */
const SEARCH_AFTER_MS = 1_000;
/** Maximum size of one page of the list. */
const PAGE = 1_000;

/** Submits, polls and cancels jobs on Comfy Cloud. All statuses come from the jobs API of v1, which is deprecated. */
export class JobsV1 implements HostJobs {
	constructor(
		private readonly api: Api,
		private readonly partnerApiKey: string,
		/** How long a submission waits for a full queue, ms. */
		private readonly queueWaitMs: number,
	) {}

	/**
	 * Submits a job. While the queue is full it is repeated for some time, since no job exists then. After a lost
	 * answer it is not repeated, since Comfy Cloud may choose another ID.
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		assertNoPriority('Comfy Cloud', submission);
		const request = {
			...post('/api/prompt', this.body(submission)),
			idleTimeoutMs: SUBMIT_TIMEOUT_MS,
		};
		const limit = { maxMs: this.queueWaitMs, signal };
		let answered: TextResponse;
		try {
			const send = async ({ signal: late }: { signal: AbortSignal }) =>
				await this.api.text({ ...request, signal: late });
			answered = await retryWhileBusy(send, isBusy, limit);
		} catch (error) {
			return await this.foundAgain(error, submission.promptId, { signal });
		}
		const response = { ...answered, text: this.api.redact(answered.text) };
		const answer = safeParse(response.text);
		const facts = isRecord(answer) ? answer : {};
		const refusedWith200 = response.status === 200 && Boolean(facts.error);
		if (response.status === 400 || refusedWith200) throw refused(response, submission);
		this.api.assertOk(response, '/api/prompt');
		return {
			promptId: typeof facts.prompt_id === 'string' ? facts.prompt_id : submission.promptId,
			number: typeof facts.number === 'number' ? facts.number : undefined,
			nodeErrors: readNodeErrors(facts.node_errors),
		};
	}

	private body({ workflow, promptId, clientId, extraData, outputNodes }: Submission): unknown {
		return {
			prompt: sanitize(workflow),
			prompt_id: promptId,
			client_id: clientId,
			extra_data: { api_key_comfy_org: this.partnerApiKey, ...extraData },
			...(outputNodes?.length && { partial_execution_targets: outputNodes }),
		};
	}

	/** Finds the job whose answer was lost, by the given ID. @throws the given error, or the one for an unknown result */
	private async foundAgain(
		error: unknown,
		promptId: string,
		{ signal }: AbortOptions = {},
	): Promise<Submitted> {
		if (!mayHaveBeenAccepted(error)) throw error;
		await delay(SEARCH_AFTER_MS, { signal });
		const status = await this.getJob(promptId, { signal }).catch((): JobStatus => ({ state: 'absent' }));
		if (status.state !== 'absent') return { promptId, nodeErrors: {} };
		throw ambiguousSubmitError(error, 'Look at the jobs on cloud.comfy.org');
	}

	/** One list of all pending and running jobs, then one request for every other job. */
	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const active = new Map((await this.active({ signal })).map((entry) => [entry.promptId, entry]));
		const found = new Map<string, JobStatus>();
		for (const id of promptIds) {
			const entry = active.get(id);
			if (entry?.state === 'running') found.set(id, { state: 'running' });
			else if (entry) found.set(id, { state: 'pending', position: entry.position });
		}
		const others = promptIds.filter((id) => !active.has(id));
		return await pollEach(others, async (id) => await this.getJob(id, { signal }), found);
	}

	async outcome(promptId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		return outcomeOf(await this.getJob(promptId, { signal }));
	}

	/** Pending and running jobs of the account, in the order in which they run. */
	async active({ signal }: AbortOptions = {}): Promise<QueueEntry[]> {
		const query = { status: 'pending,in_progress', limit: PAGE };
		return toQueue(await this.api.json({ path: '/api/jobs', query, signal }));
	}

	/** Ended jobs, newest first. */
	async ended(
		limit?: number,
		offset?: number,
		{ signal }: AbortOptions = {},
	): Promise<Array<Record<string, unknown>>> {
		const query = { status: 'completed,failed,cancelled', limit: limit && Math.min(limit, PAGE), offset };
		const answer = await this.api.json<unknown>({ path: '/api/jobs', query, signal });
		return isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs.filter(isRecord) : [];
	}

	/** A job in the form of the jobs API, without API keys that it may repeat; undefined for an unknown job. */
	async detail(promptId: string, { signal }: AbortOptions = {}): Promise<unknown> {
		const response = await this.api.text({ path: pathOf(promptId), signal });
		// jobs of other accounts are forbidden
		if (response.status === 404 || response.status === 403) return undefined;
		this.api.assertOk(response, pathOf(promptId));
		return this.api.parse({ ...response, text: this.api.redact(response.text) }, pathOf(promptId));
	}

	private async getJob(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		return toJobStatus(await this.detail(promptId, { signal }));
	}

	/** Cancels only this job; `/api/interrupt` would stop other jobs of the account. */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const { state } = await this.getJob(promptId, { signal });
		if (state !== 'pending' && state !== 'running') return 'nothing';
		const result = state === 'pending' ? 'removed' : 'interrupted';
		const path = `${pathOf(promptId)}/cancel`;
		const response = await this.api.text(post(path, {}, { signal }));
		if (response.status === 404 || response.status === 405) {
			return (await this.removed(promptId, { signal })) ? result : this.stillThere(promptId, { signal });
		}
		this.api.assertOk(response, path);
		const answer = safeParse(response.text);
		return isRecord(answer) && answer.cancelled === false ? 'nothing' : result;
	}

	/** The older route: for pending jobs and, according to some documentation, for running ones. */
	private async removed(promptId: string, { signal }: AbortOptions = {}): Promise<boolean> {
		const answer = await this.api.json<unknown>(post('/api/queue', { delete: [promptId] }, { signal }));
		return isRecord(answer) && Array.isArray(answer.deleted) && answer.deleted.includes(promptId);
	}

	private async stillThere(promptId: string, { signal }: AbortOptions = {}): Promise<'nothing'> {
		const { state } = await this.getJob(promptId, { signal });
		if (state !== 'pending' && state !== 'running') return 'nothing';
		throw new NotSupportedError(
			'Comfy Cloud did not cancel the job, which is already running.',
			'Stop it on cloud.comfy.org.',
		);
	}

	/** A result holds only the files of its own job. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}
}

const pathOf = (promptId: string) => `/api/jobs/${segment(promptId, 'prompt ID')}`;

/** The error for a refused workflow, in the form of ComfyUI or of Comfy Cloud. */
function refused({ text }: TextResponse, { workflow }: Submission): ValidationError {
	const body = safeParse(text);
	const { code, message } = readErrorBody(text);
	const known = isRecord(body) && isRecord(body.error) ? body.error : { type: code, message };
	const nodeErrors = isRecord(body) ? body.node_errors : undefined;
	return toValidationError({ error: known, node_errors: nodeErrors }, workflow) as ValidationError;
}
