import { epochMs } from '../../core/epochMs';
import { isRecord } from '../../core/guards';
import { listed, show, tidy } from '../../core/text';
import type { JobOutcome } from '../../protocol/history';
import { collectOutputs, type OutputFile, type RawOutputs } from '../../protocol/outputs';
import type { JobStatus } from '../HostJobs';
import { cancelledRequest, failedRequest, readRequestError } from './errors';

type Clean = (text: string, max?: number) => string;
type Facts = Record<string, unknown>;

/** RunComfy spells it `cancelled` in its documentation; answers with one l were seen too. */
const CANCELLED = new Set(['cancelled', 'canceled']);
/** `completed` says that there is a result: whether the request succeeded is there. */
const ENDED = new Set(['completed', 'succeeded', 'failed']);

/** The status in the answer of the status route; `completed` when the result has to be asked for. An unknown status counts as running. */
export function toJobStatus(requestId: string, facts: Facts): JobStatus | 'completed' {
	const word = wordOf(facts);
	if (CANCELLED.has(word)) return { state: 'ended', outcome: cancelled(requestId, facts) };
	if (ENDED.has(word)) return 'completed';
	if (word !== 'in_queue') return { state: 'running' };
	const { queue_position: position } = facts;
	return { state: 'pending', ...(typeof position === 'number' && position >= 0 && { position }) };
}

/** The status in the answer of the result route. */
export function toResult(requestId: string, facts: Facts, clean: Clean): JobStatus {
	const word = wordOf(facts);
	if (CANCELLED.has(word)) return { state: 'ended', outcome: cancelled(requestId, facts) };
	const failure = readRequestError(facts.error);
	const succeeded = word === 'succeeded' || (word === 'completed' && !failure);
	if (!succeeded && !failure && word !== 'failed') return { state: 'running' }; // the status was ahead of the result
	const outputs = readOutputs(facts.outputs);
	const collected = collectOutputs(outputs);
	const files = collected.files.map(withUrl);
	const note = succeeded ? withoutUrl(files) : undefined;
	return {
		state: 'ended',
		outcome: {
			...outcomeOf(facts),
			status: succeeded ? 'success' : 'error',
			outputs,
			collected: { ...collected, files },
			...(note && { note }),
			explain: (workflow) => failedRequest(requestId, failure, workflow, clean),
		},
	};
}

const wordOf = ({ status }: Facts) => (typeof status === 'string' ? status.toLowerCase() : '');

function outcomeOf({ created_at: created, finished_at: finished }: Facts) {
	return { displayNodes: {}, cachedNodes: [], createdAt: epochMs(created), endedAt: epochMs(finished) };
}

function cancelled(requestId: string, facts: Facts): JobOutcome {
	return {
		...outcomeOf(facts),
		status: 'interrupted',
		outputs: {},
		collected: { files: [], texts: [] },
		explain: () => cancelledRequest(requestId),
	};
}

/** `outputs` is what ComfyUI's history has, with a URL for each file. */
function readOutputs(outputs: unknown): RawOutputs {
	const entries = Object.entries(isRecord(outputs) ? outputs : {});
	return Object.fromEntries(entries.filter((entry): entry is [string, Facts] => isRecord(entry[1])));
}

function withUrl({ info = {}, ...file }: OutputFile): OutputFile {
	const { url, ...facts } = info;
	const isAddress = typeof url === 'string' && /^https?:\/\//i.test(url);
	return { ...file, ...(isAddress && { url }), ...(Object.keys(facts).length > 0 && { info: facts }) };
}

function withoutUrl(files: OutputFile[]): string | undefined {
	const names = files
		.filter(({ url }) => !url)
		.map(({ filename, key }) => `${show(filename)} (${tidy(key, 40)})`);
	if (names.length === 0) return undefined;
	return `RunComfy returned no URL for ${listed(names, 5)}, so ${names.length === 1 ? 'it' : 'they'} cannot be downloaded.`;
}
