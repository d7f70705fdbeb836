import type { Frame } from '../../protocol/frames';
import type { ServerMessage } from '../../protocol/messages';
import type { ChannelListener } from '../../transport/EventChannel';
import type { Host } from '../Host';
import type { HostJobs, JobStatus } from '../HostJobs';
import type { HostWatcher, JobRow } from '../HostWatcher';
import type { SelfHosted } from '../selfHosted/SelfHosted';
import type { ServerAdmin } from '../ServerAdmin';
import type { ServerApi } from '../ServerApi';
import { readFileValue, readJobId, writeFileValue, writeJobId } from './references';
import type { ServerState } from './ServerState';

/** One server of a pool as a host: its jobs, files and assets carry its short name, so the whole pool finds them. */
export type MemberHost = SelfHosted & Required<Pick<Host, 'admin' | 'watcher' | 'openEvents' | 'serverName'>>;

/** @param state notes what the answers and events of the server say about its queue */
export function memberHost(inner: SelfHosted, server: string, state: ServerState): MemberHost {
	const { jobs, files, openEvents } = inner;
	return {
		...inner,
		name: `ComfyUI "${server}"`,
		serverName: server,
		jobs: memberJobs(jobs, server, state),
		files: {
			async upload(upload, options) {
				const stored = await files.upload(upload, options);
				const address = { ...stored, filename: stored.name, type: stored.type as 'input' };
				return { ...stored, value: writeFileValue(address, server), server };
			},
			download: async (file, options) => await files.download(file, options),
			addressOf: readFileValue,
			fileUrl: (file) => files.fileUrl(file),
		},
		server: memberServer(inner.server, server),
		admin: memberAdmin(inner.admin, server),
		watcher: memberWatcher(inner.watcher, server),
		openEvents: (clientId, listener) => openEvents(clientId, ofMember(listener, server, state)),
	};
}

/** The ID of a job or an asset as the server itself has it. */
const plain = (id: string) => readJobId(id).promptId;

function memberJobs(jobs: HostJobs, server: string, state: ServerState): HostJobs {
	const note = (id: string, status: JobStatus | undefined) => {
		if (status?.state === 'ended' || status?.state === 'absent') state.ended(id);
	};
	return {
		async submit(submission, options) {
			const promptId = plain(submission.promptId);
			const submitted = await jobs.submit({ ...submission, promptId }, options);
			return { ...submitted, promptId: writeJobId(submitted.promptId, server) };
		},
		async getJobs(ids, options) {
			const found = await jobs.getJobs(ids.map(plain), options);
			const statuses = ids.map((id): [string, JobStatus] => [
				id,
				found.get(plain(id)) ?? { state: 'absent' },
			]);
			for (const [id, status] of statuses) note(id, status);
			return new Map(statuses);
		},
		async outcome(id, options) {
			const outcome = await jobs.outcome(plain(id), options);
			if (outcome) note(id, { state: 'ended', outcome });
			return outcome;
		},
		async cancel(id, options) {
			const result = await jobs.cancel(plain(id), options);
			if (result !== 'nothing') state.ended(id);
			return result;
		},
		listsStaleOutputs: async () => await jobs.listsStaleOutputs(),
	};
}

/** Adds the name of the server to the ID of a job. */
const namedBy =
	(server: string) =>
	<T extends { promptId: string }>(job: T): T & { server: string } => ({
		...job,
		promptId: writeJobId(job.promptId, server),
		server,
	});

function memberServer(inner: ServerApi, server: string): ServerApi {
	const named = namedBy(server);
	return {
		...inner,
		queue: async (options) => (await inner.queue(options)).map(named),
		async history(options) {
			const entries = Object.entries(await inner.history(options));
			return Object.fromEntries(entries.map(([id, entry]) => [writeJobId(id, server), entry]));
		},
		historyEntry: async (id, options) => await inner.historyEntry(plain(id), options),
		deleteHistory: async (ids, options) => await inner.deleteHistory(ids?.map(plain), options),
	};
}

function memberAdmin(inner: ServerAdmin, server: string): ServerAdmin {
	const named = namedBy(server);
	const withAsset = <T extends { assetId?: string }>(file: T) => ({
		...file,
		server,
		...(file.assetId !== undefined && { assetId: writeJobId(file.assetId, server) }),
	});
	return {
		...inner,
		listJobs: async (options) => (await inner.listJobs(options)).map(named),
		storedQueue: async (options) => (await inner.storedQueue(options)).map(named),
		findEnded: async (condition, options) =>
			(await inner.findEnded(condition, options)).map((id) => writeJobId(id, server)),
		async storedJob(id, options) {
			const job = await inner.storedJob(plain(id), options);
			return job && named(job);
		},
		removePending: async (ids, options) =>
			(await inner.removePending(ids.map(plain), options)).map((id) => writeJobId(id, server)),
		listFiles: async (type, options) => (await inner.listFiles(type, options)).map(withAsset),
		async deleteAsset(id, options) {
			const { file, fileDeleted } = await inner.deleteAsset(plain(id), options);
			return { file: withAsset(file), fileDeleted };
		},
	};
}

function memberWatcher(inner: HostWatcher, server: string): HostWatcher {
	const named = (row: JobRow): JobRow => ({ ...row, promptId: writeJobId(row.promptId, server) });
	return {
		...inner,
		async changes(known, options) {
			const plainKnown = known && {
				has: (id: string) => known.has(writeJobId(id, server)),
				endedAt: known.endedAt,
				active: new Set([...known.active].map(plain)),
			};
			const { ended, older, active, ...rest } = await inner.changes(plainKnown, options);
			const lists = { ended: ended.map(named), older: older?.map(named), active: active?.map(named) };
			return { ...rest, ...lists };
		},
		async running(id, options) {
			const row = await inner.running?.(plain(id), options);
			return row && named(row);
		},
	};
}

/** Passes events on under the IDs of the pool, and notes what they say about the queue. */
function ofMember(listener: ChannelListener, server: string, state: ServerState): ChannelListener {
	const rename = <T extends { prompt_id?: string }>(data: T): T =>
		typeof data.prompt_id === 'string' ? { ...data, prompt_id: writeJobId(data.prompt_id, server) } : data;
	return {
		onMessage(message) {
			if (message.type === 'status') {
				const count = message.data.status?.exec_info?.queue_remaining;
				if (typeof count === 'number') state.setQueue(count);
				return listener.onMessage(message);
			}
			const renamed = { ...message, data: rename(message.data as { prompt_id?: string }) } as ServerMessage;
			if (renamed.type === 'executing' && renamed.data.node === null && renamed.data.prompt_id)
				state.ended(renamed.data.prompt_id);
			listener.onMessage(renamed);
		},
		onFrame(frame: Frame) {
			const isNamed = frame.kind === 'image' && frame.promptId !== undefined;
			listener.onFrame(
				isNamed ? { ...frame, promptId: writeJobId(frame.promptId as string, server) } : frame,
			);
		},
		onConnection(connected) {
			if (!connected) state.disconnected();
			listener.onConnection(connected);
		},
	};
}
