import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { LittleComfyUi } from '../../LittleComfyUi';
import { Storage } from '../comfyOrg/Storage';
import { Origin } from '../Origin';
import { Accounts, type AccountOptions } from './Accounts';
import { ExecutionBook, type BookOptions } from './ExecutionBook';
import { fileRoutes, type FileRoute, type StoredFile } from './fileRoutes';
import { workflowRoutes, type WorkflowOptions } from './workflowRoutes';

export interface LittleServerlessOptions
	extends AccountOptions,
		BookOptions,
		Partial<Omit<WorkflowOptions, 'addressOf'>> {
	/** Default: that of the shapes. */
	files?: FileRoute;
}

const MODEL = {
	name: 'sd_xl_base_1.0.safetensors',
	type: 'checkpoint',
	is_loaded: false,
	is_downloading: false,
	download_progress: null,
	last_used: '2026-01-02T03:04:05',
	memory_usage_mb: 6600,
};

/** A small ComfyUI Serverless before a little ComfyUI; what jobs made is, if anywhere, in a bucket on another port. */
export class LittleServerless {
	readonly accounts: Accounts;
	readonly book: ExecutionBook;
	readonly files = new Map<string, StoredFile>();
	/** Names of the models that were loaded. */
	readonly loaded: string[] = [];
	private origin!: Origin;

	private constructor(
		readonly comfyUi: LittleComfyUi,
		readonly storage: Storage,
		private readonly options: LittleServerlessOptions,
	) {
		this.accounts = new Accounts(options);
		this.book = new ExecutionBook(comfyUi, options);
	}

	static async start(options: LittleServerlessOptions = {}): Promise<LittleServerless> {
		const comfyUi = await LittleComfyUi.start();
		const storage = await Storage.start((name) => comfyUi.files.read('output', name));
		const service = new LittleServerless(comfyUi, storage, options);
		const guard = (request: Request) => service.accounts.guard(request);
		service.origin = await Origin.start(service.routes(), { guard });
		return service;
	}

	get url(): string {
		return this.origin.url;
	}

	get requests() {
		return this.origin.requests;
	}

	get faults() {
		return this.origin.faults;
	}

	/** The next requests of this kind are refused. @param headers false: only the body says how long to wait */
	tooMany(path: RegExp, times: number, seconds = 0, headers = true): void {
		const body = { error: 'rate_limit_exceeded', message: 'Rate limit exceeded.', retry_after: seconds };
		const reply = { status: 429, headers: headers ? { 'Retry-After': String(seconds) } : {}, body };
		this.faults.arm({ path, times }, { kind: 'respond', reply });
	}

	/** No further answers. */
	async goDown(): Promise<void> {
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		await this.book.stop();
		await Promise.all([this.origin.stop(), this.storage.origin.stop()]);
		await this.comfyUi.stop();
	}

	private routes(): Router {
		const router = new Router();
		const { shapes } = this.options;
		this.accounts.routes(router);
		workflowRoutes(router, this.book, {
			...this.options,
			addressOf: (name) => this.storage.addressOf(name),
		});
		fileRoutes(router, this.files, this.options.files ?? (shapes === 'real' ? 'broken' : 'bytes'));
		const on = (method: string, path: string, handle: (request: Request) => Reply) =>
			router.on(method, path, handle, { single: true });
		on('GET', '/models/', ({ query }) => {
			const models = [MODEL].filter(({ type }) => [null, type].includes(query.get('model_type')));
			return json({ models, total_memory_usage_mb: 0, available_memory_mb: 24000 });
		});
		on('POST', '/models/{name}/load', (request) => {
			if (!request.query.has('model_type'))
				return json({ detail: [{ loc: ['query', 'model_type'], msg: 'Field required' }] }, 422);
			this.loaded.push(request.param('name'));
			return json({ message: 'Model loaded successfully' });
		});
		const health = {
			status: 'healthy',
			timestamp: '2026-01-02T03:04:05',
			version: '1.0.0',
			uptime_seconds: 2.5,
		};
		on('GET', '/health/', () => json(health));
		on('GET', '/health/detailed', () =>
			json({
				...health,
				status: 'degraded',
				services: [{ name: 'comfyui', status: 'unhealthy', response_time_ms: 3, error: 'no answer' }],
			}),
		);
		return router;
	}
}
