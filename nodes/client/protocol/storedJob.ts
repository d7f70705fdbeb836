import type { ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { numberOf } from '../core/json';
import { textOf } from '../core/text';
import { storedWorkflow, submitterOf } from './history';

/** A job as the server keeps it, with all that is needed to submit it again. */
export interface StoredJob {
	promptId: string;
	state: 'running' | 'pending' | 'ended';
	/** Priority: lower runs first. Not a position. */
	number: number;
	workflow: ApiWorkflow;
	/** Without the keys of partner services, which servers since 0.3.68 do not repeat. */
	extraData: Record<string, unknown>;
	/** The output nodes that the job runs. */
	outputNodes?: string[];
	clientId?: string;
	submittedBy?: string;
	workflowId?: string;
	/** The name of the workflow in the editor, where the submitter sent it along. */
	workflowName?: string;
	/** Server clock, epoch ms; since 0.3.69. */
	createdAt?: number;
}

/** Never repeated in an item: servers before 0.3.68 show them to everybody who reads the queue. */
const SECRETS = ['api_key_comfy_org', 'auth_token_comfy_org'];

/** Reads `GET /queue` with all that was submitted, in the order in which the jobs run. */
export function parseStoredQueue(answer: unknown): StoredJob[] {
	const lists = isRecord(answer) ? answer : {};
	const read = (list: unknown, state: StoredJob['state']) =>
		(Array.isArray(list) ? list : []).flatMap((item: unknown) => parseStoredJob(item, state) ?? []);
	const pending = read(lists.queue_pending, 'pending').sort((a, b) => a.number - b.number);
	return [...read(lists.queue_running, 'running'), ...pending];
}

/** Reads the five members under which queue and history keep a job; undefined when it is none. */
export function parseStoredJob(item: unknown, state: StoredJob['state']): StoredJob | undefined {
	if (!Array.isArray(item) || typeof item[1] !== 'string') return undefined;
	const [number, promptId, prompt, extra, outputs] = item as unknown[];
	const extraData = isRecord(extra) ? extra : {};
	const { create_time: createdAt, extra_pnginfo: info } = extraData;
	const editorWorkflow = isRecord(info) && isRecord(info.workflow) ? info.workflow : undefined;
	const name =
		editorWorkflow?.name ?? (isRecord(editorWorkflow?.extra) ? editorWorkflow.extra.name : undefined);
	return {
		promptId: promptId as string,
		state,
		number: numberOf(number),
		workflow: storedWorkflow(prompt) ?? {},
		extraData: Object.fromEntries(Object.entries(extraData).filter(([key]) => !SECRETS.includes(key))),
		...(Array.isArray(outputs) && { outputNodes: outputs.map(textOf) }),
		...submitterOf(extraData),
		...(typeof name === 'string' && { workflowName: name.slice(0, MAX_NAME) }),
		...(typeof createdAt === 'number' && Number.isFinite(createdAt) && { createdAt }),
	};
}

/** Characters of a name that comes from another client. */
const MAX_NAME = 200;
