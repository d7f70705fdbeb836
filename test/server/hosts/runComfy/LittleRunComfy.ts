import type { RequestFault, RequestMatch } from '../../faults/rules';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { encodePng } from '../../pictures/encodePng';
import { flatPicture } from '../../pictures/Picture';
import { Bucket } from '../comfyDeploy/Bucket';
import { DEPLOYMENTS, NODE_FAILURE } from '../comfyDeploy/deployments';
import { RunBook, type Run } from '../comfyDeploy/RunBook';
import { Origin } from '../Origin';
import { requestRoutes, resultOf } from './requests';

export interface LittleRunComfyOptions {
	/** How often a callback URL is called; 0 loses the call, 2 doubles it. Default 1. */
	calls?: number;
	/** Where refusals are: an HTTP status, or status 200 with an `error_code`. Default `status`. */
	refusals?: 'status' | 'body';
}

/** The reason of a failed request: a list in answers, an object in the documentation. */
const FAILURE = {
	list: [{ errorCode: 20002, error: NODE_FAILURE.exception_message, debugInfo: NODE_FAILURE.exception_type }],
	object: { type: NODE_FAILURE.exception_type, message: NODE_FAILURE.exception_message },
	none: null,
};

const ENDED = ['success', 'failed', 'cancelled'];

/** A small RunComfy: its serverless API with one account; its storage is on another port. */
export class LittleRunComfy {
	readonly apiKey = 'rc-canary-token-of-runcomfy';
	readonly bucket = new Bucket();
	readonly book = new RunBook(this.bucket, encodePng(flatPicture(8, 8, 0x3366cc)));
	calls: number;
	/** How the reason of a failure is given. */
	failures: keyof typeof FAILURE = 'list';
	/** Whether requests can be cancelled. */
	cancels = true;
	/** The deployments of the account. */
	readonly deployments: string[] = Object.values(DEPLOYMENTS);
	private readonly refusals: 'status' | 'body';
	private readonly router = new Router();
	private readonly calling = new Set<Promise<unknown>>();
	private origin!: Origin;

	private constructor({ calls = 1, refusals = 'status' }: LittleRunComfyOptions) {
		this.calls = calls;
		this.refusals = refusals;
		requestRoutes(this.router, this);
		this.book.onChange = (run) => this.call(run);
	}

	static async start(options: LittleRunComfyOptions = {}): Promise<LittleRunComfy> {
		const host = new LittleRunComfy(options);
		await host.bucket.start();
		host.origin = await Origin.start(host.router, { guard: (request) => host.guard(request) });
		return host;
	}

	/** The base URL. */
	get url(): string {
		return `${this.origin.url}/prod/v2`;
	}

	get requests() {
		return this.origin.requests;
	}

	get failure(): unknown {
		return FAILURE[this.failures];
	}

	fault(match: RequestMatch, fault: RequestFault): void {
		this.origin.faults.arm(match, fault);
	}

	/** The next requests to a route are refused. */
	tooMany(path: RegExp, times: number): void {
		const reply = { status: 429, headers: { 'Retry-After': '0' }, body: { message: 'Too many requests' } };
		this.fault({ method: 'POST', path, times }, { kind: 'respond', reply });
	}

	/** A refusal. @param code the first three digits of six are the status; five digits are of a deployment */
	refuse(code: number, message: string, detail?: unknown): Reply {
		const status = code < 100_000 ? 400 : Math.floor(code / 1000);
		const body = { error_code: code, error_message: message, ...(detail !== undefined && { detail }) };
		return json(body, this.refusals === 'body' ? 200 : status);
	}

	/** No further answers. */
	async goDown(): Promise<void> {
		await this.origin.stop();
	}

	async stop(): Promise<void> {
		this.book.stop();
		await Promise.all([this.origin.stop(), this.bucket.stop(), ...this.calling]);
	}

	private guard(request: Request): Reply | undefined {
		if (request.headers.authorization !== `Bearer ${this.apiKey}`) return this.refuse(401001, 'Unauthorized');
		return this.router.find(request) ? undefined : json({ detail: 'Not Found' }, 404);
	}

	private call(run: Run): void {
		const { webhook, webhook_intermediate_status: always } = run.body;
		if (typeof webhook !== 'string' || !(always || ENDED.includes(run.status))) return;
		const facts = { ...resultOf(run, this), deployment_id: DEPLOYMENTS[run.deployment] };
		for (let calls = 0; calls < this.calls; calls++) {
			const headers = { 'Content-Type': 'application/json' };
			const sent = fetch(webhook, { method: 'POST', headers, body: JSON.stringify(facts) });
			this.calling.add(sent.catch(() => {}));
		}
	}
}
