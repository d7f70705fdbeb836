import type { AbortOptions } from '../../core/time';
import { NotFoundError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { ServerApi, SystemStats, UserFile } from '../ServerApi';
import type { Catalogue } from './ObjectInfoCache';
import type { Jobs } from './Jobs';
import { getOrNothing, post } from '../requests';
import { numberOf } from '../../core/json';
import { isRecord } from '../../core/guards';

/** The routes of a ComfyUI server beside jobs and files. */
export class Server implements ServerApi {
	constructor(
		private readonly api: Api,
		private readonly catalogue: Catalogue,
		private readonly jobs: Pick<Jobs, 'active'>,
	) {}

	queue = async ({ signal }: AbortOptions = {}) => await this.jobs.active({ signal });
	objectInfo = async (options?: { refresh?: boolean; signal?: AbortSignal }) =>
		await this.catalogue.all(options);
	nodeDefinition = async (nodeType: string, { signal }: AbortOptions = {}) =>
		await this.catalogue.one(nodeType, { signal });
	models = async (folder?: string, { signal }: AbortOptions = {}) =>
		await this.catalogue.models(folder, { signal });
	embeddings = async ({ signal }: AbortOptions = {}) => await this.catalogue.embeddings({ signal });
	modelMetadata = async (folder: string, filename: string, { signal }: AbortOptions = {}) =>
		await this.catalogue.modelMetadata(folder, filename, { signal });

	async systemStats({ signal }: AbortOptions = {}): Promise<SystemStats> {
		return await this.api.json({ path: '/api/system_stats', signal });
	}

	async features({ signal }: AbortOptions = {}): Promise<Record<string, unknown>> {
		return (await getOrNothing<Record<string, unknown>>(this.api, { path: '/api/features', signal })) ?? {};
	}

	async history({
		maxItems,
		offset,
		signal,
	}: { maxItems?: number; offset?: number; signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
		return await this.api.json({ path: '/api/history', query: { max_items: maxItems, offset }, signal });
	}

	async historyEntry(
		promptId: string,
		{ signal }: AbortOptions = {},
	): Promise<Record<string, unknown> | undefined> {
		const answer = await this.api.json({ path: `/api/history/${segment(promptId, 'prompt ID')}`, signal });
		const entry = isRecord(answer) ? answer[promptId] : undefined;
		return isRecord(entry) ? entry : undefined;
	}

	async deleteHistory(promptIds?: string[], { signal }: AbortOptions = {}): Promise<void> {
		await this.api.command(
			post('/api/history', promptIds ? { delete: promptIds } : { clear: true }, { signal }),
		);
	}

	async interrupt({ signal }: AbortOptions = {}): Promise<void> {
		await this.api.command(post('/api/interrupt', {}, { signal }));
	}

	async clearQueue({ signal }: AbortOptions = {}): Promise<void> {
		await this.api.command(post('/api/queue', { clear: true }, { signal }));
	}

	async free({
		unloadModels = true,
		freeMemory = true,
		signal,
	}: { unloadModels?: boolean; freeMemory?: boolean; signal?: AbortSignal } = {}): Promise<void> {
		await this.api.command(
			post('/api/free', { unload_models: unloadModels, free_memory: freeMemory }, { signal }),
		);
	}

	/** A folder that does not exist yet (`workflows` on a fresh server) is an empty one. */
	async listUserFiles(folder: string, { signal }: AbortOptions = {}): Promise<UserFile[]> {
		const query = { dir: folder, recurse: 'true', full_info: 'true' };
		const found = await getOrNothing<unknown[]>(this.api, { path: '/api/userdata', query, signal });
		return (Array.isArray(found) ? found : []).flatMap((item): UserFile[] => {
			if (typeof item === 'string') return [{ path: item }];
			if (!isRecord(item) || typeof item.path !== 'string') return [];
			const modified = numberOf(item.modified);
			// seconds on older servers, milliseconds on newer ones
			return [
				{
					path: item.path,
					size: numberOf(item.size),
					modified: modified < 1e11 ? modified * 1000 : modified,
				},
			];
		});
	}

	async readUserFile(path: string, { signal }: AbortOptions = {}): Promise<string> {
		const response = await this.api.text({ path: `/api/userdata/${segment(path, 'path')}`, signal });
		if (response.status === 404) throw new NotFoundError(`The server has no user file "${path}".`);
		this.api.assertOk(response, '/api/userdata');
		return response.text;
	}
}
