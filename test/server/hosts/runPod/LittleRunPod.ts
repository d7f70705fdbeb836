import type { RequestFault, RequestMatch } from '../../faults/rules';
import { json, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { LittleComfyUi } from '../../LittleComfyUi';
import { Origin } from '../Origin';
import { Endpoint, type EndpointOptions, type Job } from './Endpoint';
import { Storage } from './Storage';
import { Worker, type WorkerOptions } from './Worker';

export interface LittleRunPodOptions extends Partial<WorkerOptions>, Partial<EndpointOptions> {
	/** Max time that `/runsync` waits, ms. Default: the time in the request. */
	syncWaitMs?: number;
	/** Replaces worker-comfyui. */
	handler?: (jobId: string, input: unknown) => Promise<Record<string, unknown>>;
}

const MOST_BYTES = { run: 10 * 1024 * 1024, runsync: 20 * 1024 * 1024 };

/** A small RunPod with one endpoint, whose workers share a little ComfyUI; a bucket is on another port. */
export class LittleRunPod {
	readonly endpointId = 'abc123def456';
	readonly apiKey = 'rpa_canary-key-of-runpod';
	readonly storage = new Storage();
	readonly endpoint: Endpoint;
	private open: () => void = () => {};
	private readonly gate = new Promise<void>((resolve) => (this.open = resolve));
	private origin!: Origin;

	private constructor(
		readonly comfyUi: LittleComfyUi,
		private readonly options: LittleRunPodOptions,
	) {
		const { generation = 'list', bucket = false, workers = 3, errors = 'top', calls = 1 } = options;
		const worker = new Worker(comfyUi, this.storage, { generation, bucket });
		this.endpoint = new Endpoint({ workers, errors, calls }, async (id, input) => {
			if (JSON.stringify(input).includes('"TSleep"')) await this.gate;
			return await (options.handler ?? ((...job) => worker.run(...job)))(id, input);
		});
	}

	static async start(options: LittleRunPodOptions = {}): Promise<LittleRunPod> {
		const runPod = new LittleRunPod(await LittleComfyUi.start(), options);
		await runPod.storage.start();
		runPod.origin = await Origin.start(runPod.routes(), { guard: (request) => runPod.guard(request) });
		return runPod;
	}

	/** What goes before the endpoint ID. */
	get url(): string {
		return `${this.origin.url}/v2`;
	}

	get requests() {
		return this.origin.requests;
	}

	/** Workflows with a TSleep wait for this before they run. */
	release(): void {
		this.open();
	}

	fault(match: RequestMatch, fault: RequestFault): void {
		this.origin.faults.arm(match, fault);
	}

	/** The next requests of this kind are refused. */
	tooMany(path: RegExp, times: number, retryAfter = 0): void {
		const headers = { 'Retry-After': String(retryAfter) };
		this.fault({ path, times }, { kind: 'respond', reply: { status: 429, headers } });
	}

	/** No further answers. */
	async goDown(): Promise<void> {
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		this.release();
		await Promise.all([this.origin.stop(), this.storage.stop(), this.comfyUi.stop()]);
	}

	private guard({ headers, path }: Request): Reply | undefined {
		if (headers.authorization !== `Bearer ${this.apiKey}`) return text(401, '');
		if (!path.startsWith(`/v2/${this.endpointId}/`)) return json({ error: 'endpoint not found' }, 404);
		return undefined;
	}

	private routes(): Router {
		const router = new Router();
		const on = (method: string, path: string, handle: (request: Request) => Reply | Promise<Reply>) =>
			router.on(method, `/v2/${this.endpointId}${path}`, handle, { single: true });
		const { endpoint } = this;
		on('POST', '/run', (request) => this.take(request, MOST_BYTES.run, ''));
		on('POST', '/runsync', (request) => this.take(request, MOST_BYTES.runsync, 'sync-'));
		on('GET', '/status/{id}', (request) => this.withJob(request, (job) => json(endpoint.view(job))));
		on('POST', '/cancel/{id}', (request) =>
			this.withJob(request, (job) => {
				endpoint.finish(job, 'CANCELLED');
				return json({ id: job.id, status: job.status });
			}),
		);
		on('GET', '/health', () =>
			json({
				jobs: { completed: 1, failed: 0, inProgress: 0, inQueue: endpoint.going().length, retried: 0 },
				workers: { idle: 1, running: 0 },
			}),
		);
		return router;
	}

	private async take(request: Request, most: number, prefix: string): Promise<Reply> {
		if (request.body.byteLength > most) return json({ error: 'payload too large' }, 413);
		const body = JSON.parse(request.body.toString()) as Job['body'];
		if (body.input === undefined) return json({ error: 'input is required' }, 400);
		const job = this.endpoint.add(body, prefix);
		if (!prefix) return json({ id: job.id, status: 'IN_QUEUE' });
		const waitMs = this.options.syncWaitMs ?? Number(request.query.get('wait') ?? 90_000);
		await Promise.race([
			this.endpoint.end(job),
			new Promise((resolve) => setTimeout(resolve, waitMs).unref()),
		]);
		return json(this.endpoint.view(job));
	}

	private withJob(request: Request, handle: (job: Job) => Reply): Reply {
		const job = this.endpoint.jobs.get(request.param('id'));
		return job ? handle(job) : json({ error: 'job not found' }, 404);
	}
}
