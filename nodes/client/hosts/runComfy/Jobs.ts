import type { AbortOptions } from '../../core/time';
import {
	AuthenticationError,
	asError,
	HttpError,
	InvalidInputError,
	NotFoundError,
	NotSupportedError,
	UnexpectedResponseError,
	ValidationError,
} from '../../core/errors';
import { listed, show } from '../../core/text';
import { segment } from '../../transport/address';
import type { TextResponse } from '../../transport/httpErrors';
import type { JobOutcome } from '../../protocol/history';
import type { CancelResult, HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { post } from '../requests';
import { ambiguousSubmitError, mayHaveBeenAccepted, retryWhileBusy } from '../submitOnce';
import type { Api } from './Api';
import type { Deployments } from './Deployments';
import { toJobStatus, toResult } from './jobStatus';
import { toOverrides } from './overrides';

/** A request with files is larger than others. */
const SUBMIT_TIMEOUT_MS = 120_000;
/** How long a submission waits for a busy host, ms. */
const BUSY_WAIT_MS = 120_000;
const CHECK_REQUESTS = 'Check the requests of the deployment in RunComfy';

/** Submits, polls and cancels requests to deployments. */
export class Jobs implements HostJobs {
	constructor(
		private readonly api: Api,
		private readonly deployments: Deployments,
		private readonly partnerApiKey?: string,
	) {}

	/** Starts a request; it is never sent twice, since the host cannot detect a repetition. */
	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		const { id, inputs } = assertSubmission(submission);
		const key = submission.extraData?.api_key_comfy_org ?? this.partnerApiKey;
		const body = {
			overrides: toOverrides(inputs),
			...(typeof key === 'string' && key && { extra_data: { api_key_comfy_org: key } }),
		};
		const path = `/deployments/${segment(id, 'deployment ID')}/inference`;
		const { callbackUrl: webhook } = submission;
		const request = { ...post(path, body), ...(webhook && { query: { webhook } }) };
		const send = async ({ signal: late }: { signal: AbortSignal }) =>
			await this.api.text({ ...request, idleTimeoutMs: SUBMIT_TIMEOUT_MS, signal: late });
		try {
			const response = await retryWhileBusy(send, isBusy, { maxMs: BUSY_WAIT_MS, signal });
			const promptId = this.requestIdIn(response, path);
			this.deployments.remember(promptId, id);
			return { promptId, nodeErrors: {} };
		} catch (error) {
			throw mayHaveBeenAccepted(error) ? ambiguousSubmitError(error, CHECK_REQUESTS) : asError(error);
		}
	}

	async getJobs(requestIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		return await pollEach(requestIds, async (id) => await this.getJob(id, { signal }));
	}

	async outcome(requestId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		return outcomeOf(await this.getJob(requestId, { signal }));
	}

	/** A result lists only the files of its own request. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	/** @throws HttpError when RunComfy cannot cancel a request that has not ended */
	async cancel(requestId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const { state } = await this.getJob(requestId, { signal });
		const deployment = this.deployments.of(requestId);
		if (state === 'ended' || state === 'absent' || !deployment) return 'nothing';
		const path = `${pathOf(deployment, requestId)}/cancel`;
		const { status } = await this.api.object({ method: 'POST', path, signal });
		if (status !== 'not_cancellable') return state === 'pending' ? 'removed' : 'interrupted';
		if ((await this.getJob(requestId, { signal })).state === 'ended') return 'nothing'; // meanwhile
		throw new HttpError(
			'RunComfy could not cancel the request.',
			200,
			'Try again in a moment, or cancel it on the page of the deployment in RunComfy.',
		);
	}

	/** The status of a request of this client, else of the deployment that has it. */
	private async getJob(requestId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const known = this.deployments.of(requestId);
		if (known !== undefined) return await this.statusAt(known, requestId, { signal });
		const ids = await this.deployments.ids({ signal });
		const found = await pollEach(ids, async (id) => await this.search(id, requestId, { signal }));
		return [...found.values()].find(({ state }) => state !== 'absent') ?? { state: 'absent' };
	}

	/** Absent where the deployment does not know the request, or refuses it as one of another deployment. */
	private async search(deployment: string, requestId: string, { signal }: AbortOptions): Promise<JobStatus> {
		try {
			const status = await this.statusAt(deployment, requestId, { signal });
			if (status.state !== 'absent') this.deployments.remember(requestId, deployment);
			return status;
		} catch (error) {
			if (error instanceof AuthenticationError && error.status === 403) return { state: 'absent' };
			throw asError(error);
		}
	}

	private async statusAt(
		deployment: string,
		requestId: string,
		{ signal }: AbortOptions,
	): Promise<JobStatus> {
		const base = pathOf(deployment, requestId);
		const facts = await orAbsent(this.api.object({ path: `${base}/status`, signal }));
		if (!facts) return { state: 'absent' };
		const status = toJobStatus(requestId, facts);
		if (status !== 'completed') return status;
		const result = await orAbsent(this.api.object({ path: `${base}/result`, signal }));
		if (!result) return { state: 'absent' };
		return toResult(requestId, result, (text, max) => this.api.clean(text, max));
	}

	private requestIdIn(response: TextResponse, path: string): string {
		const { request_id: requestId } = this.api.readObject(response, path);
		if (typeof requestId === 'string' && requestId) return requestId;
		throw new UnexpectedResponseError(
			'RunComfy did not return the ID of the request.',
			response.status,
			`${CHECK_REQUESTS} before you run it again, and check the base URL in the credential.`,
		);
	}
}

function pathOf(deployment: string, requestId: string): string {
	return `/deployments/${segment(deployment, 'deployment ID')}/requests/${segment(requestId, 'request ID')}`;
}

/** 404 means an ID that is not there, 422 one that is no ID. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		const isNoId = error instanceof ValidationError || (error instanceof HttpError && error.status === 422);
		if (isNoId || error instanceof NotFoundError) return undefined;
		throw asError(error);
	}
}

/** Nothing was started. */
const isBusy = ({ status }: TextResponse) => status === 429;

const ORDER = 'Leave the option out: requests start in the order in which they are submitted.';

/**
 * The deployment of a submission.
 * @throws NotSupportedError for unsupported options, InvalidInputError without an ID
 */
function assertSubmission(submission: Submission): NonNullable<Submission['deployment']> {
	const { deployment, front, number, outputNodes, hostOptions = {} } = submission;
	if (!deployment) {
		throw new NotSupportedError(
			'RunComfy runs deployments, not workflows that are sent with the job.',
			'Deploy the workflow in RunComfy and enter its deployment ID; inputs such as 6.text take the values.',
		);
	}
	const id = deployment.id.trim();
	if (!id) {
		throw new InvalidInputError(
			'The deployment ID is empty.',
			'Copy it from the page of the deployment in RunComfy.',
		);
	}
	if (front) throw new NotSupportedError('RunComfy cannot run a job before others.', ORDER);
	if (number !== undefined) throw new NotSupportedError('RunComfy has no priorities.', ORDER);
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'RunComfy runs deployments as a whole.',
			'Leave the output nodes out, or deploy a workflow that has only those.',
		);
	}
	const given = Object.keys(hostOptions).filter((name) => hostOptions[name] !== undefined);
	if (given.length > 0) {
		throw new InvalidInputError(
			`RunComfy has no option ${listed(given.map((name) => show(name)))}.`,
			'Leave it out. RunComfy takes its settings from the page of the deployment.',
		);
	}
	return { id, inputs: deployment.inputs };
}
