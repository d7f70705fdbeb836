import type { RequestFault, RequestMatch } from '../../faults/rules';
import { json, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { encodePng } from '../../pictures/encodePng';
import { flatPicture } from '../../pictures/Picture';
import { Origin } from '../Origin';
import { Bucket } from './Bucket';
import { hostedRoutes, outputsOf } from './hosted';
import { RunBook, type Run } from './RunBook';
import { refuseByText, webAppRoutes } from './webApp';

export interface LittleComfyDeployOptions {
	/** The hosted API, or the open-source web app. Default the hosted API. */
	generation?: 'v2' | 'webApp';
	/** Of the web app: what it answers, or what its older documents say. Default what it answers. */
	shapes?: 'actual' | 'documented';
}

const ENDED = ['success', 'failed', 'timeout', 'cancelled'];

/** A small ComfyUI Deploy of either generation; its storage is on another port. */
export class LittleComfyDeploy {
	readonly apiKey = 'cd_canary.key-of-comfy-deploy';
	readonly workflowId = '5a1f9a6e-0a43-4a2c-9d3b-0b2b7f1f6a10';
	readonly bucket = new Bucket();
	readonly book = new RunBook(this.bucket, encodePng(flatPicture(8, 8, 0x3366cc)));
	/** Rows of workflow versions, by id: `version-1`, `version-2` ... */
	readonly versions = new Map<string, Record<string, unknown>>();
	/** Of the hosted API: 1 for shares, 100 for percent. */
	progressScale = 1;
	/** Of the hosted API: what its times end in: nothing, `Z` or `+00:00`. */
	zone = '';
	/** Of the hosted API: whether it reports why a run failed. */
	explains = true;
	/** How often a callback URL is called; 0 loses the call, 2 doubles it. */
	calls = 1;
	readonly shapes: 'actual' | 'documented';
	private readonly generation: 'v2' | 'webApp';
	private readonly router = new Router();
	private readonly calling = new Set<Promise<unknown>>();
	private origin!: Origin;

	private constructor({ generation = 'v2', shapes = 'actual' }: LittleComfyDeployOptions) {
		this.shapes = shapes;
		this.generation = generation;
		if (generation === 'v2') hostedRoutes(this.router, this);
		else webAppRoutes(this.router, this);
		this.book.onChange = (run) => this.call(run);
	}

	static async start(options: LittleComfyDeployOptions = {}): Promise<LittleComfyDeploy> {
		const host = new LittleComfyDeploy(options);
		await host.bucket.start();
		host.origin = await Origin.start(host.router, { guard: (request) => host.guard(request) });
		return host;
	}

	/** The base URL. */
	get url(): string {
		return `${this.origin.url}/api`;
	}

	get requests() {
		return this.origin.requests;
	}

	fault(match: RequestMatch, fault: RequestFault): void {
		this.origin.faults.arm(match, fault);
	}

	/** The next submissions are refused. */
	tooMany(times: number, retryAfter = 0): void {
		this.refuse(/^\/api\/run(\/deployment\/queue)?$/, times, retryAfter);
	}

	/** The next requests to cancel a run are answered with 429. */
	tooManyCancels(times: number): void {
		this.refuse(/\/cancel$/, times, 0);
	}

	private refuse(path: RegExp, times: number, retryAfter: number): void {
		const reply = {
			status: 429,
			headers: { 'Retry-After': String(retryAfter) },
			body: { detail: 'slow down' },
		};
		this.fault({ method: 'POST', path, times }, { kind: 'respond', reply });
	}

	/** Keeps a version of the workflow; returns its number. */
	keepVersion({ workflow, workflow_api, snapshot }: Record<string, unknown>): number {
		const version = this.versions.size + 1;
		const id = `version-${version}`;
		const created_at = '2024-05-06T07:08:09.000Z';
		const row = { id, workflow_id: this.workflowId, version, workflow, workflow_api, snapshot, created_at };
		this.versions.set(id, row);
		return version;
	}

	/** Resolves when all callbacks have been sent. */
	async called(): Promise<void> {
		await Promise.all(this.calling);
	}

	/** No further answers. */
	async goDown(): Promise<void> {
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		this.book.stop();
		await Promise.all([this.origin.stop(), this.bucket.stop(), this.called()]);
	}

	private guard(request: Request): Reply | undefined {
		if (this.generation === 'webApp') {
			const refusal = refuseByText(request, this);
			return refusal ?? (this.router.find(request) ? undefined : text(404, '404 Not Found'));
		}
		if (request.headers.authorization !== `Bearer ${this.apiKey}`) {
			return json({ detail: 'Invalid or expired token' }, 401);
		}
		return this.router.find(request) ? undefined : json({ detail: 'Not Found' }, 404);
	}

	private call(run: Run): void {
		const { webhook, webhook_intermediate_status: always } = run.body;
		if (typeof webhook !== 'string' || !(always || ENDED.includes(run.status))) return;
		const { id, status, liveStatus, progress } = run;
		const outputs = outputsOf(run, this);
		const facts = {
			event_type: 'run.updated',
			run_id: id,
			status,
			live_status: liveStatus,
			progress,
			outputs,
		};
		for (let calls = 0; calls < this.calls; calls++) {
			const sent = fetch(webhook, { method: 'POST', body: JSON.stringify(facts) });
			this.calling.add(sent.catch(() => {}));
		}
	}
}
