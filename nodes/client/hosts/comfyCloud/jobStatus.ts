import { parseHistoryEntry, type JobOutcome } from '../../protocol/history';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { QueueEntry } from '../../protocol/queue';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import { epochMs } from '../../core/epochMs';
import type { JobStatus } from '../HostJobs';
import { isRecord } from '../../core/guards';
import { ExecutionError } from '../../core/errors';
import { toExecutionError } from '../../protocol/executionErrors';

/** How a job of Comfy Cloud stands. */
type State = 'pending' | 'running' | JobOutcome['status'];

/** The jobs API has five of these; the older status route and the documents name the others. */
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

/** The state that a status stands for; one that nobody has heard of is a job that still runs. */
export function toState(status: unknown): State {
	const name = String(status).toLowerCase();
	return Object.hasOwn(STATES, name) ? STATES[name] : 'running';
}

/** Jobs of `GET /api/jobs` that wait or run, in the order in which they were handed in. */
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

/** What `GET /api/jobs/{id}` tells of a job. */
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
	// outputs, events and expanded nodes are written as in a ComfyUI's history
	const told = parseHistoryEntry({
		prompt: [0, job.id, workflow],
		outputs: job.outputs,
		status: job.execution_status,
		meta: job.execution_meta,
	}) as JobOutcome;
	const error = status === 'success' ? undefined : (errorOf(job) ?? told.error);
	return {
		...told,
		status,
		createdAt: epochMs(job.create_time),
		startedAt: epochMs(job.execution_start_time) ?? told.startedAt,
		endedAt: epochMs(job.execution_end_time) ?? told.endedAt,
		error,
		explain: status === 'error' ? explainFailure(String(job.id), error) : undefined,
	};
}

function errorOf(job: Record<string, unknown>): ExecutionErrorData | undefined {
	if (isRecord(job.execution_error)) return job.execution_error as ExecutionErrorData;
	const message = job.error_message ?? job.execution_error;
	if (typeof message === 'string' && message) return { exception_message: message };
	return job.status === 'lost'
		? { exception_message: 'Comfy Cloud lost the job before it had ended' }
		: undefined;
}

/** The workflow in API format: by itself, or beside the extra data that it was handed in with. */
function workflowOf(value: unknown): ApiWorkflow | undefined {
	if (!isRecord(value)) return undefined;
	const found = isRecord(value.prompt) ? value.prompt : value;
	const nodes = Object.values(found);
	const isApiFormat = nodes.every((node) => isRecord(node) && typeof node.class_type === 'string');
	return isApiFormat && nodes.length > 0 ? (found as ApiWorkflow) : undefined;
}

const SERVICE =
	'This is a fault of the service and not of the workflow: run it again, later when it happens again.';
const CREDITS =
	'Add credits on platform.comfy.org, then run it again. Trying again without that does not help.';

/** What to do about the kinds of failure that only the cloud has. */
const ADVICE: Record<string, string> = {
	ValidationError:
		'The cloud checked the workflow again before it ran it. Correct what the message names; "ComfyUI Object Info" can check a whole workflow.',
	ModelDownloadError:
		'Choose a model that the cloud offers (the editor on cloud.comfy.org lists them), or import it there first.',
	ImageDownloadError:
		'The address of an input picture does not lead to a picture that everybody may read. Upload the file instead.',
	OOMError: 'The GPU ran out of memory. Use a smaller picture, batch or model (fp8, GGUF).',
	InsufficientFundsError: CREDITS,
	InactiveSubscriptionError:
		'Renew the plan on platform.comfy.org, then run it again. Trying again without that does not help.',
	PanicError: SERVICE,
	ServiceError: SERVICE,
	WebSocketError: SERVICE,
	DispatcherError: SERVICE,
};

/** How a failure of one of these kinds is explained; undefined for those that any ComfyUI has. */
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
