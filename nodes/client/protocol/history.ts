import type { ComfyUiError } from '../core/errors';
import type { CollectedOutputs, RawOutputs } from './outputs';
import { type ApiWorkflow } from '../core/ApiWorkflow';
import type { ExecutionErrorData } from './messages';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';

/** A finished job, whatever the host reported it with. */
export interface JobOutcome {
	status: 'success' | 'error' | 'interrupted';
	outputs: RawOutputs;
	/** Maps the dotted ids of expanded nodes to nodes of the workflow. */
	displayNodes: Record<string, string>;
	workflow?: ApiWorkflow;
	/** Nodes that the job was asked to run for; servers before 0.3.68 list files of others too. */
	outputNodes?: string[];
	cachedNodes: string[];
	/** Server clock, epoch ms. */
	createdAt?: number;
	startedAt?: number;
	endedAt?: number;
	error?: ExecutionErrorData;
	/** The client that submitted the job, where the host says so. */
	clientId?: string;
	/** Who submitted it, as the submitter says in `submitted_by` of the extra data. */
	submittedBy?: string;
	/** The ID that the editor gave the workflow. */
	workflowId?: string;
	/** Host-specific remark for the user. */
	note?: string;
	/** Files and texts, on hosts that do not report them as `outputs`. */
	collected?: CollectedOutputs;
	/** Makes the error for a job that did not succeed, on hosts that do not report it as `error`. */
	explain?: (workflow: ApiWorkflow | undefined) => ComfyUiError;
}

/** Reads one entry of `GET /history/{id}`; undefined when it is no entry. */
export function parseHistoryEntry(entry: unknown): JobOutcome | undefined {
	if (!isRecord(entry)) return undefined;
	const status = isRecord(entry.status) ? entry.status : undefined;
	const messages = readMessages(status?.messages);
	const interrupted = messages.get('execution_interrupted');
	const error = messages.get('execution_error');
	const succeeded = status ? status.status_str === 'success' : true; // very old servers have no status
	const prompt = Array.isArray(entry.prompt) ? entry.prompt : [];
	const extraData = isRecord(prompt[3]) ? prompt[3] : {};
	const ended = interrupted ?? error ?? messages.get('execution_success');
	return {
		status: succeeded ? 'success' : interrupted ? 'interrupted' : 'error',
		outputs: readOutputs(entry.outputs),
		displayNodes: readDisplayNodes(entry.meta),
		workflow: storedWorkflow(prompt[2]),
		outputNodes: Array.isArray(prompt[4]) ? prompt[4].map(textOf) : undefined,
		cachedNodes: strings(messages.get('execution_cached')?.nodes),
		...submitterOf(extraData),
		createdAt: time(extraData.create_time),
		startedAt: time(messages.get('execution_start')?.timestamp),
		endedAt: time(ended?.timestamp),
		error: succeeded ? undefined : ((error ?? interrupted) as ExecutionErrorData | undefined),
	};
}

/** Who submitted a job, and the editor's ID of its workflow: from the `extra_data` of the submission. */
export function submitterOf(extraData: unknown): Pick<JobOutcome, 'clientId' | 'submittedBy' | 'workflowId'> {
	if (!isRecord(extraData)) return {};
	const { client_id: clientId, submitted_by: submittedBy, extra_pnginfo: info } = extraData;
	const workflow = isRecord(info) && isRecord(info.workflow) ? info.workflow : {};
	return {
		...(typeof clientId === 'string' && { clientId: clientId.slice(0, MAX_ID) }),
		...(typeof submittedBy === 'string' && { submittedBy: submittedBy.slice(0, MAX_ID) }),
		...(typeof workflow.id === 'string' && { workflowId: workflow.id.slice(0, MAX_ID) }),
	};
}

/** Characters of an ID that comes from another client. */
const MAX_ID = 200;

/** `status.messages` is a list of [name, data] pairs. */
function readMessages(value: unknown): Map<string, Record<string, unknown>> {
	const messages = new Map<string, Record<string, unknown>>();
	for (const pair of Array.isArray(value) ? value : []) {
		if (Array.isArray(pair) && typeof pair[0] === 'string' && isRecord(pair[1]))
			messages.set(pair[0], pair[1]);
	}
	return messages;
}

function readOutputs(value: unknown): RawOutputs {
	return isRecord(value)
		? (Object.fromEntries(Object.entries(value).filter(([, output]) => isRecord(output))) as RawOutputs)
		: {};
}

function readDisplayNodes(meta: unknown): Record<string, string> {
	const found: Record<string, string> = Object.create(null);
	for (const [id, facts] of Object.entries(isRecord(meta) ? meta : {})) {
		if (isRecord(facts) && typeof facts.display_node === 'string') found[id] = facts.display_node;
	}
	return found;
}

const strings = (value: unknown) => (Array.isArray(value) ? value.map(textOf) : []);
const time = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** A workflow as a server keeps it. Whatever is no node is left out; undefined when it is no workflow at all. */
export function storedWorkflow(value: unknown): ApiWorkflow | undefined {
	if (!isRecord(value)) return undefined;
	if (Object.values(value).every(isRecord)) return value as ApiWorkflow;
	return Object.fromEntries(Object.entries(value).filter(([, node]) => isRecord(node))) as ApiWorkflow;
}
