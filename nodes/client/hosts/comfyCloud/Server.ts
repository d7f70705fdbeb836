import type { AbortOptions } from '../../core/time';
import { NotFoundError, NotSupportedError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { Catalogue } from '../selfHosted/ObjectInfoCache';
import { getOrNothing } from '../requests';
import { Server } from '../selfHosted/Server';
import type { Jobs } from './Jobs';
import { isRecord } from '../../core/guards';

const MODELS = '/api/experiment/models';

/** The routes of Comfy Cloud beside jobs and files: those of a ComfyUI, as far as they exist. */
export class CloudServer extends Server {
	constructor(
		private readonly cloud: Api,
		private readonly nodeTypes: Catalogue,
		private readonly cloudJobs: Jobs,
	) {
		super(cloud, nodeTypes, cloudJobs);
	}

	/** From the whole catalogue: there is no route for one node type. */
	override nodeDefinition = async (nodeType: string, { signal }: AbortOptions = {}) => {
		const all = await this.nodeTypes.all({ signal });
		if (Object.hasOwn(all, nodeType)) return all[nodeType];
		throw new NotFoundError(
			`Comfy Cloud does not have the node type "${nodeType}".`,
			'Check the spelling (it is the class name, not the title). Custom nodes of your own run on a serverless deployment or a self-hosted ComfyUI.',
		);
	};

	override models = async (folder?: string, { signal }: AbortOptions = {}): Promise<string[]> => {
		if (!folder) return names(await this.cloud.json<unknown>({ path: MODELS, signal }));
		const path = `${MODELS}/${segment(folder, 'model folder')}`;
		const found = await getOrNothing<unknown>(this.cloud, { path, signal });
		if (found) return names(found);
		throw new NotFoundError(
			`Comfy Cloud has no model folder "${folder}".`,
			'Take one of the folders that the list offers, such as checkpoints, loras or vae.',
		);
	};

	override embeddings = async ({ signal }: AbortOptions = {}): Promise<string[]> => {
		const files = await this.models('embeddings', { signal });
		return files.map((name) => name.replace(/\.[^./\\]+$/, ''));
	};

	override modelMetadata = async (): Promise<never> => {
		throw new NotSupportedError(
			'Comfy Cloud does not tell the metadata of model files.',
			'Look at the page where the model comes from, or use a self-hosted ComfyUI.',
		);
	};

	/** Jobs that have ended, by id and oldest first, as the jobs API lists them. */
	override async history({
		maxItems,
		offset,
		signal,
	}: { maxItems?: number; offset?: number; signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
		if (maxItems === 0) return {};
		const jobs = await this.cloudJobs.ended(maxItems, offset, { signal });
		return Object.fromEntries(jobs.reverse().map((job) => [String(job.id), job]));
	}

	override async historyEntry(
		promptId: string,
		{ signal }: AbortOptions = {},
	): Promise<Record<string, unknown> | undefined> {
		const job = await this.cloudJobs.detail(promptId, { signal });
		return isRecord(job) ? job : undefined;
	}

	override async free(): Promise<never> {
		throw new NotSupportedError(
			'Comfy Cloud manages the memory of its machines by itself.',
			'Leave this step out.',
		);
	}
}

/** Folders and models are listed as objects with a name. */
function names(list: unknown): string[] {
	return (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
		const name = isRecord(item) ? item.name : item;
		return typeof name === 'string' ? [name] : [];
	});
}
