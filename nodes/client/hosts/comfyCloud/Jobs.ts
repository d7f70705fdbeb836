import { type AbortOptions, delay } from '../../core/time';
import { NotSupportedError, type ValidationError } from '../../core/errors';
import type { JobOutcome } from '../../protocol/history';
import type { QueueEntry } from '../../protocol/queue';
import { readNodeErrors, toValidationError } from '../../protocol/validation';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { sanitize } from '../../protocol/safeToSend';
import { refuseOrder } from '../unsupported';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { post, safeParse } from '../requests';
import { retryWhileBusy, mayHaveBeenAccepted, ambiguousSubmitError } from '../submitOnce';
import { toJobStatus, toQueue } from './jobStatus';
import { isRecord } from '../../core/guards';
import { isBusy, readRefusal } from '../comfyOrg/errors';

const SUBMIT_TIMEOUT_MS = 120_000;
/** Between a lost answer and the look for the job. */
const LOOK_AFTER_MS = 1_000;
/** The most that one page of the listing may have. */
const PAGE = 1_000;

/** Submits, polls and cancels jobs on Comfy Cloud. All statuses come from the jobs API. */
export class Jobs implements HostJobs {
	constructor(
		private readonly api: Api,
		private readonly partnerApiKey: string,
		/** How long a full queue is waited for, ms. */
		private readonly queueWaitMs: number,
	) {}

	/**
	 * Hands in a job. A full queue has not taken it, so it is asked again for a while; after a lost answer it
	 * is not, since the cloud may give jobs ids of its own.
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		refuseOrder('Comfy Cloud', submission);
		const request = {
			...post('/api/prompt', this.body(submission)),
			idleTimeoutMs: SUBMIT_TIMEOUT_MS,
		};
		const patience = { maxMs: this.queueWaitMs, signal };
		let answered: TextResponse;
		try {
			const send = async ({ signal: late }: { signal: AbortSignal }) =>
				await this.api.text({ ...request, signal: late });
			answered = await retryWhileBusy(send, isBusy, patience);
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

	/** The job whose answer was lost, when it is there under our id. @throws the given error, or that nobody knows */
	private async foundAgain(
		error: unknown,
		promptId: string,
		{ signal }: AbortOptions = {},
	): Promise<Submitted> {
		if (!mayHaveBeenAccepted(error)) throw error;
		await delay(LOOK_AFTER_MS, { signal });
		const status = await this.getJob(promptId, { signal }).catch((): JobStatus => ({ state: 'absent' }));
		if (status.state !== 'absent') return { promptId, nodeErrors: {} };
		throw ambiguousSubmitError(error, 'Look at the jobs on cloud.comfy.org');
	}

	/** One list of all pending and running jobs, then every other job by itself. */
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

	/** Jobs of the account that wait or run, in the order in which they run. */
	async active({ signal }: AbortOptions = {}): Promise<QueueEntry[]> {
		const query = { status: 'pending,in_progress', limit: PAGE };
		return toQueue(await this.api.json({ path: '/api/jobs', query, signal }));
	}

	/** Jobs that have ended, newest first as the cloud lists them. */
	async ended(
		limit?: number,
		offset?: number,
		{ signal }: AbortOptions = {},
	): Promise<Array<Record<string, unknown>>> {
		const query = { status: 'completed,failed,cancelled', limit: limit && Math.min(limit, PAGE), offset };
		const answer = await this.api.json<unknown>({ path: '/api/jobs', query, signal });
		return isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs.filter(isRecord) : [];
	}

	/** Everything that the cloud tells of a job, without the keys it may repeat; undefined when it does not know it. */
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

	/** Stops this job only; `/api/interrupt` would stop others of the account. */
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

	/** The older way: always for jobs that wait, and by some documents for those that run. */
	private async removed(promptId: string, { signal }: AbortOptions = {}): Promise<boolean> {
		const answer = await this.api.json<unknown>(post('/api/queue', { delete: [promptId] }, { signal }));
		return isRecord(answer) && Array.isArray(answer.deleted) && answer.deleted.includes(promptId);
	}

	private async stillThere(promptId: string, { signal }: AbortOptions = {}): Promise<'nothing'> {
		const { state } = await this.getJob(promptId, { signal });
		if (state !== 'pending' && state !== 'running') return 'nothing';
		throw new NotSupportedError(
			'Comfy Cloud did not stop the job, which is running already.',
			'Stop it on cloud.comfy.org.',
		);
	}

	/** A result holds only the files of its own job. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}
}

const pathOf = (promptId: string) => `/api/jobs/${segment(promptId, 'prompt ID')}`;

/** The error for a refused workflow, in ComfyUI's own words or in the cloud's. */
function refused({ text }: TextResponse, { workflow }: Submission): ValidationError {
	const body = safeParse(text);
	const { code, message } = readRefusal(text);
	const known = isRecord(body) && isRecord(body.error) ? body.error : { type: code, message };
	const nodeErrors = isRecord(body) ? body.node_errors : undefined;
	return toValidationError({ error: known, node_errors: nodeErrors }, workflow) as ValidationError;
}
