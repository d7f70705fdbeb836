import { parseMultipart } from '../../http/multipart';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import type { LittleComfyDeploy } from './LittleComfyDeploy';
import { deploymentOf } from './deployments';
import type { Run, RunOutput } from './RunBook';

const GPUS = ['CPU', 'T4', 'L4', 'A10G', 'L40S', 'A100', 'A100-80GB', 'H100'];
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const single = { single: true };

const refuse = (status: number, detail: unknown) => json({ detail }, status);
const invalid = (loc: string[], msg: string) =>
	refuse(422, [{ loc: ['body', ...loc], msg, type: 'value_error' }]);

/** The hosted API of ComfyUI Deploy, v2. */
export function hostedRoutes(router: Router, host: LittleComfyDeploy): void {
	const { book } = host;
	router.post('/api/run/deployment/queue', (request) => queue(request.jsonObject(), host), single);
	router.get('/api/run/{id}', (request) => withRun(request, host, (run) => json(viewOf(run, host))), single);
	router.post(
		'/api/run/{id}/cancel',
		(request) =>
			withRun(request, host, (run) => {
				book.end(run, 'cancelled');
				return json({ success: true, message: 'Function cancelled' });
			}),
		single,
	);
	router.get(
		'/api/v2/workflow/{id}/runs',
		(request) => {
			const { query } = request;
			if (request.param('id') !== host.workflowId) return refuse(404, 'Workflow not found');
			const newest = [...book.runs.values()].reverse();
			const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
			return json(newest.slice(offset, offset + limit).map(rowOf));
		},
		single,
	);
	router.post('/api/file/upload', (request) => upload(request, host), single);
	router.post('/api/workflow', (request) => saveWorkflow(request.jsonObject(), host), single);
	router.post(
		'/api/workflow/{id}/version',
		(request) => {
			if (request.param('id') !== host.workflowId) return refuse(404, 'Workflow not found');
			const version = host.keepVersion(request.jsonObject());
			return json({ id: `version-${version}`, workflow_id: host.workflowId, version });
		},
		single,
	);
	router.get(
		'/api/workflow-version/{id}',
		(request) => {
			const row = host.versions.get(request.param('id'));
			return row ? json(row) : refuse(404, "Workflow version not found or you don't have access to it");
		},
		single,
	);
}

function queue(body: Record<string, unknown>, host: LittleComfyDeploy): Reply {
	if (body.gpu !== undefined && !GPUS.includes(String(body.gpu))) {
		return invalid(['gpu'], `Input should be ${GPUS.map((gpu) => `'${gpu}'`).join(', ')}`);
	}
	for (const [name, value] of Object.entries(body.inputs ?? {})) {
		const plain = value !== null && (typeof value !== 'object' || Array.isArray(value));
		if (!plain) return invalid(['inputs', name, 'str'], 'Input should be a valid string');
	}
	const deployment = deploymentOf(body.deployment_id);
	if (!deployment) return refuse(404, 'Deployment not found');
	return json({ run_id: host.book.start(deployment, body).id });
}

function withRun(request: Request, host: LittleComfyDeploy, handle: (run: Run) => Reply): Reply {
	const id = request.param('id');
	if (!UUID.test(id))
		return refuse(422, [{ loc: ['path', 'run_id'], msg: 'not a UUID', type: 'uuid_parsing' }]);
	const run = host.book.runs.get(id);
	return run ? handle(run) : refuse(404, 'Run not found');
}

/** Times without a zone, as the database of the hosted API has them, or with the zone that its SDK requires. */
const timeOf = (time: Date | undefined, { zone }: LittleComfyDeploy) =>
	time?.toISOString().replace('Z', `000${zone}`) ?? null;

function viewOf(run: Run, host: LittleComfyDeploy): unknown {
	const before = [...host.book.runs.values()].filter(
		({ status, createdAt }) => status === 'not-started' && createdAt < run.createdAt,
	);
	const { webhook = null } = run.body;
	return {
		id: run.id,
		status: run.status,
		live_status: run.liveStatus,
		progress: run.progress * host.progressScale,
		number: 7,
		workflow_id: host.workflowId,
		workflow_version_id: 'version-1',
		machine_id: 'machine-1',
		origin: 'api',
		gpu: run.body.gpu ?? 'A10G',
		...{ gpu_event_id: null, machine_version: null, machine_type: null, modal_function_call_id: null },
		...{ user_id: 'user-1', org_id: null, webhook_status: null },
		...{ cold_start_duration: null, cold_start_duration_total: null, run_duration: 4 },
		workflow_inputs: run.inputs,
		created_at: timeOf(run.createdAt, host),
		updated_at: timeOf(run.endedAt ?? run.startedAt ?? run.createdAt, host),
		queued_at: timeOf(run.createdAt, host),
		started_at: timeOf(run.startedAt, host),
		ended_at: timeOf(run.endedAt, host),
		duration: 4.2,
		webhook,
		queue_position: run.status === 'not-started' ? before.length : null,
		outputs: outputsOf(run, host),
	};
}

/** A run in the list of a workflow: without its inputs, progress and outputs. */
function rowOf(run: Run): object {
	return {
		id: run.id,
		status: run.status,
		created_at: run.createdAt.toISOString(),
		queued_at: run.createdAt.toISOString(),
		started_at: run.startedAt?.toISOString() ?? null,
		ended_at: run.endedAt?.toISOString() ?? null,
		origin: 'api',
	};
}

/** Outputs that have not the form of outputs, such as the reason of a failure, are often left out. */
export function outputsOf({ id: runId, outputs, endedAt }: Run, host: LittleComfyDeploy): unknown[] {
	const time = timeOf(endedAt ?? new Date(), host);
	const told = ({ data }: RunOutput) => host.explains || Object.values(data).every(Array.isArray);
	return outputs.filter(told).map(({ nodeId, nodeClass, data }) => ({
		...{ id: `output-${nodeId}`, run_id: runId, node_id: nodeId || null, type: null, data },
		created_at: time,
		updated_at: time,
		node_meta: nodeId ? { node_id: nodeId, node_class: nodeClass } : null,
	}));
}

function upload(request: Request, { bucket }: LittleComfyDeploy): Reply {
	const file = parseMultipart(request.headers['content-type'], request.body).get('file');
	if (!file?.filename) return invalid(['file'], 'Field required');
	const url = bucket.keep(`inputs/vid_${file.filename}`, file.data, 'video/mp4');
	return json({ message: 'File uploaded', file_id: 'vid_1', file_name: file.filename, file_url: url });
}

function saveWorkflow(body: Record<string, unknown>, host: LittleComfyDeploy): Reply {
	if (typeof body.name !== 'string') return invalid(['name'], 'Field required');
	for (const member of ['workflow_json', 'workflow_api']) {
		if (typeof body[member] !== 'string') return invalid([member], 'Input should be a valid string');
	}
	const texts = { workflow: String(body.workflow_json), workflow_api: String(body.workflow_api) };
	host.keepVersion({ workflow: JSON.parse(texts.workflow), workflow_api: JSON.parse(texts.workflow_api) });
	return json({ workflow_id: host.workflowId, machine_id: null });
}
