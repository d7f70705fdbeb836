import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import type { Job } from '../../queue/jobs';
import type { CloudContext } from './LittleComfyCloud';

const ONLY = { single: true };
const NOT_FOUND = json({ code: 'NOT_FOUND', message: 'Job not found' }, 404);

/** A job as the cloud writes it: creation in seconds, no priority. */
function cloudJob({ priority, ...job }: Job, { milliseconds }: CloudContext['options']): object {
	const created = job.create_time ?? 0;
	return { ...job, create_time: milliseconds ? created : Math.floor(created / 1000), update_time: priority };
}

async function submit(request: Request, { backstage, options }: CloudContext): Promise<Reply> {
	if (backstage.comfyUi.going.length >= (options.mostJobs ?? Infinity)) {
		return json({ error: { type: 'QUEUE_LIMIT', message: 'Too many jobs in the queue' } }, 429);
	}
	const { prompt, prompt_id, extra_data, partial_execution_targets } = request.jsonObject();
	const answer = await backstage.submit({
		prompt,
		...(extra_data !== undefined && { extra_data }),
		...(partial_execution_targets !== undefined && { partial_execution_targets }),
		...(options.honoursIds && { prompt_id }),
	});
	return json(answer.body, answer.status);
}

async function list({ query }: Request, { backstage, options }: CloudContext): Promise<Reply> {
	const statuses = query.get('status')?.split(',');
	const limit = Number(query.get('limit') ?? 100);
	if (!(limit >= 1 && limit <= 1000)) return json({ code: 'BAD_REQUEST', message: 'limit' }, 400);
	const offset = Number(query.get('offset') ?? 0);
	const all = (await backstage.jobs()).filter(({ status }) => !statuses || statuses.includes(status));
	const jobs = all.slice(offset, offset + limit).map((job) => cloudJob(job, options));
	const pagination = { offset, limit, total: all.length, has_more: offset + jobs.length < all.length };
	return json({ jobs, pagination });
}

export function jobRoutes(router: Router, context: CloudContext): void {
	const { backstage, options } = context;
	const { comfyUi } = backstage;
	router.post('/api/prompt', async (request) => await submit(request, context), ONLY);
	router.get('/api/jobs', async (request) => await list(request, context), ONLY);
	router.get(
		'/api/jobs/{id}',
		async (request) => {
			const job = await backstage.job(request.param('id'));
			return job ? json(cloudJob(job, options)) : NOT_FOUND;
		},
		ONLY,
	);
	if (options.cancelRoute !== false) {
		router.post(
			'/api/jobs/{id}/cancel',
			async (request) => json({ cancelled: await backstage.cancel(request.param('id')) }),
			ONLY,
		);
	}
	router.post(
		'/api/queue',
		async (request) => {
			const { delete: ids = [], clear } = request.jsonObject() as { delete?: string[]; clear?: boolean };
			const pending = (await backstage.jobs()).filter(({ status }) => status === 'pending');
			const waiting = pending.map(({ id }) => id).filter((id) => clear || ids.includes(id));
			for (const id of waiting) await backstage.cancel(id);
			return json({ deleted: waiting, cleared: clear === true });
		},
		ONLY,
	);
	router.post(
		'/api/interrupt',
		async () => {
			for (const id of comfyUi.going) await backstage.cancel(id);
			return json({});
		},
		ONLY,
	);
}
