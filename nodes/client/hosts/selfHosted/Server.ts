import { isRecord } from '../../core/guards';
import { NotFoundError, UnexpectedResponseError } from '../../core/errors';
import type { ObjectInfo } from '../../objectInfo/types';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { ObjectInfoCache } from '../ObjectInfoCache';
import { getOrNothing, post } from '../requests';
import type { ServerApi } from '../ServerApi';
import { serverRoutes } from '../serverRoutes';
import type { Jobs } from './Jobs';
import { listTemplates, readTemplate } from './templates';
import { withUserHint } from './userFiles';

/** The length of the queue decides where a job goes: a server that takes longer for it is not waited for. */
const QUEUE_TIMEOUT_MS = 3_000;

/** The routes of a ComfyUI server besides jobs and files. */
export function createServer(api: Api, cache: ObjectInfoCache, jobs: Jobs): ServerApi {
	const { listUserFiles, readUserFile, ...routes } = serverRoutes(api, cache);
	return {
		...routes,

		async listUserFiles(folder, { signal } = {}) {
			try {
				return await listUserFiles(folder, { signal });
			} catch (error) {
				throw await withUserHint(api, error, { signal });
			}
		},

		async readUserFile(path, { signal } = {}) {
			try {
				return await readUserFile(path, { signal });
			} catch (error) {
				throw await withUserHint(api, error, { signal });
			}
		},

		objectInfo: async ({ nodeTypes, refresh, signal } = {}) =>
			nodeTypes && !refresh ? await cache.some(nodeTypes, { signal }) : await cache.get({ refresh, signal }),

		queue: async ({ details, signal } = {}) =>
			details ? await jobs.queue({ signal }) : await jobs.active({ signal }),

		async queueRemaining({ signal } = {}) {
			const request = { path: '/api/prompt', idleTimeoutMs: QUEUE_TIMEOUT_MS, signal };
			const answer = await api.json(request);
			const info = isRecord(answer) && isRecord(answer.exec_info) ? answer.exec_info : {};
			if (typeof info.queue_remaining === 'number') return info.queue_remaining;
			throw new UnexpectedResponseError(
				`${api.base}/api/prompt answered without the length of the queue.`,
				200,
				'Check that the server URL points at ComfyUI itself, including the path prefix of a proxy.',
			);
		},

		/** Always fresh. */
		async nodeDefinition(nodeType, { signal } = {}) {
			const path = `/api/object_info/${segment(nodeType, 'node type')}`;
			const answer = await api.json<ObjectInfo>({ path, signal });
			const definition = isRecord(answer) && Object.hasOwn(answer, nodeType) ? answer[nodeType] : undefined;
			if (definition) return definition;
			throw new NotFoundError(
				`The node type "${nodeType}" is not installed on the server.`,
				'Check the spelling (it is the class name, not the title), or install the custom node that provides it.',
			);
		},

		nodeReplacements: async ({ signal } = {}) =>
			await getOrNothing(api, { path: '/api/node_replacements', signal }),

		async models(folder, { signal } = {}) {
			const folders = async () => await api.json<string[]>({ path: '/api/models', signal });
			if (!folder) return await folders();
			const path = `/api/models/${segment(folder, 'model folder')}`;
			const found = await getOrNothing<string[]>(api, { path, signal });
			if (found) return found;
			await folders(); // throws when the server is too old to have the route for any folder
			throw new NotFoundError(
				`The server has no model folder "${folder}".`,
				'Take one of the folders in the list, such as checkpoints, loras or vae.',
			);
		},

		embeddings: async ({ signal } = {}) => await api.json({ path: '/api/embeddings', signal }),

		async modelMetadata(folder, filename, { signal } = {}) {
			const path = `/api/view_metadata/${segment(folder, 'model folder')}`;
			const request = { path, query: { filename }, signal };
			const found = await getOrNothing<Record<string, unknown>>(api, request);
			if (found) return found;
			throw new NotFoundError(`"${filename}" in "${folder}" has no metadata, or does not exist.`);
		},

		listTemplates: async ({ signal } = {}) => await listTemplates(api, { signal }),
		readTemplate: async (name, { signal } = {}) => await readTemplate(api, name, { signal }),

		history: async ({ maxItems, offset, signal } = {}) =>
			await api.json({ path: '/api/history', query: { max_items: maxItems, offset }, signal }),

		async historyEntry(promptId, { signal } = {}) {
			const answer = await api.json({ path: `/api/history/${segment(promptId, 'prompt ID')}`, signal });
			const entry = isRecord(answer) ? answer[promptId] : undefined;
			return isRecord(entry) ? entry : undefined;
		},

		free: async ({ unloadModels = true, freeMemory = true, signal } = {}) =>
			await api.command(
				post('/api/free', { unload_models: unloadModels, free_memory: freeMemory }, { signal }),
			),
	};
}
