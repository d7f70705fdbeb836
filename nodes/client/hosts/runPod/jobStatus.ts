import type { JobOutcome } from '../../protocol/history';
import type { Api } from '../../transport/Api';
import type { JobStatus } from '../HostJobs';
import { cancelledError, readError, timedOutError, toError } from './errors';
import { collectOutputs, warningsIn } from './outputs';

type State = 'pending' | 'success' | 'error' | 'interrupted' | 'timeout';

/** RunPod's spellings, also those of its older documentation. Any other status counts as running. */
const STATES = new Map<string, State>([
	['IN_QUEUE', 'pending'],
	['QUEUED', 'pending'],
	['COMPLETED', 'success'],
	['FAILED', 'error'],
	['ERROR', 'error'],
	['CANCELLED', 'interrupted'],
	['CANCELED', 'interrupted'],
	['TIMED_OUT', 'timeout'],
]);

/** The status of a job, from `/status`, `/runsync` or `/run`. */
export function toJobStatus(promptId: string, answer: Record<string, unknown>, api: Api): JobStatus {
	const state = STATES.get(String(answer.status).toUpperCase());
	if (state === undefined) return { state: 'running' };
	if (state === 'pending') return { state };
	return { state: 'ended', outcome: toOutcome(promptId, state, answer, api) };
}

function toOutcome(
	promptId: string,
	state: Exclude<State, 'pending'>,
	answer: Record<string, unknown>,
	api: Api,
): JobOutcome {
	const { files, warnings } = collectOutputs(promptId, answer.output);
	const ended: JobOutcome = {
		status: 'success',
		outputs: {},
		displayNodes: {},
		cachedNodes: [],
		collected: { files, texts: [] },
		...timesOf(answer),
	};
	if (state === 'interrupted')
		return { ...ended, status: 'interrupted', explain: () => cancelledError(promptId) };
	if (state === 'timeout') return { ...ended, status: 'error', explain: () => timedOutError(promptId) };
	const failure = readError(answer, state === 'error', api);
	if (failure) {
		const explain: JobOutcome['explain'] = (workflow) => toError(promptId, failure, workflow, api);
		return { ...ended, status: 'error', explain };
	}
	const note = [...warnings, ...warningsIn(answer.output)].map((text) => api.clean(text, 300)).join(' ');
	return { ...ended, ...(note && { note: api.clean(note, 1000) }) };
}

/** RunPod returns how long a job waited and ran, not when: now counts as its end. */
function timesOf({ delayTime, executionTime }: Record<string, unknown>): Partial<JobOutcome> {
	if (!isDuration(executionTime)) return {};
	const endedAt = Date.now();
	const startedAt = endedAt - executionTime;
	return { endedAt, startedAt, ...(isDuration(delayTime) && { createdAt: startedAt - delayTime }) };
}

/** Milliseconds. */
function isDuration(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
