import { randomUUID } from 'node:crypto';
import type { Returned } from './Worker';

export type Status = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

/** A job as the endpoint keeps it. */
export interface Job {
	id: string;
	status: Status;
	/** The whole body of `/run`. */
	body: { input?: unknown; webhook?: string; policy?: Record<string, unknown> };
	output?: Returned;
	error?: unknown;
}

/** How an endpoint behaves. */
export interface EndpointOptions {
	/** Jobs that run at a time. Default 3. */
	workers: number;
	/** Where the error of a handler ends up. Default `top`, with the status FAILED. */
	errors: 'top' | 'output';
	/** How often the webhook is called. Default once. */
	calls: number;
}

type Handler = (jobId: string, input: unknown) => Promise<Returned>;

/** The queue of a serverless endpoint and the workers that take from it. */
export class Endpoint {
	readonly jobs = new Map<string, Job>();
	/** No job leaves the queue. */
	paused = false;
	private running = 0;
	private readonly ended = new Map<string, () => void>();

	constructor(
		private readonly options: EndpointOptions,
		private readonly handler: Handler,
	) {}

	add(body: Job['body'], prefix = ''): Job {
		const job: Job = { id: `${prefix}${randomUUID()}-u1`, status: 'IN_QUEUE', body };
		this.jobs.set(job.id, job);
		this.start();
		return job;
	}

	/** Lets workers take what waits. */
	start(): void {
		if (this.paused) return;
		for (const job of this.jobs.values()) {
			if (this.running >= this.options.workers) return;
			if (job.status === 'IN_QUEUE') void this.run(job);
		}
	}

	/** Resolves when the job has ended. */
	async end(job: Job): Promise<void> {
		if (isGoing(job)) await new Promise<void>((resolve) => this.ended.set(job.id, resolve));
	}

	going(): string[] {
		return [...this.jobs.values()].filter(isGoing).map(({ id }) => id);
	}

	/** Ends a job from outside; what its handler returns is dropped. */
	finish(job: Job, status: Status): void {
		if (!isGoing(job)) return;
		job.status = status;
		this.ended.get(job.id)?.();
		void this.call(job);
	}

	/** What `/status` says. */
	view({ id, status, output, error }: Job): Record<string, unknown> {
		const going = status === 'IN_QUEUE' || status === 'IN_PROGRESS';
		const times = going ? {} : { delayTime: 824, executionTime: 3391 };
		return { ...times, error, id, output, status };
	}

	private async run(job: Job): Promise<void> {
		this.running++;
		job.status = 'IN_PROGRESS';
		const returned = await this.handler(job.id, job.body.input).catch((error: Error) => ({
			error: JSON.stringify({
				error_type: `<class '${error.name}'>`,
				error_message: error.message,
				error_traceback: `Traceback (most recent call last):\n${error.name}: ${error.message}`,
				hostname: 'worker-1',
			}),
		}));
		this.running--;
		if (isGoing(job)) this.take(job, returned);
		this.start();
	}

	private take(job: Job, { error, ...output }: Returned): void {
		const atTop = error !== undefined && this.options.errors === 'top';
		if (atTop) job.error = error;
		const rest = atTop || error === undefined ? output : { error, ...output };
		job.output = Object.keys(rest).length > 0 ? rest : undefined;
		this.finish(job, atTop ? 'FAILED' : 'COMPLETED');
	}

	private async call(job: Job): Promise<void> {
		const { webhook } = job.body;
		for (let calls = 0; webhook && calls < this.options.calls; calls++) {
			await fetch(webhook, { method: 'POST', body: JSON.stringify(this.view(job)) }).catch(() => {});
		}
	}
}

function isGoing({ status }: Job): boolean {
	return status === 'IN_QUEUE' || status === 'IN_PROGRESS';
}
