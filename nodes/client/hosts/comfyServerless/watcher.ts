import { isRecord } from '../../core/guards';
import type { AbortOptions } from '../../core/time';
import type { Api } from '../../transport/Api';
import type { HostWatcher, JobRow } from '../HostWatcher';
import { changesNewestFirst, type NewestFirstList } from '../newestFirst';
import { pathOf, timeOf, toState } from './jobStatus';

const LIST = '/workflows/';
/** The maximum of one list. */
const PAGE = 100;
/** A page of ended jobs; only the newest are new. */
const ENDED_PAGE = 20;

/**
 * The jobs of the account. The list takes one status at a time and has no time of creation. It fails with 500 when a
 * completed job in it has a log: then only those jobs are noticed that a poll has seen while they were pending or running.
 */
export function comfyServerlessWatcher(api: Api): HostWatcher {
	const rowsOf = async (query: Record<string, string | number>, { signal }: AbortOptions) => {
		const response = await api.text({ path: LIST, query, signal });
		if (response.status === 500 && query.status === 'completed') return [];
		api.assertOk(response, LIST);
		const rows = api.parse(response, LIST);
		return (Array.isArray(rows) ? rows : []).flatMap(toRows);
	};
	const list: NewestFirstList = {
		isByEnd: true,
		async active({ signal }) {
			// in this order a job that starts in between is in both lists, and not in none
			const pending = await rowsOf({ status: 'pending', limit: PAGE }, { signal });
			return [...pending, ...(await rowsOf({ status: 'running', limit: PAGE }, { signal }))];
		},
		async page(_page, { signal }) {
			const rows: JobRow[] = [];
			for (const status of ['completed', 'failed', 'cancelled'])
				rows.push(...(await rowsOf({ status, limit: ENDED_PAGE }, { signal })));
			return { rows: rows.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)) };
		},
		async job(promptId, { signal }) {
			const path = `${pathOf(promptId)}/status`;
			const response = await api.text({ path, signal });
			if (response.status === 404) return undefined;
			api.assertOk(response, path);
			return toRows(api.parse(response, path))[0];
		},
	};
	return {
		// a poll takes five requests, and the service allows 1000 an hour
		pausesMs: { withEvents: 30_000, withoutEvents: 30_000 },
		changes: async (known, { signal }) => await changesNewestFirst(list, known, { signal }),
	};
}

function toRows(job: unknown): JobRow[] {
	if (!isRecord(job) || typeof job.execution_id !== 'string') return [];
	return [{ promptId: job.execution_id, state: toState(job), endedAt: timeOf(job.completed_at) }];
}
