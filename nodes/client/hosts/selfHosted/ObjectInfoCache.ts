import { type AbortOptions, now } from '../../core/time';
import { NotFoundError } from '../../core/errors';
import { SharedPromise } from '../../core/SharedPromise';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { getOrNothing } from '../requests';
import { isRecord } from '../../core/guards';
import type { NodeDefinition, ObjectInfo } from '../../objectInfo/types';

const KEEP_MS = 10 * 60_000;
const MAX_SERVERS = 8;

interface Kept {
	at: number;
	info: SharedPromise<ObjectInfo>;
}

/** Catalogues reach 20 MB and seconds; they are shared by all clients of a server, by identity. */
const kept = new Map<string, Kept>();

/** What a ComfyUI server offers: node types, models, embeddings. */
export class Catalogue {
	constructor(
		private readonly api: Api,
		/** Server and credentials; two users of one server may see different things. */
		private readonly identity: string,
	) {}

	/** All node types; from the cache unless `refresh`. */
	async all({
		refresh = false,
		signal,
	}: { refresh?: boolean; signal?: AbortSignal } = {}): Promise<ObjectInfo> {
		const found = kept.get(this.identity);
		const fresh = found && !found.info.spent && !refresh && now() - found.at < KEEP_MS;
		return await (fresh ? found.info : this.load()).wait({ signal });
	}

	private load(): SharedPromise<ObjectInfo> {
		const info = new SharedPromise(
			async ({ signal }) => await this.api.json<ObjectInfo>({ path: '/api/object_info', signal }),
		);
		kept.delete(this.identity);
		kept.set(this.identity, { at: now(), info });
		if (kept.size > MAX_SERVERS) kept.delete(kept.keys().next().value as string);
		return info;
	}

	/** One node type, always fresh. @throws NotFoundError when it is not installed */
	async one(nodeType: string, { signal }: AbortOptions = {}): Promise<NodeDefinition> {
		const answer = await this.api.json<ObjectInfo>({
			path: `/api/object_info/${segment(nodeType, 'node type')}`,
			signal,
		});
		const definition = isRecord(answer) && Object.hasOwn(answer, nodeType) ? answer[nodeType] : undefined;
		if (!definition) {
			throw new NotFoundError(
				`The node type "${nodeType}" is not installed on the server.`,
				'Check the spelling (it is the class name, not the title), or install the custom node that provides it.',
			);
		}
		return definition;
	}

	/** Model folders, or the models in one of them. @throws NotFoundError for an unknown folder */
	async models(folder?: string, { signal }: AbortOptions = {}): Promise<string[]> {
		if (!folder) return await this.api.json({ path: '/api/models', signal });
		const found = await getOrNothing<string[]>(this.api, {
			path: `/api/models/${segment(folder, 'model folder')}`,
			signal,
		});
		if (!found) {
			throw new NotFoundError(
				`The server has no model folder "${folder}".`,
				'Take one of the folders that the list offers, such as checkpoints, loras or vae.',
			);
		}
		return found;
	}

	/** Names of the embeddings, without extension. */
	async embeddings({ signal }: AbortOptions = {}): Promise<string[]> {
		return await this.api.json({ path: '/api/embeddings', signal });
	}

	/** Metadata in the header of a safetensors file. @throws NotFoundError when there is none */
	async modelMetadata(
		folder: string,
		filename: string,
		{ signal }: AbortOptions = {},
	): Promise<Record<string, unknown>> {
		const request = {
			path: `/api/view_metadata/${segment(folder, 'model folder')}`,
			query: { filename },
			signal,
		};
		const found = await getOrNothing<Record<string, unknown>>(this.api, request);
		if (!found) {
			throw new NotFoundError(`"${filename}" in "${folder}" has no metadata, or is not there.`);
		}
		return found;
	}
}
