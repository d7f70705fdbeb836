import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import { httpError } from './Accounts';
import { isGoing, type Execution, type ExecutionBook } from './ExecutionBook';
import { misfits, refusalOf, type ServiceNode } from './validate';

export interface WorkflowOptions {
	/** As its documents say, or as the service really is. Default `documented`. */
	shapes?: 'documented' | 'real';
	/** Only the node types of the service's own list. Default false. */
	validates?: boolean;
	/** Jobs have a log, over which the real service trips. Default false. */
	logs?: boolean;
	/** The address of a file that a job made, where there is one. */
	addressOf: (path: string) => string;
}

/** Routes of jobs. */
export function workflowRoutes(router: Router, book: ExecutionBook, options: WorkflowOptions): void {
	const real = options.shapes === 'real';
	const on = (method: string, path: string, handle: (request: Request) => Reply) =>
		router.on(method, `/workflows${path}`, handle, { single: true });
	const withJob = (handle: (execution: Execution) => Reply) => (request: Request) => {
		const execution = book.executions.get(request.param('id'));
		return execution ? handle(execution) : httpError(404, 'Workflow execution not found');
	};
	/** Its schema wants texts, and the log holds objects. */
	const trips = ({ status }: Execution) => real && options.logs === true && status === 'completed';

	on('POST', '/execute', (request) => {
		const body = request.jsonObject();
		const detail = misfits(body);
		if (detail.length > 0) return json({ detail }, 422);
		const { nodes } = body.workflow as { nodes: Record<string, ServiceNode> };
		const refusal = options.validates ? refusalOf(nodes) : undefined;
		if (refusal) return httpError(500, refusal);
		const execution = book.add(body);
		return json({
			execution_id: execution.id,
			status: 'pending',
			created_at: timeOf(execution.createdAt, real),
			estimated_duration: 300,
			queue_position: book.position(execution),
		});
	});

	on('GET', '/', ({ query }) => {
		const rows = [...book.executions.values()].reverse();
		const wanted = rows.filter(({ status }) => !query.has('status') || status === query.get('status'));
		const from = Number(query.get('offset') ?? 0);
		const page = wanted.slice(from, from + Number(query.get('limit') ?? 20));
		return page.some(trips) ? internalError() : json(page.map((one) => resultOf(one, options)));
	});

	on(
		'GET',
		'/{id}',
		withJob((execution) => (trips(execution) ? internalError() : json(resultOf(execution, options)))),
	);

	on(
		'GET',
		'/{id}/status',
		withJob((execution) =>
			json({
				execution_id: execution.id,
				status: execution.status,
				created_at: timeOf(execution.createdAt, real),
				started_at: timeOf(execution.startedAt, real),
				queue_position: book.position(execution),
				progress: progressOf(execution, real),
				estimated_completion: null,
			}),
		),
	);

	on(
		'POST',
		'/{id}/cancel',
		withJob((execution) => {
			if (!isGoing(execution)) return httpError(400, `Cannot cancel workflow in ${execution.status} status`);
			book.finish(execution, { status: 'cancelled' });
			return json({ message: 'Workflow cancelled successfully' });
		}),
	);

	on(
		'POST',
		'/{id}/retry',
		withJob(({ id, status, body }) => {
			if (status !== 'failed')
				return httpError(400, `Can only retry failed workflows, current status: ${status}`);
			if (real) return internalError();
			const { id: execution_id } = book.add(body);
			return json({ execution_id, status: 'pending', queue_position: 1, retried_from: id });
		}),
	);
}

function internalError(): Reply {
	return json({ error: 'internal_error', message: 'An internal error occurred', timestamp: 1 }, 500);
}

/** The real service writes UTC without saying so. */
function timeOf(time: Date | undefined, real: boolean): string | null {
	if (!time) return null;
	return real ? `${time.toISOString().slice(0, -1)}456` : time.toISOString();
}

function resultOf(execution: Execution, { shapes, addressOf }: WorkflowOptions): object {
	const { id, status, startedAt, completedAt, outputs, error, metadata } = execution;
	const real = shapes === 'real';
	return {
		execution_id: id,
		status,
		started_at: timeOf(startedAt, real),
		completed_at: timeOf(completedAt, real),
		duration_seconds: startedAt && completedAt ? (completedAt.getTime() - startedAt.getTime()) / 1000 : null,
		outputs: (real ? outputs : withUrls(outputs, addressOf)) ?? null,
		error: error ?? null,
		logs: [],
		metadata,
	};
}

function progressOf({ status }: Execution, real: boolean): object {
	if (status !== 'running') return {};
	return real ? { status, progress_percent: 40, eta_seconds: 12.4 } : { percentage: 40 };
}

/** Files of ComfyUI's outputs get an address. */
function withUrls(value: unknown, addressOf: (path: string) => string): unknown {
	if (Array.isArray(value)) return value.map((item) => withUrls(item, addressOf));
	if (typeof value !== 'object' || value === null) return value;
	const members = Object.entries(value).map(([key, item]) => [key, withUrls(item, addressOf)]);
	const { filename } = value as { filename?: unknown };
	return {
		...Object.fromEntries(members),
		...(typeof filename === 'string' && { url: addressOf(filename) }),
	};
}
