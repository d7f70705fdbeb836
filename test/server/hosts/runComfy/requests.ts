import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import { DEPLOYMENTS, deploymentOf } from '../comfyDeploy/deployments';
import type { Run } from '../comfyDeploy/RunBook';
import type { LittleRunComfy } from './LittleRunComfy';

/** The nodes of every deployed workflow, with the inputs that can be overridden. */
const NODES: Record<string, string[]> = {
	'6': ['text'],
	'12': ['image'],
	'31': ['seed', 'steps', 'lora_1.strength'],
	'57:8': ['text'],
};

const ONE = '/prod/v2/deployments/{deployment}';
const single = { single: true };

/** The routes of the serverless API. */
export function requestRoutes(router: Router, host: LittleRunComfy): void {
	router.get('/prod/v2/deployments', () => json(host.deployments.map(viewOf)), single);
	router.post(`${ONE}/inference`, (request) => submit(request, host), single);
	const one = (handle: (run: Run) => Reply) => (request: Request) => withRun(request, host, handle);
	router.get(
		`${ONE}/requests/{id}/status`,
		one((run) => json(statusOf(run, host))),
		single,
	);
	router.get(
		`${ONE}/requests/{id}/result`,
		one((run) => json(resultOf(run, host))),
		single,
	);
	router.post(
		`${ONE}/requests/{id}/cancel`,
		one((run) => {
			const can = host.cancels && host.book.going().includes(run.id);
			if (can) host.book.end(run, 'cancelled');
			return json({ request_id: run.id, status: can ? 'cancellation_requested' : 'not_cancellable' }, 202);
		}),
		single,
	);
}

const viewOf = (id: string) => ({ id, name: 'a deployment', hardware: ['AMPERE_48'], is_enabled: true });

function submit(request: Request, host: LittleRunComfy): Reply {
	const id = request.param('deployment');
	const deployment = host.deployments.includes(id) ? deploymentOf(id) : undefined;
	if (!deployment) return host.refuse(404001, 'Deployment not found');
	const { overrides, extra_data } = request.jsonObject();
	const wrong = problemIn(overrides);
	if (wrong)
		return host.refuse(422001, 'Validation error', [{ loc: ['body', ...wrong.loc], msg: wrong.msg }]);
	const webhook = request.query.get('webhook') ?? undefined;
	const run = host.book.start(deployment, { inputs: overrides, extra_data, webhook });
	return json(addressesOf(run, host), 202);
}

function problemIn(overrides: unknown): { loc: string[]; msg: string } | undefined {
	if (typeof overrides !== 'object' || overrides === null)
		return { loc: ['overrides'], msg: 'Field required' };
	for (const [node, { inputs }] of Object.entries(overrides as Record<string, { inputs: object }>)) {
		if (!Object.hasOwn(NODES, node)) return { loc: ['overrides', node], msg: 'no such node' };
		const unknown = Object.keys(inputs).find((name) => !NODES[node].includes(name));
		if (unknown) return { loc: ['overrides', node, 'inputs', unknown], msg: 'no such input' };
	}
	return undefined;
}

/** A request is known only below its own deployment. */
function withRun(request: Request, host: LittleRunComfy, handle: (run: Run) => Reply): Reply {
	const run = host.book.runs.get(request.param('id'));
	if (!run || DEPLOYMENTS[run.deployment] !== request.param('deployment'))
		return host.refuse(404001, 'Request not found');
	return handle(run);
}

function addressesOf({ id, deployment }: Run, { url }: LittleRunComfy) {
	const base = `${url}/deployments/${DEPLOYMENTS[deployment]}/requests/${id}`;
	return {
		request_id: id,
		status_url: `${base}/status`,
		result_url: `${base}/result`,
		cancel_url: `${base}/cancel`,
	};
}

/** The status route says only that a request has ended, the result route how. */
const STATUSES: Record<string, string> = {
	'not-started': 'in_queue',
	success: 'completed',
	failed: 'completed',
	cancelled: 'cancelled',
};

function statusOf(run: Run, host: LittleRunComfy) {
	const { status_url, result_url } = addressesOf(run, host);
	const status = STATUSES[run.status] ?? 'in_progress';
	return {
		request_id: run.id,
		status,
		...(status === 'in_queue' && { queue_position: 0 }),
		status_url,
		result_url,
	};
}

const RESULTS: Record<string, string> = { ...STATUSES, success: 'succeeded', failed: 'failed' };
/** Times with a zone. */
const zoned = (time: Date | undefined) => time?.toISOString().replace('Z', '+00:00');

/** What the result route answers, and what a callback URL gets. */
export function resultOf(run: Run, host: LittleRunComfy) {
	const outputs = run.outputs.map(({ nodeId, data }) => [nodeId || '0', data]);
	return {
		request_id: run.id,
		status: RESULTS[run.status] ?? 'in_progress',
		created_at: zoned(run.createdAt),
		...(run.endedAt && { finished_at: zoned(run.endedAt) }),
		...(run.status === 'success' && { outputs: Object.fromEntries(outputs) }),
		...(run.status === 'failed' && { error: host.failure }),
	};
}
