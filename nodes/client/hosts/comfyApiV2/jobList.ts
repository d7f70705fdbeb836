import { isRecord } from '../../core/guards';
import { cutText } from '../../core/text';
import type { Api } from '../../transport/Api';
import { epochMs } from '../../core/epochMs';
import { safeParse } from '../requests';
import type { JobListOptions, ListedJob, ListOptions } from '../ServiceApi';
import { timesOf } from './jobStatus';

/** Jobs in one answer. */
const MAX_PAGE = 100;

const STATUSES: Record<NonNullable<ListOptions['status']>, string[]> = {
	pending: ['queued'],
	running: ['running', 'canceling'],
	completed: ['succeeded'],
	failed: ['failed', 'expired'],
	cancelled: ['canceled', 'cancelled'],
};

/**
 * Lists jobs, newest first. Services give further pages by a cursor. The proxy has one page of at most 100 jobs; it filters by
 * status itself, other services may ignore the filter.
 */
export async function listJobs(
	api: Api,
	path: string,
	{ status, max, signal }: JobListOptions,
): Promise<ListedJob[]> {
	const wanted = status && new Set(STATUSES[status]);
	const found: ListedJob[] = [];
	const seen = new Set<string>();
	let cursor: string | undefined;
	do {
		const query = {
			limit: Math.min(MAX_PAGE, wanted ? MAX_PAGE : max - found.length),
			status: status && STATUSES[status].filter((name) => name !== 'cancelled').join(','),
			cursor,
		};
		const answer = await api.json<unknown>({ path, query, signal });
		const page = isRecord(answer) && Array.isArray(answer.jobs) ? answer.jobs.filter(isRecord) : [];
		found.push(
			...page.flatMap((job) => toListedJob(job) ?? []).filter((job) => wanted?.has(job.status) ?? true),
		);
		cursor = isRecord(answer) && typeof answer.next_cursor === 'string' ? answer.next_cursor : undefined;
		if (cursor !== undefined && seen.has(cursor)) break; // a service that repeats its pages would never end
		if (cursor) seen.add(cursor);
	} while (cursor && found.length < max);
	return found.slice(0, max);
}

function toListedJob(job: Record<string, unknown>): ListedJob | undefined {
	if (typeof job.id !== 'string') return undefined;
	const { createdAt = epochMs(job.create_time), startedAt, endedAt } = timesOf(job);
	const isKnown = startedAt !== undefined && endedAt !== undefined;
	return {
		promptId: job.id,
		status: String(job.status),
		createdAt,
		startedAt,
		endedAt,
		durationMs: isKnown ? Math.max(endedAt - startedAt, 0) : undefined,
		error: isRecord(job.error) ? cutText(String(job.error.message ?? job.error.code), 500) : undefined,
		metadata: labelsOf(job.metadata),
	};
}

/** Labels are a map; the proxy stores one text, which is such a map as JSON when it comes from this client. */
function labelsOf(metadata: unknown): Record<string, unknown> | undefined {
	if (isRecord(metadata)) return metadata;
	if (typeof metadata !== 'string') return undefined;
	const parsed = safeParse(metadata);
	return isRecord(parsed) ? parsed : { label: metadata };
}
