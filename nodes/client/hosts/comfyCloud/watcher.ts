import { epochMs } from '../../core/epochMs';
import { isRecord } from '../../core/guards';
import type { Api } from '../../transport/Api';
import type { HostWatcher, JobRow } from '../HostWatcher';
import { changesNewestFirst, type NewestFirstList } from '../newestFirst';
import type { JobsV1 } from './JobsV1';
import { toState } from './jobStatus';

const PATH = '/api/jobs';
const PAGE = 50;
/** Maximum of one page: all active jobs of a plan fit into it. */
const MAX_PAGE = 1_000;

/** The jobs API of Comfy Cloud: the jobs of the account, sorted by creation. */
export function comfyCloudWatcher(api: Api, jobs: Pick<JobsV1, 'detail'>): HostWatcher {
	const list: NewestFirstList = {
		async active({ signal }) {
			const query = { status: 'pending,in_progress', limit: MAX_PAGE };
			return rowsOf(await api.json({ path: PATH, query, signal }));
		},
		async page(page, { signal }) {
			const offset = Number(page ?? 0);
			const query = { status: 'completed,failed,cancelled', limit: PAGE, ...(offset > 0 && { offset }) };
			const rows = rowsOf(await api.json({ path: PATH, query, signal }));
			return { rows, ...(rows.length >= PAGE && { next: String(offset + rows.length) }) };
		},
		job: async (promptId, { signal }) => toRow(await jobs.detail(promptId, { signal }))[0],
	};
	return {
		// the socket says when a job has ended; the list may follow a moment later
		pausesMs: { withEvents: 10_000, withoutEvents: 10_000 },
		changes: async (known, { signal }) => await changesNewestFirst(list, known, { signal }),
	};
}

function rowsOf(answer: unknown): JobRow[] {
	return (isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs : []).flatMap(toRow);
}

function toRow(job: unknown): JobRow[] {
	if (!isRecord(job) || typeof job.id !== 'string') return [];
	const workflowId = typeof job.workflow_id === 'string' ? job.workflow_id.slice(0, 200) : undefined;
	const endedAt = epochMs(job.execution_end_time);
	return [{ promptId: job.id, state: toState(job.status), endedAt, workflowId }];
}
