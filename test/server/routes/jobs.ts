import { json, type Reply } from '../http/Reply';
import type { Request } from '../http/Request';
import type { Router } from '../http/Router';
import { finishedJob, JOB_STATUSES, queuedJob, type Job } from '../queue/jobs';
import { repr, toInt } from '../wire/pythonText';
import type { RouteContext } from './RouteContext';
import { isCanonicalUuid } from './Submission';

function badRequest(error: string, more: object = {}): Reply {
	return json({ error, ...more }, 400);
}

function allJobs({ process }: RouteContext): Job[] {
	const { running, pending, history } = process.queue;
	return [
		...running.map((item) => queuedJob(item, 'in_progress')),
		...pending.map((item) => queuedJob(item, 'pending')),
		...[...history.values()].map((entry) => finishedJob(entry)),
	];
}

function duration({ execution_start_time: start, execution_end_time: end }: Job): number {
	return start && end ? end - start : 0;
}

/** `name=` as an integer, undefined when absent, null when it is none. */
function integer(request: Request, name: string): number | undefined | null {
	const text = request.query.get(name);
	if (text === null) return undefined;
	try {
		return Number(toInt(text));
	} catch {
		return null;
	}
}

function listJobs(request: Request, context: RouteContext): Reply {
	const { query } = request;
	const statuses = (query.get('status') ?? '').split(',').map((one) => one.trim().toLowerCase());
	const wanted = statuses.filter((status) => status !== '');
	const invalid = wanted.filter((status) => !JOB_STATUSES.includes(status));
	const valid = JOB_STATUSES.join(', ');
	if (invalid.length > 0)
		return badRequest(`Invalid status value(s): ${invalid.join(', ')}. Valid values: ${valid}`);
	const sortBy = (query.get('sort_by') ?? 'created_at').toLowerCase();
	if (sortBy !== 'created_at' && sortBy !== 'execution_duration')
		return badRequest("sort_by must be 'created_at' or 'execution_duration'");
	const order = (query.get('sort_order') ?? 'desc').toLowerCase();
	if (order !== 'asc' && order !== 'desc') return badRequest("sort_order must be 'asc' or 'desc'");
	const limit = integer(request, 'limit');
	if (limit === null) return badRequest('limit must be an integer');
	if (limit !== undefined && limit <= 0) return badRequest('limit must be a positive integer');
	const given = integer(request, 'offset');
	if (given === null) return badRequest('offset must be an integer');
	const offset = Math.max(0, given ?? 0);
	const workflowId = query.get('workflow_id');
	const key = sortBy === 'created_at' ? (job: Job) => job.create_time ?? 0 : duration;
	const sign = order === 'asc' ? 1 : -1;
	const jobs = allJobs(context)
		.filter((job) => wanted.length === 0 || wanted.includes(job.status))
		.filter((job) => !workflowId || job.workflow_id === workflowId)
		.sort((a, b) => sign * (key(a) - key(b)));
	const page = jobs.slice(offset, limit === undefined ? undefined : offset + limit);
	const has_more = offset + page.length < jobs.length;
	return json({ jobs: page, pagination: { offset, limit: limit ?? null, total: jobs.length, has_more } });
}

function findJob(id: string, { process }: RouteContext): Job | undefined {
	const { running, pending, history } = process.queue;
	const entry = history.get(id);
	if (entry) return finishedJob(entry, true);
	const runs = running.find((item) => item[1] === id);
	if (runs) return queuedJob(runs, 'in_progress');
	const waits = pending.find((item) => item[1] === id);
	return waits && queuedJob(waits, 'pending');
}

/** Whether there was something to cancel. */
function cancel(id: string, { process }: RouteContext): boolean {
	return process.interruptPrompt(id) || process.queue.delete(id);
}

function cancelMany(request: Request, context: RouteContext): Reply {
	let body: unknown;
	try {
		body = request.json();
	} catch {
		return badRequest('Request body must be valid JSON');
	}
	const ids = body !== null && typeof body === 'object' ? (body as { job_ids?: unknown }).job_ids : undefined;
	if (!Array.isArray(ids)) return badRequest('job_ids must be a list');
	const invalid = ids.filter((id) => !isCanonicalUuid(id));
	if (invalid.length > 0) {
		const invalid_ids = invalid.map((id) => (typeof id === 'string' ? id : repr(id)));
		return badRequest('job_ids contains invalid id(s)', { invalid_ids });
	}
	const cancelled = ids.map((id) => cancel(String(id), context));
	return json({ cancelled: cancelled.includes(true) });
}

export function jobRoutes(router: Router, context: RouteContext): void {
	const { has } = context.machine;
	if (!has('jobs')) return;
	router.get('/api/jobs', (request) => listJobs(request, context));
	router.get('/api/jobs/{job_id}', (request) => {
		const job = findJob(request.param('job_id'), context);
		return job ? json(job) : json({ error: 'Job not found' }, 404);
	});
	if (!has('jobCancel')) return;
	router.post('/api/jobs/cancel', (request) => cancelMany(request, context));
	router.post('/api/jobs/{job_id}/cancel', (request) =>
		json({ cancelled: cancel(request.param('job_id'), context) }),
	);
}
