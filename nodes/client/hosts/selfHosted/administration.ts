import { isRetryable, retry } from '../../core/retry';
import type { AbortOptions } from '../../core/time';
import { parseStoredQueue, type StoredJob } from '../../protocol/storedJob';
import type { Api } from '../../transport/Api';
import { post } from '../requests';
import type { ServerAdmin } from '../ServerAdmin';
import type { ServerApi } from '../ServerApi';
import { endedJob, exactJson } from './history';
import { endedJobs, listJobs } from './jobList';
import type { Jobs } from './Jobs';
import { readLogs } from './logs';
import { restart } from './restart';
import { deleteAsset, listFiles, modelFiles } from './serverFiles';
import { deleteUserFile, readUsers, writeUserFile } from './userFiles';

/** Administers a self-hosted server. */
export function createAdmin(api: Api, jobs: Jobs, server: ServerApi): ServerAdmin {
	const storedQueue = async ({ signal }: AbortOptions = {}) =>
		parseStoredQueue(await exactJson(api, '/api/queue', { signal }));
	return {
		storedQueue,
		logs: async ({ signal } = {}) => await readLogs(api, { signal }),
		users: async ({ signal } = {}) => await readUsers(api, { signal }),

		writeUserFile: async (path, text, options) => await writeUserFile(api, path, text, options),
		deleteUserFile: async (path, { signal } = {}) => await deleteUserFile(api, path, { signal }),
		listJobs: async (options) => await listJobs(api, jobs, options),

		async findEnded(condition, { signal } = {}) {
			const found: string[] = [];
			for await (const { promptId, job } of endedJobs(api, { signal }))
				if (job && condition(job)) found.push(promptId);
			return found;
		},

		async storedJob(promptId, { signal } = {}) {
			const find = (queue: StoredJob[]) => queue.find((job) => job.promptId === promptId);
			// a job that ends between the two requests is in the history by then
			return find(await storedQueue({ signal })) ?? (await endedJob(api, promptId, { signal }));
		},

		async removePending(promptIds, { signal } = {}) {
			const pending = async () =>
				new Set(
					(await jobs.active({ signal })).flatMap((job) => (job.state === 'pending' ? job.promptId : [])),
				);
			const before = await pending();
			const wanted = promptIds.filter((id) => before.has(id));
			if (wanted.length === 0) return [];
			const lost = await api.command(post('/api/queue', { delete: wanted }, { signal })).then(
				() => undefined,
				(error: unknown) => ({ error }),
			);
			const retried = {
				retries: 3,
				waitMs: 1_000,
				shouldRetry: (error: unknown) => isRetryable(error, true),
			};
			// also after a lost answer: what was removed must be reported, since the server no longer knows it
			const states = await retry(async () => await jobs.getJobs(wanted, { signal }), { ...retried, signal });
			const removed = wanted.filter((id) => states.get(id)?.state === 'absent');
			if (lost && removed.length === 0) throw lost.error;
			return removed;
		},

		listFiles: async (type, { signal } = {}) => await listFiles(api, type, { signal }),
		deleteAsset: async (id, { signal } = {}) => await deleteAsset(api, id, { signal }),
		modelFiles: async (folder, { signal } = {}) => await modelFiles(api, folder, server.models, { signal }),
		restart: async (options) => await restart(api, options),
	};
}
