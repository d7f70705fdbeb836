import { json, type Reply } from '../../http/Reply';
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

/** Jobs that were taken, and the keys that came with them. */
class Submissions {
	readonly sizes = new Map<string, number>();
	private readonly keys = new Set<string>();

	constructor(private readonly context: ApiV2Context) {}

	async take(request: Request): Promise<Reply> {
		const { backstage, assets } = this.context;
		const { workflow, extra_data, ...unknown } = request.jsonObject() as { workflow?: Prompt } & Record<
			string,
			unknown
		>;
		const strange = [...Object.keys(unknown), ...Object.keys((extra_data as object) ?? {})];
		const refused = strange.find((name) => name !== 'api_key_comfy_org');
		if (refused || !workflow) return refusal(422, 'invalid_request', `unknown member ${refused}`);
		if (Array.isArray(workflow.nodes)) return refusal(422, 'workflow_format_ui', 'this is the UI format');
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
		this.sizes.set(id, Object.keys(workflow).length);
		return json(await this.describe(id), 201);
	}

	/** The job as the API shows it; undefined when there is none. */
	async describe(id: string): Promise<object | undefined> {
		const { backstage, progress, url } = this.context;
		const size = this.sizes.get(id);
		const job = size === undefined ? undefined : await backstage.job(id);
		if (!job || size === undefined) return undefined;
		const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
		const waiting = backstage.comfyUi.going.filter((other) => other !== id);
		return {
			id,
			status: STATUSES[job.status],
			created_at: iso(job.create_time),
			started_at: iso(job.execution_start_time),
			completed_at: iso(job.execution_end_time),
			expires_at: iso((job.create_time ?? 0) + 86_400_000),
			queue_position: job.status === 'pending' ? waiting.length : null,
			progress: job.status === 'pending' ? null : progress.of(id, size),
			outputs: this.outputs(job),
			error: failure(job),
			urls: {
				self: `/api/v2/jobs/${id}`,
				events: `/api/v2/jobs/${id}/events`,
				cancel: `${url()}/api/v2/jobs/${id}/cancel`,
			},
		};
	}

	private outputs({ outputs }: Job): object[] {
		const { assets, storage } = this.context;
		return Object.entries(outputs ?? {}).flatMap(([node_id, output]) =>
			Object.values(output)
				.flat()
				.filter((item): item is FileReference => Boolean((item as FileReference | null)?.filename))
				.map(({ filename, subfolder, type }) => {
					const path = [subfolder, filename].filter(Boolean).join('/');
					const id = assets.add({ type, path });
					return {
						node_id,
						name: filename,
						type: 'image',
						content_type: mediaType(filename),
						size_bytes: assets.bytesOf(id)?.length ?? 0,
						id,
						hash: null,
						url: storage.addressOf(`${id}/${filename}`),
						url_expires_at: new Date(Date.now() + 900_000).toISOString(),
					};
				}),
		);
	}
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
	const shown = async (id: string) => {
		const job = await submissions.describe(id);
		return job ? json(job) : refusal(404, 'job_not_found', 'no such job');
	};
	router.post('/api/v2/jobs', async (request) => await submissions.take(request), ONLY);
	router.get('/api/v2/jobs/{id}', async (request) => await shown(request.param('id')), ONLY);
	router.post(
		'/api/v2/jobs/{id}/cancel',
		async (request) => {
			const id = request.param('id');
			if (submissions.sizes.has(id)) await context.backstage.cancel(id);
			return await shown(id);
		},
		ONLY,
	);
}
