import { parseHistoryEntry, type JobOutcome } from '../../protocol/history';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { QueueEntry } from '../../protocol/queue';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import { epochMs } from '../../core/epochMs';
import type { JobStatus } from '../HostJobs';
import { isRecord } from '../../core/guards';
import { ExecutionError } from '../../core/errors';
import { toExecutionError } from '../../protocol/executionErrors';

type State = 'pending' | 'running' | JobOutcome['status'];

/** The jobs API has five of these; the others come from the older status route and the documentation. */
const STATES: Record<string, State> = {
	pending: 'pending',
	waiting_to_dispatch: 'pending',
	submitted: 'pending',
	queued: 'pending',
	queued_limited: 'pending',
	queued_waiting: 'pending',
	allocated: 'pending',
	preparing: 'pending',
	pending_execution: 'pending',
	completed: 'success',
	success: 'success',
	failed: 'error',
	error: 'error',
	non_retryable_error: 'error',
	lost: 'error',
	cancelled: 'interrupted',
	canceled: 'interrupted',
};

/** The state for a status; an unknown status counts as running. */
export function toState(status: unknown): State {
	const name = String(status).toLowerCase();
	return Object.hasOwn(STATES, name) ? STATES[name] : 'running';
}

/** Pending and running jobs of `GET /api/jobs`, in the order of submission. */
export function toQueue(answer: unknown): QueueEntry[] {
	const jobs = isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs.filter(isRecord) : [];
	const entries = jobs
		.filter(({ id }) => typeof id === 'string')
		.flatMap(({ id, status, create_time: created }): QueueEntry[] => {
			const state = toState(status);
			if (state !== 'pending' && state !== 'running') return [];
			return [{ promptId: id as string, number: epochMs(created) ?? 0, state, position: 0 }];
		})
		.sort((a, b) => a.number - b.number);
	const running = entries.filter(({ state }) => state === 'running');
	const pending = entries.filter(({ state }) => state === 'pending');
	pending.forEach((entry, index) => (entry.position = running.length + index));
	return [...running, ...pending];
}

/** The status of a job from `GET /api/jobs/{id}`. */
export function toJobStatus(job: unknown): JobStatus {
	if (!isRecord(job)) return { state: 'absent' };
	const state = toState(job.status);
	const workflow = workflowOf(job.workflow);
	if (state === 'pending' || state === 'running') return { state, workflow };
	return { state: 'ended', outcome: toOutcome(job, state, workflow) };
}

function toOutcome(
	job: Record<string, unknown>,
	status: JobOutcome['status'],
	workflow: ApiWorkflow | undefined,
): JobOutcome {
	// outputs, events and expanded nodes have the form of ComfyUI's history
	const entry = parseHistoryEntry({
		prompt: [0, job.id, workflow],
		outputs: job.outputs,
		status: job.execution_status,
		meta: job.execution_meta,
	}) as JobOutcome;
	const error = status === 'success' ? undefined : (errorOf(job) ?? entry.error);
	return {
		...entry,
		status,
		createdAt: epochMs(job.create_time),
		startedAt: epochMs(job.execution_start_time) ?? entry.startedAt,
		endedAt: epochMs(job.execution_end_time) ?? entry.endedAt,
		error,
		explain: status === 'error' ? explainFailure(String(job.id), error) : undefined,
	};
}

function errorOf(job: Record<string, unknown>): ExecutionErrorData | undefined {
	if (isRecord(job.execution_error)) return job.execution_error as ExecutionErrorData;
	const message = job.error_message ?? job.execution_error;
	if (typeof message === 'string' && message) return { exception_message: message };
	return job.status === 'lost' ? { exception_message: 'Comfy Cloud lost the job before its end' } : undefined;
}

/** The workflow in API format: alone, or next to the extra data of the submission. */
function workflowOf(value: unknown): ApiWorkflow | undefined {
	if (!isRecord(value)) return undefined;
	const found = isRecord(value.prompt) ? value.prompt : value;
	const nodes = Object.values(found);
	const isApiFormat = nodes.every((node) => isRecord(node) && typeof node.class_type === 'string');
	return isApiFormat && nodes.length > 0 ? (found as ApiWorkflow) : undefined;
}

const SERVICE =
	'This is a fault of the service, not of the workflow: run it again, and later if it happens again.';
const CREDITS = 'Add credits on platform.comfy.org, then run it again. A retry without that does not help.';

/** Hints for the kinds of failure that only Comfy Cloud has. */
const ADVICE: Record<string, string> = {
	ValidationError:
		'Comfy Cloud validated the workflow again before the run. Correct what the message names; "ComfyUI Object Info" can check a whole workflow.',
	ModelDownloadError:
		'Choose a model that Comfy Cloud offers (the editor on cloud.comfy.org lists them), or import it there first.',
	ImageDownloadError: 'The URL of an input image is not publicly readable. Upload the file instead.',
	OOMError: 'The GPU ran out of memory. Use a smaller image, batch or model (fp8, GGUF).',
	InsufficientFundsError: CREDITS,
	InactiveSubscriptionError:
		'Renew the plan on platform.comfy.org, then run it again. A retry without that does not help.',
	PanicError: SERVICE,
	ServiceError: SERVICE,
	WebSocketError: SERVICE,
	DispatcherError: SERVICE,
};

/** The error for a failure of one of these kinds; undefined for those that every ComfyUI has. */
function explainFailure(
	promptId: string,
	error: ExecutionErrorData | undefined,
): ((workflow: ApiWorkflow | undefined) => ExecutionError) | undefined {
	const type = String(error?.exception_type);
	if (!Object.hasOwn(ADVICE, type)) return undefined;
	return (workflow) => {
		const { message, failure } = toExecutionError(promptId, error, workflow);
		return new ExecutionError(message, promptId, failure, ADVICE[type]);
	};
}
