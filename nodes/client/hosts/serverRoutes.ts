import { isRecord } from '../core/guards';
import { numberOf } from '../core/json';
import { NotFoundError } from '../core/errors';
import { segment } from '../transport/address';
import type { Api } from '../transport/Api';
import type { ObjectInfoCache } from './ObjectInfoCache';
import { getOrNothing, post } from './requests';
import type { ServerApi, UserFile } from './ServerApi';

/** The routes that self-hosted servers and Comfy Cloud share. */
type SharedRoutes = Pick<
	ServerApi,
	| 'objectInfo'
	| 'systemStats'
	| 'features'
	| 'deleteHistory'
	| 'interrupt'
	| 'clearQueue'
	| 'listUserFiles'
	| 'readUserFile'
>;

/** The part of the server API that is the same on every host that has one. */
export function serverRoutes(api: Api, cache: ObjectInfoCache): SharedRoutes {
	return {
		objectInfo: async (options) => await cache.get(options),
		systemStats: async ({ signal } = {}) => await api.json({ path: '/api/system_stats', signal }),
		features: async ({ signal } = {}) =>
			(await getOrNothing<Record<string, unknown>>(api, { path: '/api/features', signal })) ?? {},
		deleteHistory: async (promptIds, { signal } = {}) =>
			await api.command(
				post('/api/history', promptIds ? { delete: promptIds } : { clear: true }, { signal }),
			),
		interrupt: async ({ signal } = {}) => await api.command(post('/api/interrupt', {}, { signal })),
		clearQueue: async ({ signal } = {}) => await api.command(post('/api/queue', { clear: true }, { signal })),
		async listUserFiles(folder, { signal } = {}) {
			const query = { dir: folder, recurse: 'true', full_info: 'true' };
			// A folder that does not exist yet (`workflows` on a fresh server) is an empty one.
			const found = await getOrNothing<unknown[]>(api, { path: '/api/userdata', query, signal });
			return (Array.isArray(found) ? found : []).flatMap(toUserFile);
		},
		async readUserFile(path, { signal } = {}) {
			const response = await api.text({ path: `/api/userdata/${segment(path, 'path')}`, signal });
			if (response.status === 404) throw new NotFoundError(`The server has no user file "${path}".`);
			api.assertOk(response, '/api/userdata');
			return response.text;
		},
	};
}

function toUserFile(item: unknown): UserFile[] {
	if (typeof item === 'string') return [{ path: item }];
	if (!isRecord(item) || typeof item.path !== 'string') return [];
	const modified = numberOf(item.modified);
	// seconds on older servers, milliseconds on newer ones
	return [
		{ path: item.path, size: numberOf(item.size), modified: modified < 1e11 ? modified * 1000 : modified },
	];
}
