import {
	HttpError,
	NotFoundError,
	NotSupportedError,
	UnexpectedResponseError,
	passOn,
} from '../../core/errors';
import type { TextResponse } from '../../transport/Api';
import { segment } from '../../transport/address';
import type { CancelResult, JobLook, Submission, Submitted } from '../Host';
import { inParallel } from '../inParallel';
import { mayHaveArrived, unsureError } from '../lostAnswer';
import { whileBusy } from '../submitOnce';
import { post, type DeployApi } from './Api';
import type { Generations } from './ApiVersion';
import { readRun } from './jobStatus';
import { lacksRoute, readRefusal } from './refusal';
import { assertSubmission, runBody } from './runBody';
import { isRecord } from '../../core/guards';

/** A cold machine is started by the request that needs it. */
const SUBMIT_TIMEOUT_MS = 120_000;
/** How long a submission waits for a host that is too busy to take it. */
const PATIENCE_MS = 120_000;
const PARALLEL_LOOKS = 6;
const LOOK_THERE = 'Look at the runs of the deployment in ComfyUI Deploy';
/** Statuses with which a gateway gives up on a request that it has passed on. */
const GATEWAY_GAVE_UP = new Set([502, 504, 524]);

/** Starting, watching and stopping runs of deployments. */
export class Runs {
	constructor(
		private readonly api: DeployApi,
		private readonly generations: Generations,
	) {}

	/** Starts a run; never twice, since the host has no means to tell a repetition. */
	async submit(submission: Submission, signal?: AbortSignal): Promise<Submitted> {
		assertSubmission(submission);
		const generation = await this.generations.find(signal);
		const path = generation === 'v2' ? '/run/deployment/queue' : '/run';
		const request = post(path, runBody(submission, generation));
		const send = async (late: AbortSignal) =>
			await this.api.text({ ...request, idleTimeoutMs: SUBMIT_TIMEOUT_MS, signal: late });
		try {
			const response = await whileBusy(send, isBusy, { mostMs: PATIENCE_MS, signal });
			return { promptId: this.runIdIn(response, path), nodeErrors: {} };
		} catch (error) {
			throw mayHaveArrived(error) ? unsureError(error, LOOK_THERE) : passOn(error);
		}
	}

	async look(runIds: string[], signal?: AbortSignal): Promise<Map<string, JobLook>> {
		const found = new Map<string, JobLook>();
		await inParallel(runIds, PARALLEL_LOOKS, async (id) => void found.set(id, await this.one(id, signal)));
		return found;
	}

	async one(runId: string, signal?: AbortSignal): Promise<JobLook> {
		const generation = await this.generations.find(signal);
		const hosted = generation === 'v2';
		const path = hosted ? `/run/${segment(runId, 'run ID')}` : '/run';
		const query = hosted ? { queue_position: true } : { run_id: runId };
		const response = await this.api.text({ path, query, signal });
		if (response.status >= 200 && response.status < 300)
			return readRun(runId, this.api.parse(response, path), this.clean);
		const error = this.api.toError(response, path);
		if (response.text.trimStart().startsWith('{') && isUnknownRun(response, error))
			return { state: 'absent' };
		if (lacksRoute(response)) this.generations.forget();
		throw error;
	}

	/** @throws NotSupportedError where the open-source web app is the host */
	async cancel(runId: string, signal?: AbortSignal): Promise<CancelResult> {
		if ((await this.generations.find(signal)) === 'webApp') {
			throw new NotSupportedError(
				'This ComfyUI Deploy (the open-source web app) cannot cancel runs.',
				'Stop the run on its machine (in ComfyUI itself, or in the console of the GPU provider), or use the hosted ComfyUI Deploy.',
			);
		}
		const { state } = await this.one(runId, signal);
		if (state === 'ended' || state === 'absent') return 'nothing';
		const path = `/run/${segment(runId, 'run ID')}/cancel`;
		const response = await this.api.text({ method: 'POST', path, signal });
		if (isDone(response)) return state === 'pending' ? 'removed' : 'interrupted';
		if ((await this.one(runId, signal)).state === 'ended') return 'nothing'; // meanwhile
		if (response.status !== 404 && response.status < 500) this.api.assertOk(response, path);
		throw new HttpError(
			`ComfyUI Deploy could not cancel the run: ${this.clean(readRefusal(response).text, 300)}`,
			response.status,
			'A run that has not reached a machine yet cannot be cancelled: try again in a moment, or on the page of the run in ComfyUI Deploy.',
		);
	}

	private readonly clean = (text: string, most?: number) => this.api.clean(text, most);

	private runIdIn(response: TextResponse, path: string): string {
		if (GATEWAY_GAVE_UP.has(response.status)) {
			throw new UnexpectedResponseError(
				`A gateway before ComfyUI Deploy gave up waiting for the answer (${response.status}).`,
				response.status,
				`The run may have started all the same. ${LOOK_THERE} before you run it again.`,
			);
		}
		if (lacksRoute(response)) this.generations.forget();
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		const runId = isRecord(answer) ? answer.run_id : undefined;
		if (typeof runId === 'string' && runId) return runId;
		throw new UnexpectedResponseError(
			'ComfyUI Deploy did not say which run it started.',
			response.status,
			`${LOOK_THERE} before you run it again, and check the base URL.`,
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

/** The web app says so with 400 or, when the ID is no UUID, 500; the hosted API with 404 or 422. */
function isUnknownRun({ status }: TextResponse, error: Error): boolean {
	return status === 422 || error instanceof NotFoundError;
}
