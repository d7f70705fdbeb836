import { type AbortOptions, delay } from '../../core/time';
import { InvalidInputError, NotSupportedError } from '../../core/errors';
import { SharedPromise } from '../../core/SharedPromise';
import { parseHistoryEntry, type JobOutcome } from '../../protocol/history';
import { parseActiveJobs, parseQueue, type QueueEntry } from '../../protocol/queue';
import { readNodeErrors, toValidationError } from '../../protocol/validation';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { sanitize } from '../../protocol/safeToSend';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { pollEach } from '../jobStatus';
import { CancelQueue } from './CancelQueue';
import { isBefore } from './version';
import { notComfyUiResponse, post } from '../requests';
import type { SystemStats } from '../ServerApi';
import { isRecord } from '../../core/guards';
import { mayHaveBeenAccepted } from '../submitOnce';

/** Validation runs the checks of the nodes, which scan model folders: seconds on large installations. */
const SUBMIT_TIMEOUT_MS = 120_000;
const RESUBMIT_PAUSE_MS = 500;
/** The first version that runs only the requested output nodes. */
const OUTPUT_NODES_SINCE = '0.3.48';

/** Submits, polls and cancels jobs on a ComfyUI server. */
export class Jobs implements HostJobs {
	private jobsApi?: SharedPromise<boolean>;
	private supportsOutputNodes = false;
	private mayHaveCancelRoute = true;
	private readonly cancelQueue = new CancelQueue({
		queue: async ({ signal }) => await this.queue({ signal }),
		remove: async (ids, { signal }) => await this.command('/api/queue', { delete: ids }, { signal }),
		interrupt: async (id, { signal }) => await this.command('/api/interrupt', { prompt_id: id }, { signal }),
		outcome: async (id, { signal }) => await this.outcome(id, { signal }),
		cancel: async (ids, { signal }) => await this.cancelByRoute(ids, { signal }),
		interruptsById: async ({ signal }) => await this.hasJobsApi({ signal }),
	});

	constructor(
		private readonly api: Api,
		private readonly partnerApiKey?: string,
	) {}

	/**
	 * Submits a job. A POST whose answer was lost is repeated only when queue and history show that the job did
	 * not arrive.
	 */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		if (submission.outputNodes?.length) await this.assertOutputNodes({ signal });
		const answered = await this.post(submission, { signal });
		if (!answered) return { promptId: submission.promptId, nodeErrors: {} };
		const response = { ...answered, text: this.api.redact(answered.text) };
		if (response.status === 400) {
			const refused = toValidationError(safeParse(this.api, response.text), submission.workflow);
			if (refused) throw refused;
		}
		this.api.assertOk(response, '/api/prompt');
		const answer = this.api.parse(response, '/api/prompt');
		const { prompt_id: promptId, number, node_errors: nodeErrors } = isRecord(answer) ? answer : {};
		if (typeof promptId !== 'string') throw notComfyUiResponse(this.api, response);
		return {
			promptId,
			number: typeof number === 'number' ? number : undefined,
			nodeErrors: readNodeErrors(nodeErrors),
		};
	}

	private body({ workflow, promptId, clientId, extraData, front, number, outputNodes }: Submission): unknown {
		if (number !== undefined && !Number.isFinite(number)) {
			throw new InvalidInputError('The priority number is not a number.');
		}
		return {
			prompt: sanitize(workflow),
			prompt_id: promptId,
			client_id: clientId,
			extra_data: {
				...(this.partnerApiKey && { api_key_comfy_org: this.partnerApiKey }),
				...extraData,
				client_id: clientId,
			},
			...(number !== undefined && { number }),
			...(front && number === undefined && { front: true }),
			...(outputNodes?.length && { partial_execution_targets: outputNodes }),
		};
	}

	/** The answer to the POST; undefined when the answer was lost but the job is there. */
	private async post(
		submission: Submission,
		{ signal }: AbortOptions = {},
	): Promise<TextResponse | undefined> {
		const request = {
			...post('/api/prompt', this.body(submission), { signal }),
			idleTimeoutMs: SUBMIT_TIMEOUT_MS,
		};
		try {
			return await this.api.text(request);
		} catch (error) {
			if (await this.arrived(error, submission.promptId, { signal })) return undefined;
		}
		return await this.api.text(request);
	}

	/**
	 * Whether a job whose answer was lost is on the server.
	 * @throws the given error when the request was never sent, or when the answer is unknown: no job is better than two
	 */
	private async arrived(error: unknown, promptId: string, { signal }: AbortOptions = {}): Promise<boolean> {
		if (!mayHaveBeenAccepted(error)) throw error;
		await delay(RESUBMIT_PAUSE_MS, { signal });
		const statuses = await this.getJobs([promptId], { signal }).catch(() => undefined);
		if (!statuses) throw error;
		if (statuses.get(promptId)?.state !== 'absent') return true;
		// A slow server may still be validating the workflow, and accept it afterwards.
		if (error.reason === 'timeout' || !(await this.hasFeatures({ signal }))) throw error;
		return false;
	}

	/** Since 0.3.45. Servers before it ignore the given ID and make one: ours is never found there. */
	private async hasFeatures({ signal }: AbortOptions = {}): Promise<boolean> {
		const { status } = await this.api.text({ path: '/api/features', signal });
		return status === 200;
	}

	/** One request for the queue, then the history of every job that is not in it. */
	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const active = new Map((await this.active({ signal })).map((entry) => [entry.promptId, entry]));
		const found = new Map<string, JobStatus>();
		const absent: string[] = [];
		for (const id of promptIds) {
			const entry = active.get(id);
			if (!entry) absent.push(id);
			else if (entry.state === 'running') found.set(id, { state: 'running', workflow: entry.workflow });
			else found.set(id, { state: 'pending', position: entry.position, workflow: entry.workflow });
		}
		const poll = async (id: string): Promise<JobStatus> => {
			const outcome = await this.outcome(id, { signal });
			return outcome ? { state: 'ended', outcome } : { state: 'absent' };
		};
		return await pollEach(absent, poll, found);
	}

	/** Pending and running jobs; from the jobs API where it exists, whose list is without workflows. */
	async active({ signal }: AbortOptions = {}): Promise<QueueEntry[]> {
		if (await this.hasJobsApi({ signal })) {
			const request = { path: '/api/jobs', query: { status: 'pending,in_progress' }, signal };
			const response = await this.api.text(request);
			// Answers 500 for everybody while any job carries `extra_pnginfo: null`; the queue still works.
			if (response.status !== 500) {
				this.api.assertOk(response, '/api/jobs');
				return parseActiveJobs(this.api.parse(response, '/api/jobs'));
			}
		}
		return await this.queue({ signal });
	}

	/** `GET /queue`: with the workflows, so possibly megabytes. */
	async queue({ signal }: AbortOptions = {}): Promise<QueueEntry[]> {
		return parseQueue(await this.api.json({ path: '/api/queue', signal }));
	}

	async outcome(promptId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		const path = `/api/history/${segment(promptId, 'prompt ID')}`;
		const answer = await this.api.json({ path, signal });
		return isRecord(answer) ? parseHistoryEntry(answer[promptId]) : undefined;
	}

	/**
	 * Cancels only this job. Servers before 0.3.57 ignore the ID in /interrupt and stop the running job, so it is
	 * sent only while the running job is the right one.
	 */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		return await this.cancelQueue.cancel(promptId, { signal });
	}

	/** `/api/jobs/{id}/cancel` and `/api/jobs/cancel` came with 0.26; they stop exactly these jobs in one request. */
	private async cancelByRoute(
		ids: string[],
		{ signal }: { signal: AbortSignal },
	): Promise<boolean | undefined> {
		if (!this.mayHaveCancelRoute || !(await this.hasJobsApi({ signal }))) return undefined;
		const single = ids.length === 1 ? `/api/jobs/${segment(ids[0], 'prompt ID')}/cancel` : undefined;
		const path = single ?? '/api/jobs/cancel';
		const response = await this.api.text(post(path, single ? {} : { job_ids: ids }, { signal }));
		if (response.status === 404 || response.status === 405) {
			this.mayHaveCancelRoute = false;
			return undefined;
		}
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		return isRecord(answer) && answer.cancelled === true;
	}

	private async command(path: string, body: unknown, { signal }: { signal: AbortSignal }): Promise<void> {
		await this.api.command(post(path, body, { signal }));
	}

	/** Servers list stale files before 0.3.68; the jobs API, which came soon after, tells old servers from new ones. */
	async listsStaleOutputs(): Promise<boolean> {
		return !(await this.hasJobsApi());
	}

	/**
	 * Older servers ignore which output nodes are requested and run all of them. Servers before September 2024 do not
	 * report a version; one that reports none is newer when it has `/features`, which is there since 0.3.45.
	 * @throws NotSupportedError for an older server
	 */
	private async assertOutputNodes({ signal }: AbortOptions = {}): Promise<void> {
		if (this.supportsOutputNodes) return;
		const { system } = await this.api.json<SystemStats>({ path: '/api/system_stats', signal });
		const version: unknown = system?.comfyui_version;
		const known = typeof version === 'string';
		if (known ? isBefore(version, OUTPUT_NODES_SINCE) : !(await this.hasFeatures({ signal }))) {
			throw new NotSupportedError(
				`${known ? `ComfyUI ${version.slice(0, 20)}` : 'This old ComfyUI'} cannot run only some of the output nodes: it would run all of them.`,
				`Update ComfyUI to ${OUTPUT_NODES_SINCE} or later, or leave "Output Nodes to Run" empty.`,
			);
		}
		this.supportsOutputNodes = true;
	}

	/** Whether the server has `/api/jobs` (0.6.0 and later). */
	async hasJobsApi({ signal }: AbortOptions = {}): Promise<boolean> {
		if (!this.jobsApi || this.jobsApi.spent)
			this.jobsApi = new SharedPromise(async ({ signal: stop }) => await this.probeJobsApi({ signal: stop }));
		return await this.jobsApi.wait({ signal });
	}

	/** Only an answer of the server itself is remembered: a 502 comes from a proxy. */
	private async probeJobsApi({ signal }: { signal: AbortSignal }): Promise<boolean> {
		const { status, text } = await this.api.text({ path: '/api/jobs', query: { limit: 1 }, signal });
		if (status !== 200 && status !== 404 && status !== 405 && status !== 500) this.jobsApi = undefined;
		return status === 500 || (status === 200 && text.trimStart().startsWith('{'));
	}
}

function safeParse(api: Api, text: string): unknown {
	try {
		return api.parse({ status: 400, headers: {}, text }, '/api/prompt');
	} catch {
		return undefined;
	}
}
