import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import type { LittleComfyUi } from '../../index';
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
		cloud.backstage = await Backstage.start((data, isBinary) => cloud.sockets.send(data, isBinary));
		const { files } = cloud.comfyUi;
		cloud.storage = await Storage.start((key) => {
			const [type, ...path] = key.split('/');
			return files.read(type as 'output', path.join('/'));
		});
		const context = { options, backstage: cloud.backstage, storage: cloud.storage };
		const router = new Router();
		jobRoutes(router, context);
		fileRoutes(router, context);
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
		if (path === '/api/system_stats' || headers['x-api-key'] === this.apiKey) return undefined;
		return json({ code: 'UNAUTHORIZED', message: 'Invalid or missing API key' }, 401);
	}
}
