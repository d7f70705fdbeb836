import type { JobOutcome } from '../../protocol/history';
import type { Api } from '../../transport/Api';
import type { JobStatus } from '../HostJobs';
import { cancelledError, readFailure, timedOutError, toFailure } from './errors';
import { collectFiles, remarksIn } from './outputs';

type State = 'pending' | 'success' | 'error' | 'interrupted' | 'timeout';

/** RunPod's spellings, those of its older texts among them. Any other counts as running. */
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

/** What `/status`, `/runsync` and `/run` say of a job. */
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
	const { files, remarks } = collectFiles(promptId, answer.output);
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
	const failure = readFailure(answer, state === 'error', api);
	if (failure) {
		const explain: JobOutcome['explain'] = (workflow) => toFailure(promptId, failure, workflow, api);
		return { ...ended, status: 'error', explain };
	}
	const note = [...remarks, ...remarksIn(answer.output)].map((text) => api.clean(text, 300)).join(' ');
	return { ...ended, ...(note && { note: api.clean(note, 1000) }) };
}

/** RunPod tells how long a job waited and ran, not when: the end counts as now. */
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
