import { Semaphore } from '../core/Semaphore';
import { isRecord } from '../core/guards';
import { SharedPromise } from '../core/SharedPromise';
import { type AbortOptions, now } from '../core/time';
import { markPartial } from '../objectInfo/partial';
import type { NodeDefinition, ObjectInfo } from '../objectInfo/types';
import { segment } from '../transport/address';
import type { Api } from '../transport/Api';

const MAX_AGE_MS = 10 * 60_000;
const MAX_SERVERS = 8;
const MAX_PARTS = 64;

/** From here on one large answer is cheaper than many small ones. */
const MAX_TYPES = 60;
const REQUESTS_AT_ONCE = 6;

const PATH = '/api/object_info';

/** Entries that are not too old; the ones used least recently go first. */
class Entries {
	private readonly entries = new Map<string, { loadedAt: number; objectInfo: SharedPromise<ObjectInfo> }>();

	constructor(private readonly max: number) {}

	find(key: string): SharedPromise<ObjectInfo> | undefined {
		const entry = this.entries.get(key);
		if (!entry || entry.objectInfo.spent || now() - entry.loadedAt >= MAX_AGE_MS) return undefined;
		this.put(key, entry);
		return entry.objectInfo;
	}

	add(key: string, objectInfo: SharedPromise<ObjectInfo>): SharedPromise<ObjectInfo> {
		this.put(key, { loadedAt: now(), objectInfo });
		if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value as string);
		return objectInfo;
	}

	private put(key: string, entry: { loadedAt: number; objectInfo: SharedPromise<ObjectInfo> }): void {
		this.entries.delete(key);
		this.entries.set(key, entry);
	}
}

/** `/object_info` reaches 20 MB and takes seconds; all clients of one server share it, by identity. */
const catalogues = new Entries(MAX_SERVERS);
/** The definitions of some node types, by identity and types. */
const parts = new Entries(MAX_PARTS);

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
		const found = refresh ? undefined : catalogues.find(this.identity);
		return await (found ?? this.load()).wait({ signal });
	}

	/**
	 * At least these node types, as far as the server has them: all of them when they are in the cache, else each type
	 * in a small request of its own. A server takes a millisecond for one, and seconds for all.
	 */
	async some(nodeTypes: readonly string[], { signal }: AbortOptions = {}): Promise<ObjectInfo> {
		const whole = catalogues.find(this.identity);
		if (whole) return await whole.wait({ signal });
		const types = [...new Set(nodeTypes)].sort();
		if (types.length > MAX_TYPES) return await this.get({ signal });
		const key = JSON.stringify([this.identity, ...types]);
		return await (parts.find(key) ?? parts.add(key, this.loadSome(types))).wait({ signal });
	}

	private load(): SharedPromise<ObjectInfo> {
		const loading = async ({ signal }: AbortOptions) =>
			await this.api.longJson<ObjectInfo>({ path: PATH, signal });
		return catalogues.add(this.identity, new SharedPromise(loading));
	}

	private loadSome(types: readonly string[]): SharedPromise<ObjectInfo> {
		return new SharedPromise(async ({ signal }) => {
			const limit = new Semaphore(REQUESTS_AT_ONCE);
			const found = await Promise.all(
				types.map(async (type) => await limit.run(async () => await this.loadOne(type, { signal }))),
			);
			return markPartial(Object.fromEntries(found.flat()), types);
		});
	}

	/** The member of one type; none when the server does not have it, or cannot have it. */
	private async loadOne(
		type: string,
		{ signal }: AbortOptions,
	): Promise<Array<[nodeType: string, definition: NodeDefinition]>> {
		if (!isName(type)) return [];
		const path = `${PATH}/${segment(type, 'node type')}`;
		const answer = await this.api.json<ObjectInfo>({ path, signal });
		return isRecord(answer) && Object.hasOwn(answer, type) ? [[type, answer[type]]] : [];
	}
}

const MAX_NAME = 200;

/** Whether a node type can be a segment of a path. */
const isName = (type: string) => type.trim() !== '' && !/^\.{1,2}$/.test(type) && type.length <= MAX_NAME;
