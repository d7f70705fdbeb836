import { epochMs } from '../../core/epochMs';
import { isRecord } from '../../core/guards';
import { NotSupportedError } from '../../core/errors';
import type { Api } from '../../transport/Api';
import type { HostJobs } from '../HostJobs';
import type { HostWatcher, JobRow } from '../HostWatcher';
import { changesNewestFirst, type NewestFirstList } from '../newestFirst';
import { toJobStatus } from './jobStatus';

const PATH = '/api/v2/jobs';
/** The maximum of one page; the proxy has only one. */
const PAGE = 100;
/** Statuses of an API that does not list jobs; Comfy Cloud says 501. */
const CANNOT_LIST = new Set([404, 405, 501]);

/** `GET /api/v2/jobs`: the jobs of a deployment or workspace, the newest first, without outputs and mostly without their end. */
export function comfyApiV2Watcher(api: Api, jobs: HostJobs, name: string): HostWatcher {
	const toRows = (value: unknown): JobRow[] => {
		if (!isRecord(value) || typeof value.id !== 'string' || typeof value.status !== 'string') return [];
		const status = toJobStatus(value, api.base);
		if (status.state === 'absent') return [];
		if (status.state !== 'ended') return [{ promptId: value.id, state: status.state }];
		const endedAt = epochMs(value.completed_at);
		return [{ promptId: value.id, state: status.outcome.status, endedAt }];
	};
	let hasListed = false;
	const list: NewestFirstList = {
		async page(cursor, { signal }) {
			const response = await api.text({ path: PATH, query: { limit: PAGE, cursor }, signal });
			// after an answer with jobs, 404 comes from a proxy while the API is away
			if (CANNOT_LIST.has(response.status) && !hasListed) {
				throw new NotSupportedError(
					`${name} at ${api.base} does not list jobs (${response.status}), so they cannot be watched.`,
					'Serverless deployments and the proxy list them. For Comfy Cloud choose the host "Comfy Cloud".',
				);
			}
			api.assertOk(response, PATH);
			const answer = api.parse(response, PATH);
			hasListed = true;
			const { jobs: rows, next_cursor: next } = isRecord(answer) ? answer : {};
			return {
				rows: (Array.isArray(rows) ? rows : []).flatMap(toRows),
				...(typeof next === 'string' && next && { next }),
			};
		},
		async job(promptId, { signal }) {
			const status = (await jobs.getJobs([promptId], { signal })).get(promptId);
			if (!status || status.state === 'absent') return undefined;
			if (status.state !== 'ended') return { promptId, state: status.state };
			const { outcome } = status;
			return { promptId, state: outcome.status, endedAt: outcome.endedAt, outcome };
		},
	};
	return {
		pausesMs: { withEvents: 5_000, withoutEvents: 5_000 },
		changes: async (known, { signal }) => await changesNewestFirst(list, known, { signal }),
	};
}
