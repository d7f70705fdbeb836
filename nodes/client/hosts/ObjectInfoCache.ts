import { now } from '../core/time';
import { SharedPromise } from '../core/SharedPromise';
import type { ObjectInfo } from '../objectInfo/types';
import type { Api } from '../transport/Api';

const MAX_AGE_MS = 10 * 60_000;
const MAX_SERVERS = 8;

interface Entry {
	loadedAt: number;
	objectInfo: SharedPromise<ObjectInfo>;
}

/** `/object_info` reaches 20 MB and takes seconds; all clients of one server share it, by identity. */
const entries = new Map<string, Entry>();

/** Caches the node types of a server. */
export class ObjectInfoCache {
	constructor(
		private readonly api: Api,
		/** Server and credentials: two users of one server may see different node types. */
		private readonly identity: string,
	) {}

	/** All node types; from the cache unless `refresh`. */
	async get({
		refresh = false,
		signal,
	}: { refresh?: boolean; signal?: AbortSignal } = {}): Promise<ObjectInfo> {
		const found = entries.get(this.identity);
		const fresh = found && !found.objectInfo.spent && !refresh && now() - found.loadedAt < MAX_AGE_MS;
		return await (fresh ? found.objectInfo : this.load()).wait({ signal });
	}

	private load(): SharedPromise<ObjectInfo> {
		const objectInfo = new SharedPromise(
			async ({ signal }) => await this.api.json<ObjectInfo>({ path: '/api/object_info', signal }),
		);
		entries.delete(this.identity);
		entries.set(this.identity, { loadedAt: now(), objectInfo });
		if (entries.size > MAX_SERVERS) entries.delete(entries.keys().next().value as string);
		return objectInfo;
	}
}
