import { isRecord } from '../../core/guards';
import { NotFoundError, NotSupportedError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { ObjectInfoCache } from '../ObjectInfoCache';
import { getOrNothing } from '../requests';
import type { ServerApi } from '../ServerApi';
import { serverRoutes } from '../serverRoutes';
import type { JobsV1 } from './JobsV1';

const MODELS = '/api/experiment/models';

/** The routes of Comfy Cloud besides jobs and files: those of a ComfyUI server, with differences. */
export function createServer(api: Api, cache: ObjectInfoCache, jobs: JobsV1): ServerApi {
	return {
		...serverRoutes(api, cache),
		queue: async ({ signal } = {}) => await jobs.active({ signal }),

		/** From the list of all node types: there is no route for a single one. */
		async nodeDefinition(nodeType, { signal } = {}) {
			const all = await cache.get({ signal });
			if (Object.hasOwn(all, nodeType)) return all[nodeType];
			throw new NotFoundError(
				`Comfy Cloud does not have the node type "${nodeType}".`,
				'Check the spelling (it is the class name, not the title). Your own custom nodes run on a serverless deployment or a self-hosted ComfyUI.',
			);
		},

		models: async (folder, { signal } = {}) =>
			folder ? await modelsIn(api, folder, { signal }) : names(await api.json({ path: MODELS, signal })),

		async embeddings({ signal } = {}) {
			const files = await modelsIn(api, 'embeddings', { signal });
			return files.map((name) => name.replace(/\.[^./\\]+$/, ''));
		},

		async modelMetadata() {
			throw new NotSupportedError(
				'Comfy Cloud does not return the metadata of model files.',
				'Look at the page where the model comes from, or use a self-hosted ComfyUI.',
			);
		},

		listTemplates: async () => await Promise.reject(noTemplates()),
		readTemplate: async () => await Promise.reject(noTemplates()),

		/** Ended jobs by ID, oldest first, in the form of the jobs API. */
		async history({ maxItems, offset, signal } = {}) {
			if (maxItems === 0) return {};
			const ended = await jobs.ended(maxItems, offset, { signal });
			return Object.fromEntries(ended.reverse().map((job) => [String(job.id), job]));
		},

		async historyEntry(promptId, { signal } = {}) {
			const job = await jobs.detail(promptId, { signal });
			return isRecord(job) ? job : undefined;
		},

		async free() {
			throw new NotSupportedError(
				'Comfy Cloud manages the memory of its machines itself.',
				'Leave this step out.',
			);
		},
	};
}

const noTemplates = () =>
	new NotSupportedError(
		'Comfy Cloud does not list its templates.',
		'Open the template in the editor of Comfy Cloud, save it, and use the saved workflow.',
	);

async function modelsIn(api: Api, folder: string, { signal }: { signal?: AbortSignal }): Promise<string[]> {
	const path = `${MODELS}/${segment(folder, 'model folder')}`;
	const found = await getOrNothing<unknown>(api, { path, signal });
	if (found) return names(found);
	throw new NotFoundError(
		`Comfy Cloud has no model folder "${folder}".`,
		'Take one of the folders in the list, such as checkpoints, loras or vae.',
	);
}

/** Folders and models are objects with a name. */
function names(list: unknown): string[] {
	return (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
		const name = isRecord(item) ? item.name : item;
		return typeof name === 'string' ? [name] : [];
	});
}
