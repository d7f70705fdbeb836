import type { ExtraData, HistoryEntry, NodeOutput, QueueItem } from '../types';
import { summarise, withFilesFor3d } from './jobOutputs';

export const JOB_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'];

export interface Job {
	id: string;
	status: string;
	priority: number;
	create_time?: number;
	execution_start_time?: number;
	execution_end_time?: number;
	execution_error?: object;
	outputs_count: number;
	previewable_outputs_count: number;
	preview_output?: object;
	workflow_id?: unknown;
	outputs?: Record<string, NodeOutput>;
	execution_status?: object;
	workflow?: object;
}

/** Throws on `extra_pnginfo: null` and `workflow: null`, which turns the whole listing into a 500. */
function workflowId({ extra_pnginfo }: ExtraData): unknown {
	if (extra_pnginfo === undefined) return undefined;
	const { workflow = {} } = extra_pnginfo as { workflow?: { id?: unknown } };
	return workflow.id;
}

/** A job that has not finished. */
export function queuedJob([priority, id, , extraData]: QueueItem, status: string): Job {
	return {
		id,
		status,
		priority,
		create_time: extraData.create_time,
		outputs_count: 0,
		previewable_outputs_count: 0,
		workflow_id: workflowId(extraData) ?? undefined,
	};
}

function timestamp(message: Record<string, unknown> | undefined): number | undefined {
	return message?.['timestamp'] as number | undefined;
}

/** `full` adds what only GET /api/jobs/{id} shows. */
export function finishedJob({ prompt, outputs, status }: HistoryEntry, full = false): Job {
	const messages = new Map(status.messages);
	const interrupted = messages.get('execution_interrupted');
	const failed = messages.get('execution_error');
	const failure = interrupted ? 'cancelled' : 'failed';
	const job = {
		...queuedJob(prompt, status.status_str === 'success' ? 'completed' : failure),
		execution_start_time: timestamp(messages.get('execution_start')),
		execution_end_time: timestamp(interrupted ?? failed ?? messages.get('execution_success')),
		execution_error: failed,
		...summarise(outputs),
	};
	if (!full) return job;
	const workflow = { prompt: prompt[2], extra_data: prompt[3] };
	return { ...job, outputs: withFilesFor3d(outputs), execution_status: status, workflow };
}
