import type { JobRow, KnownJobs } from '../../../nodes/client/hosts/HostWatcher';
import { changesNewestFirst } from '../../../nodes/client/hosts/newestFirst';

/** A host whose list has jobs that ended one second after the other, two on each page. */
function listOf(rows: JobRow[]) {
	const pages: string[] = [];
	return {
		pages,
		page: async (page = '0') => {
			pages.push(page);
			const from = Number(page);
			const next = from + 2 < rows.length ? String(from + 2) : undefined;
			return await Promise.resolve({ rows: rows.slice(from, from + 2), next });
		},
		job: async () => await Promise.resolve(undefined),
	};
}

const job = (second: number): JobRow => ({
	promptId: `job-${second}`,
	state: 'success',
	endedAt: second * 1000,
});
const newestFirst = (...seconds: number[]) => seconds.sort((a, b) => b - a).map(job);
const knows = (ids: string[], endedAt?: number): KnownJobs => ({
	has: (id) => ids.includes(id),
	endedAt,
	active: new Set(),
});
const idsOf = (rows: JobRow[] = []) => rows.map(({ promptId }) => promptId);
const ask = async (list: ReturnType<typeof listOf>, known: KnownJobs) =>
	await changesNewestFirst(list, known, { signal: undefined });

test('the jobs above the known one are new, and no page after it is read', async () => {
	const list = listOf(newestFirst(1, 2, 3, 4, 5, 6));
	const { ended, older } = await ask(list, knows(['job-4'], 4000));
	expect([idsOf(ended), older, list.pages]).toEqual([['job-5', 'job-6'], undefined, ['0', '2']]);
});

test('when the known jobs are deleted, only what ended after them is new, and older jobs become known', async () => {
	const list = listOf(newestFirst(1, 2, 3, 9));
	const { ended, older } = await ask(list, knows(['job-7', 'job-8'], 8000));
	expect([idsOf(ended), idsOf(older)]).toEqual([['job-9'], ['job-1', 'job-2', 'job-3']]);
});

test('all jobs are new to a watch that began when there was none', async () => {
	const { ended } = await ask(listOf(newestFirst(1, 2, 3)), knows([]));
	expect(idsOf(ended)).toEqual(['job-1', 'job-2', 'job-3']);
});

test('in a list by end, a job that ended before one that already ran at the last poll is new', async () => {
	const list = { ...listOf(newestFirst(1, 2)), isByEnd: true };
	const { ended } = await ask(list, { ...knows([]), active: new Set(['job-2']) });
	expect(idsOf(ended)).toEqual(['job-1', 'job-2']);
});
