import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import type { LittleComfyUi } from '../../index';
import { Backstage } from '../comfyOrg/Backstage';
import { Storage } from '../comfyOrg/Storage';
import { Origin } from '../Origin';
import { AssetStore, assetRoutes } from './assets';
import { jobRoutes } from './jobs';
import { ProgressBoard } from './ProgressBoard';

/** Which of the places that serve the API this is. */
export interface LittleApiV2Options {
	/**
	 * `proxy`: no key, serves files itself. `cloud`: lists no jobs. Default `deployment`: a key, files in a storage
	 * elsewhere.
	 */
	kind?: 'deployment' | 'proxy' | 'cloud';
}

/** What the routes work with. */
export interface ApiV2Context {
	readonly options: LittleApiV2Options;
	readonly backstage: Backstage;
	readonly storage: Storage;
	readonly assets: AssetStore;
	readonly progress: ProgressBoard;
	/** Where the API is; known once it listens. */
	readonly url: () => string;
}

export function refusal(status: number, code: string, message: string, details?: object): Reply {
	return json({ error: { code, message, details: details ?? null } }, status);
}

/** A small Comfy API v2, whose jobs a little ComfyUI runs; files are stored on another port. */
export class LittleApiV2 {
	readonly apiKey = `comfyui-canary-${randomUUID()}`;
	storage!: Storage;
	origin!: Origin;
	private backstage!: Backstage;

	static async start(options: LittleApiV2Options = {}): Promise<LittleApiV2> {
		const api = new LittleApiV2();
		const progress = new ProgressBoard();
		api.backstage = await Backstage.start((data, isBinary) =>
			isBinary ? progress.takeFrame(data) : progress.take(data.toString()),
		);
		const assets = new AssetStore(api.comfyUi.files);
		api.storage = await Storage.start((key) => assets.bytesOf(key));
		const { backstage, storage } = api;
		const context = { options, backstage, storage, assets, progress, url: () => api.url };
		const router = new Router();
		jobRoutes(router, context);
		assetRoutes(router, context);
		api.origin = await Origin.start(router, {
			guard: (request) => (options.kind === 'proxy' ? undefined : api.guard(request)),
		});
		return api;
	}

	/** The ComfyUI that runs the jobs. */
	get comfyUi(): LittleComfyUi {
		return this.backstage.comfyUi;
	}

	get url(): string {
		return this.origin.url;
	}

	/** The service is gone; storage stays. */
	async goDown(): Promise<void> {
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		await this.goDown();
		await this.storage.origin.stop();
		await this.backstage.stop();
	}

	private guard({ headers }: Request): Reply | undefined {
		if (headers.authorization === `Bearer ${this.apiKey}`) return undefined;
		return refusal(401, 'unauthorized', 'missing or invalid credentials');
	}
}
