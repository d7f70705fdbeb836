import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import type { LittleComfyUi } from '../../index';
import { AssetStore, assetRoutes } from '../comfyApiV2/assets';
import { jobRoutes as jobRoutesV2 } from '../comfyApiV2/jobs';
import { refusal } from '../comfyApiV2/LittleApiV2';
import { ProgressBoard } from '../comfyApiV2/ProgressBoard';
import { Backstage } from '../comfyOrg/Backstage';
import { Storage } from '../comfyOrg/Storage';
import { Origin } from '../Origin';
import { AccountSockets } from './AccountSockets';
import { fileRoutes } from './files';
import { jobRoutes } from './jobs';

/** Where documents and service may differ, and what the account may do. */
export interface LittleComfyCloudOptions {
	/** Jobs get the id that the client asked for. Default false. */
	honoursIds?: boolean;
	/** How many jobs may wait or run before the queue is full. Default: any number. */
	mostJobs?: number;
	/** Whether there is a route that cancels one job; older services have only the queue's. Default true. */
	cancelRoute?: boolean;
	/** Whether it serves the Comfy API v2 too. Default true. */
	v2?: boolean;
	/** Times of creation in milliseconds, as in ComfyUI. Default false: seconds. */
	milliseconds?: boolean;
}

/** What the routes work with. */
export interface CloudContext {
	readonly options: LittleComfyCloudOptions;
	readonly backstage: Backstage;
	readonly storage: Storage;
}

/** A small Comfy Cloud with one account, whose jobs a little ComfyUI runs; files are stored on another port. */
export class LittleComfyCloud {
	/** With signs that a URL has to escape. */
	readonly apiKey = `comfyui-canary/${randomUUID()}+x`;
	readonly sockets = new AccountSockets(this.apiKey);
	storage!: Storage;
	origin!: Origin;
	private backstage!: Backstage;

	static async start(options: LittleComfyCloudOptions = {}): Promise<LittleComfyCloud> {
		const cloud = new LittleComfyCloud();
		const progress = new ProgressBoard();
		cloud.backstage = await Backstage.start((data, isBinary) => {
			cloud.sockets.send(data, isBinary);
			if (isBinary) progress.takeFrame(data);
			else progress.take(data.toString());
		});
		const { files } = cloud.comfyUi;
		const assets = new AssetStore(files);
		cloud.storage = await Storage.start((key) => {
			const [type, ...path] = key.split('/');
			if (assets.get(type)) return assets.bytesOf(key);
			return files.read(type as 'output', path.join('/'));
		});
		const context = { options, backstage: cloud.backstage, storage: cloud.storage };
		const router = new Router();
		jobRoutes(router, context);
		fileRoutes(router, context);
		const { backstage, storage } = cloud;
		const contextV2 = { options: {}, backstage, storage, assets, progress, url: () => cloud.url };
		if (options.v2 !== false) {
			jobRoutesV2(router, contextV2);
			assetRoutes(router, contextV2);
		}
		cloud.origin = await Origin.start(router, {
			guard: (request) => cloud.guard(request),
			upgrade: (...upgrade) => cloud.sockets.upgrade(...upgrade),
		});
		return cloud;
	}

	/** The ComfyUI that runs the jobs. */
	get comfyUi(): LittleComfyUi {
		return this.backstage.comfyUi;
	}

	get url(): string {
		return this.origin.url;
	}

	/** Another client of the account submits a job. */
	async submit(prompt: object): Promise<string> {
		return String((await this.backstage.submit({ prompt })).body.prompt_id);
	}

	/** The service is gone; storage stays. */
	async goDown(): Promise<void> {
		this.sockets.end();
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		await this.goDown();
		await this.storage.origin.stop();
		await this.backstage.stop();
	}

	private guard({ path, headers }: Request): Reply | undefined {
		if (path.startsWith('/api/v2/')) {
			if (headers.authorization === `Bearer ${this.apiKey}`) return undefined;
			return refusal(401, 'unauthorized', 'missing or invalid credentials');
		}
		if (path === '/api/system_stats' || headers['x-api-key'] === this.apiKey) return undefined;
		return json({ code: 'UNAUTHORIZED', message: 'Invalid or missing API key' }, 401);
	}
}
