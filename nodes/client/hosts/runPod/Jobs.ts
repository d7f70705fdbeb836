import { UnexpectedResponseError, passOn } from '../../core/errors';
import { segment } from '../../transport/address';
import type { ApiRequest, TextResponse } from '../../transport/Api';
import type { CancelResult, Submission, Submitted } from '../Host';
import { mayHaveArrived, unsureError } from '../lostAnswer';
import { whileBusy } from '../submitOnce';
import { readJobOptions } from './hostOptions';
import { assertPossible, jobBody } from './jobBody';
import type { KeptFiles } from './Files';
import type { Looks } from './JobStatusPoller';
import { readJob } from './jobStatus';
import type { Service } from './Api';

/** How long `/runsync` may hold the answer back, ms; a job that takes longer goes on by itself. */
const SYNC_WAIT_MS = 60_000;
/** Megabytes have to arrive before an answer comes. */
const ANSWER_WITHIN_MS = 120_000;
/** How long RunPod is asked again while it says 429, ms: its limits are per ten seconds. */
const BUSY_MS = 60_000;

/** Handing in and stopping jobs of an endpoint. */
export class Jobs {
	constructor(
		private readonly service: Service,
		private readonly files: KeptFiles,
		private readonly looks: Looks,
		private readonly partnerApiKey?: string,
	) {}

	/**
	 * Hands in a job together with the files that it uses. RunPod gives it an id of its own.
	 * @throws NotSupportedError, InvalidInputError, TooLargeError before anything is sent
	 * @throws ConnectionError when the answer was lost: there is no key against sending a job twice
	 */
	async submit(submission: Submission, signal?: AbortSignal): Promise<Submitted> {
		const files = this.files.take(submission.workflow);
		assertPossible(submission);
		const options = readJobOptions(submission.hostOptions);
		const text = jobBody(submission, files, options, this.partnerApiKey);
		const path = options.sync ? '/runsync' : '/run';
		const request: ApiRequest = {
			method: 'POST',
			path,
			...(options.sync && { query: { wait: SYNC_WAIT_MS } }),
			body: { kind: 'json', text },
			idleTimeoutMs: ANSWER_WITHIN_MS,
		};
		const response = await this.send(request, signal);
		const answer = this.service.read(response, path);
		if (typeof answer.id !== 'string' || !answer.id) throw this.noId(response);
		this.looks.learn(answer.id, readJob(answer.id, answer, this.service.api));
		return { promptId: answer.id, nodeErrors: {} };
	}

	/** Stops a job wherever it is; RunPod does not say where that was, so it is asked before. */
	async cancel(promptId: string, signal?: AbortSignal): Promise<CancelResult> {
		const look = await this.looks.oneOrLast(promptId, signal);
		if (look.state !== 'pending' && look.state !== 'running') return 'nothing';
		const path = `/cancel/${segment(promptId, 'job ID')}`;
		const response = await this.service.api.text({ method: 'POST', path, signal });
		if (response.status === 404) return 'nothing';
		const left = readJob(promptId, this.service.read(response, path), this.service.api);
		if (left.state === 'ended' && left.outcome.status !== 'interrupted') return 'nothing';
		return look.state === 'pending' ? 'removed' : 'interrupted';
	}

	/** A 429 has not taken the job, so it is sent again; nothing else is. */
	private async send(request: ApiRequest, signal?: AbortSignal): Promise<TextResponse> {
		const isBusy = ({ status }: TextResponse) => status === 429;
		const patience = { mostMs: BUSY_MS, signal };
		try {
			const send = async (late: AbortSignal) => await this.service.api.text({ ...request, signal: late });
			return await whileBusy(send, isBusy, patience);
		} catch (error) {
			throw mayHaveArrived(error)
				? unsureError(error, 'Look at the requests of the endpoint in the RunPod console')
				: passOn(error);
		}
	}

	private noId({ text, status }: TextResponse): UnexpectedResponseError {
		return new UnexpectedResponseError(
			`RunPod answered without an ID for the job: ${this.service.api.clean(text, 200)}`,
			status,
			'Check that the endpoint is queue-based and runs worker-comfyui.',
		);
	}
}
