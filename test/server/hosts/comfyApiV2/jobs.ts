import { setTimeout } from 'node:timers/promises';
import { events, json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import { mediaType } from '../../files/mediaTypes';
import type { Job } from '../../queue/jobs';
import type { Prompt, FileReference } from '../../types';
import { refusal, type ApiV2Context } from './LittleApiV2';

const ONLY = { single: true };

const STATUSES: Record<string, string> = {
	pending: 'queued',
	in_progress: 'running',
	completed: 'succeeded',
	failed: 'failed',
	cancelled: 'canceled',
};
const ENDS = ['succeeded', 'failed', 'canceled', 'expired'];

/** The kinds of outputs by key. The proxy drops every other key, and every item that is no file. */
const KINDS: Record<string, string> = {
	images: 'image',
	gifs: 'video',
	audio: 'audio',
	files: 'file',
	latents: 'latent',
};

/** The proxy serves eight streams at a time. */
const MOST_STREAMS = 8;
const PAGE = 50;

interface NodeErrors {
	[nodeId: string]: { errors: Array<{ type: string; extra_info: { input_name?: string } }> };
}

/** ComfyUI's findings as the API words them. */
function findings(nodeErrors: NodeErrors): object {
	const rows = Object.entries(nodeErrors).map(([id, { errors }]) => [
		id,
		errors.map(({ type, extra_info: { input_name: field } }) => ({
			field,
			reason: type === 'required_input_missing' ? 'missing_input' : type,
		})),
	]);
	return { node_errors: Object.fromEntries(rows) as object };
}

/** A job that was taken. */
interface Taken {
	workflow: Prompt;
	metadata?: unknown;
	createdAt: number;
}

type Described = Record<string, unknown> & { status: string };

/** Jobs that were taken, and the keys that came with them. */
class Submissions {
	readonly taken = new Map<string, Taken>();
	streams = 0;
	private readonly keys = new Set<string>();

	constructor(private readonly context: ApiV2Context) {}

	private get isProxy(): boolean {
		return this.context.options.kind === 'proxy';
	}

	async take(request: Request): Promise<Reply> {
		const { backstage, assets } = this.context;
		const { workflow, extra_data, metadata, ...unknown } = request.jsonObject() as {
			workflow?: Prompt;
		} & Record<string, unknown>;
		const strange = [...Object.keys(unknown), ...Object.keys((extra_data as object) ?? {})];
		const refused = strange.find((name) => name !== 'api_key_comfy_org');
		if (refused || !workflow) return refusal(422, 'invalid_request', `unknown member ${refused}`);
		if (Array.isArray(workflow.nodes)) return refusal(422, 'workflow_format_ui', 'this is the UI format');
		if (metadata !== undefined && (typeof metadata === 'string') !== this.isProxy)
			return refusal(422, 'invalid_request', "'metadata' must be a string (opaque label).");
		const key = request.headers['idempotency-key'];
		if (this.keys.has(String(key))) return refusal(422, 'idempotency_key_reuse', 'key was used before');
		const prompt = assets.resolve(workflow);
		if (!prompt) return refusal(422, 'missing_asset', 'a referenced asset does not exist');
		const { status, body } = await backstage.submit({ prompt, ...(extra_data ? { extra_data } : {}) });
		if (status !== 200) {
			const { message } = body.error as { message: string };
			return refusal(422, 'invalid_workflow', message, findings(body.node_errors as NodeErrors));
		}
		if (key) this.keys.add(String(key));
		const id = String(body.prompt_id);
		this.taken.set(id, { workflow: prompt, metadata, createdAt: Date.now() });
		return json(await this.describe(id), 201);
	}

	/** The job as the API shows it; undefined when there is none. */
	async describe(id: string): Promise<Described | undefined> {
		const { backstage, url } = this.context;
		const taken = this.taken.get(id);
		if (!taken) return undefined;
		const job = await backstage.job(id, !this.isProxy);
		if (!job && !this.isProxy) return undefined;
		const waiting = backstage.comfyUi.going.filter((other) => other !== id);
		return {
			id,
			status: job ? STATUSES[job.status] : 'expired',
			created_at: iso(taken.createdAt),
			started_at: this.isProxy ? null : iso(job?.execution_start_time),
			completed_at: this.isProxy ? null : iso(job?.execution_end_time),
			expires_at: iso(taken.createdAt + 86_400_000),
			queue_position: job?.status === 'pending' ? waiting.length : null,
			progress: this.progress(id, job, taken),
			outputs: job ? this.outputs(job) : [],
			error: job ? failure(job) : null,
			...(taken.metadata !== undefined && { metadata: taken.metadata }),
			urls: {
				self: `/api/v2/jobs/${id}`,
				events: `/api/v2/jobs/${id}/events`,
				cancel: `${url()}/api/v2/jobs/${id}/cancel`,
			},
		};
	}

	/** Newest first. The proxy filters and has one page; the others have pages, and filter by labels only. */
	async list({ query }: Request): Promise<Reply> {
		const limit = Number(query.get('limit') ?? PAGE);
		if (!(limit >= 1 && limit <= 100)) return refusal(400, 'invalid_request', 'limit');
		const ids = [...this.taken.keys()].reverse();
		const found = await Promise.all(ids.map(async (id) => await this.describe(id)));
		const all = found.filter((job) => job !== undefined);
		if (this.isProxy) {
			const statuses = query.get('status')?.split(',');
			const jobs = all.filter(({ status }) => statuses?.includes(status) ?? true).slice(0, limit);
			return json({ jobs, truncated: false });
		}
		const from = Number(query.get('cursor') ?? 0);
		const page = all.slice(from, from + limit).map(({ id, status, created_at, metadata }) => ({
			id,
			status,
			create_time: created_at,
			update_time: created_at,
			metadata: metadata ?? {},
		}));
		const more = from + limit < all.length;
		return json({ jobs: page, ...(more && { next_cursor: String(from + limit) }) });
	}

	/** The state, then what happens, then the end. */
	async *stream(id: string): AsyncGenerator<{ event: string; data: object } | undefined> {
		const stop = new AbortController();
		const happening = this.context.progress.follow(id, stop.signal);
		this.streams += 1;
		try {
			const first = happening.next(); // before the state is read, so that nothing is missed
			first.catch(() => {});
			let job = await this.describe(id);
			yield status(job);
			if (job?.progress) yield { event: 'progress', data: job.progress };
			if (!ENDS.includes(job?.status ?? 'expired')) {
				for (let next = await first; !next.done; next = await happening.next()) {
					if (next.value.event === 'end') break;
					yield next.value;
				}
				while (!ENDS.includes((job = await this.describe(id))?.status ?? 'expired')) await setTimeout(5);
				yield status(job);
			}
			for (const output of (job?.outputs as object[] | undefined) ?? [])
				yield { event: 'output', data: output };
		} finally {
			this.streams -= 1;
			stop.abort();
		}
	}

	/** Polling the proxy says nothing about progress; the others work it out for all nodes. */
	private progress(id: string, job: Job | undefined, { workflow }: Taken): object | null {
		if (job?.status !== 'in_progress') return null;
		if (this.isProxy) return { value: 0, nodes_done: 0, nodes_total: 0 };
		return this.context.progress.of(id, Object.keys(workflow).length);
	}

	private outputs({ outputs }: Job): object[] {
		const { assets, url, storage } = this.context;
		return Object.entries(outputs ?? {}).flatMap(([node_id, output]) =>
			Object.entries(output).flatMap(([key, items]) => {
				const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : this.isProxy ? undefined : 'file';
				if (!kind) return [];
				return [items]
					.flat()
					.filter((item): item is FileReference => Boolean((item as FileReference | null)?.filename))
					.map(({ filename, subfolder, type }) => {
						const id = assets.add({ type, path: [subfolder, filename].filter(Boolean).join('/') });
						return {
							node_id,
							name: filename,
							type: kind,
							content_type: mediaType(filename),
							size_bytes: this.isProxy ? 0 : (assets.bytesOf(id)?.length ?? 0),
							id,
							hash: null,
							url: this.isProxy
								? `${url()}/api/v2/assets/${id}/content`
								: storage.addressOf(`${id}/${filename}`),
							url_expires_at: iso(Date.now() + 900_000),
						};
					});
			}),
		);
	}
}

const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

function status(job: Described | undefined): { event: string; data: object } {
	const position = job?.queue_position ?? undefined;
	const now = job?.status ?? 'expired';
	return {
		event: 'status',
		data: { status: now, ...(position !== undefined && { queue_position: position }) },
	};
}

function failure({ execution_error }: Job): object | null {
	const error = execution_error as Record<string, unknown> | undefined;
	if (!error) return null;
	return {
		code: 'node_execution_error',
		message: String(error.exception_message).trim(),
		node_id: error.node_id,
		class_type: error.node_type,
		traceback: (error.traceback as string[]).join('\n'),
	};
}

export function jobRoutes(router: Router, context: ApiV2Context): void {
	const submissions = new Submissions(context);
	const unknown = refusal(404, 'job_not_found', 'no such job');
	router.post('/api/v2/jobs', async (request) => await submissions.take(request), ONLY);
	router.get(
		'/api/v2/jobs',
		async (request) =>
			context.options.kind === 'cloud'
				? refusal(501, 'not_implemented', 'the job list is not available here')
				: await submissions.list(request),
		ONLY,
	);
	router.get(
		'/api/v2/jobs/{id}',
		async (request) => {
			const job = await submissions.describe(request.param('id'));
			return job ? json(job) : unknown;
		},
		ONLY,
	);
	router.get(
		'/api/v2/jobs/{id}/workflow',
		(request) => {
			const taken = submissions.taken.get(request.param('id'));
			return taken ? json({ workflow: taken.workflow, format: 'api' }) : unknown;
		},
		ONLY,
	);
	router.get(
		'/api/v2/jobs/{id}/events',
		(request) => {
			const id = request.param('id');
			if (!submissions.taken.has(id)) return unknown;
			if (submissions.streams < MOST_STREAMS) return events(submissions.stream(id));
			const reply = refusal(429, 'too_many_streams', 'Maximum concurrent event streams reached');
			return { ...reply, headers: { ...reply.headers, 'Retry-After': '5' } };
		},
		ONLY,
	);
	router.post(
		'/api/v2/jobs/{id}/cancel',
		async (request) => {
			const id = request.param('id');
			// The proxy answers with success even where ComfyUI has no such route.
			if (submissions.taken.has(id)) await context.backstage.cancel(id).catch(() => {});
			context.progress.end(id);
			const job = await submissions.describe(id);
			if (!job) return unknown;
			return json(job.status === 'running' ? { ...job, status: 'canceling' } : job);
		},
		ONLY,
	);
}
