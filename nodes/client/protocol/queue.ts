import { type ApiWorkflow } from '../core/ApiWorkflow';
import { numberOf } from '../core/json';
import { isRecord } from '../core/guards';
import { storedWorkflow, submitterOf } from './history';

/** An entry of the queue. */
export interface QueueEntry {
	promptId: string;
	/** Priority: lower runs first. Not a position. */
	number: number;
	state: 'running' | 'pending';
	/** Jobs that run before this one does; 0 for the running one. */
	position: number;
	/** Only where the server sent it along. */
	workflow?: ApiWorkflow;
	clientId?: string;
	submittedBy?: string;
	/** The ID that the editor gave the workflow; only where the server sent it along. */
	workflowId?: string;
}

/**
 * Reads `GET /queue`. Its pending list is in heap order; positions come from sorting by number.
 */
export function parseQueue(answer: unknown): QueueEntry[] {
	const lists = isRecord(answer) ? answer : {};
	const running = entries(lists.queue_running, 'running');
	const pending = entries(lists.queue_pending, 'pending').sort((a, b) => a.number - b.number);
	pending.forEach((entry, index) => (entry.position = running.length + index));
	return [...running, ...pending];
}

function entries(list: unknown, state: QueueEntry['state']): QueueEntry[] {
	return (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
		if (!Array.isArray(item) || typeof item[1] !== 'string') return [];
		return [
			{
				promptId: item[1],
				number: numberOf(item[0]),
				state,
				position: 0,
				workflow: storedWorkflow(item[2]),
				...submitterOf(item[3]),
			},
		];
	});
}

/** Reads `GET /api/jobs?status=pending,in_progress`: the same facts without the workflows. */
export function parseActiveJobs(answer: unknown): QueueEntry[] {
	const jobs = isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs.filter(isRecord) : [];
	const found = jobs
		.filter(({ id, status }) => typeof id === 'string' && (status === 'pending' || status === 'in_progress'))
		.map(
			({ id, status, priority }): QueueEntry => ({
				promptId: id as string,
				number: numberOf(priority),
				state: status === 'pending' ? 'pending' : 'running',
				position: 0,
			}),
		)
		.sort((a, b) => a.number - b.number);
	const running = found.filter(({ state }) => state === 'running');
	const pending = found.filter(({ state }) => state === 'pending');
	pending.forEach((entry, index) => (entry.position = running.length + index));
	return [...running, ...pending];
}
