import { json, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import type { LittleComfyDeploy } from './LittleComfyDeploy';
import { deploymentOf } from './deployments';
import type { Run } from './RunBook';

const TYPES = ['image/png', 'image/jpg', 'image/jpeg'];
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const single = { single: true };

/** The refusal of the validator before the routes. */
function invalid(path: string[], message: string): Reply {
	const issues = [{ code: 'invalid_type', path, message }];
	return json({ success: false, error: { issues, name: 'ZodError' } }, 400);
}

/** The open-source web app: its actual routes, or those of its older documents. */
export function webAppRoutes(router: Router, host: LittleComfyDeploy): void {
	router.post('/api/run', (request) => startRun(request.jsonObject(), host), single);
	router.get('/api/run', (request) => getRun(request.query.get('run_id') ?? '', host), single);
	if (host.shapes === 'actual') {
		router.get('/api/upload-url', (request) => uploadUrl(request, host), single);
		router.post('/api/workflow', (request) => saveWorkflow(request.jsonObject(), host), single);
	} else {
		router.post('/api/upload-url', (request) => olderUploadUrl(request.jsonObject(), host), single);
		router.post('/api/workflow', (request) => olderWorkflow(request.jsonObject(), host), single);
	}
	router.get(
		'/api/workflow-version/{id}',
		(request) => {
			const row = host.versions.get(request.param('id'));
			return row ? json(row) : json({ error: 'No version found' }, 500);
		},
		single,
	);
}

/** Refuses strangers, where a route is; a text, unlike all its other answers. */
export function refuseByText({ headers, path }: Request, host: LittleComfyDeploy): Reply | undefined {
	if (!/^\/api\/(run|upload-url|workflow|workflow-version\/.*)$/.test(path)) return undefined;
	return headers.authorization === `Bearer ${host.apiKey}`
		? undefined
		: text(401, 'Invalid or expired token');
}

function startRun(body: Record<string, unknown>, host: LittleComfyDeploy): Reply {
	for (const [name, value] of Object.entries(body.inputs ?? {})) {
		if (!['string', 'number'].includes(typeof value)) return invalid(['inputs', name], 'Invalid input');
	}
	const deployment = deploymentOf(body.deployment_id);
	if (!deployment) return json({ error: 'Deployment not found' }, 500);
	return json({ run_id: host.book.start(deployment, body).id });
}

function getRun(id: string, host: LittleComfyDeploy): Reply {
	if (!UUID.test(id)) return json({ error: `invalid input syntax for type uuid: "${id}"` }, 500);
	const run = host.book.runs.get(id);
	if (!run) return json({ code: 400, message: 'Workflow not found' }, 400);
	return json(host.shapes === 'actual' ? rowOf(run) : olderRowOf(run));
}

function rowOf(run: Run): unknown {
	const outputs = run.outputs.map(({ data }) => ({
		data: run.status === 'success' ? data : withoutAddresses(data),
	}));
	return {
		id: run.id,
		workflow_version_id: 'b2f5ff47-4366-4c9b-8f0e-2a0e4d3a9a11',
		workflow_inputs: run.inputs,
		workflow: { org_id: null, user_id: 'user_1' },
		origin: 'api',
		status: run.status,
		created_at: run.createdAt.toISOString(),
		started_at: run.startedAt?.toISOString() ?? null,
		ended_at: run.endedAt?.toISOString() ?? null,
		outputs,
	};
}

function withoutAddresses(data: Record<string, unknown>): unknown {
	return JSON.parse(JSON.stringify(data, (key, value: unknown) => (key === 'url' ? undefined : value)));
}

function olderRowOf({ id, status, outputs, error, createdAt, endedAt }: Run): unknown {
	const pictures = outputs.flatMap(({ data }) => (Array.isArray(data.images) ? data.images : []));
	return {
		id,
		status,
		workflow_outputs: { images: pictures.map(({ url }: { url: string }) => ({ url })) },
		error: status === 'failed' ? (error ?? outputs[0]?.data.exception_message) : null,
		created_at: createdAt.toISOString(),
		updated_at: (endedAt ?? createdAt).toISOString(),
	};
}

function uploadUrl({ query }: Request, { bucket }: LittleComfyDeploy): Reply {
	const type = query.get('type') ?? '';
	const size = Number(query.get('file_size'));
	if (!TYPES.includes(type)) return invalid(['type'], 'Invalid enum value');
	if (!(size > 0)) return invalid(['file_size'], 'file_size must be a number');
	if (size > 50 * 1024 * 1024) return json({ error: 'File size exceeds 50MB limit' }, 500);
	const path = `inputs/img_8Kc2.${type.split('/')[1]}`;
	return json({
		upload_url: bucket.sign(path, type),
		file_id: 'img_8Kc2',
		download_url: bucket.addressOf(path),
		...(bucket.acl === 'signed' && { include_acl: true }),
	});
}

function olderUploadUrl(body: Record<string, unknown>, { bucket }: LittleComfyDeploy): Reply {
	const path = `inputs/${String(body.filename)}`;
	return json({
		upload_url: bucket.sign(path, String(body.content_type)),
		file_url: bucket.addressOf(path),
		expires_at: new Date(Date.now() + 300_000).toISOString(),
	});
}

function saveWorkflow(body: Record<string, unknown>, host: LittleComfyDeploy): Reply {
	for (const member of ['workflow', 'workflow_api', 'snapshot']) {
		if (typeof body[member] !== 'object') return invalid([member], 'Required');
	}
	const { workflow_id: known, workflow_name: name } = body;
	if (known !== undefined && known !== host.workflowId) return json({ error: 'Invalid workflow_id' }, 500);
	if (known === undefined && !name)
		return json({ error: 'Invalid request, missing either workflow_id or name' }, 500);
	return json({ workflow_id: host.workflowId, version: host.keepVersion(body) });
}

function olderWorkflow(body: Record<string, unknown>, host: LittleComfyDeploy): Reply {
	if (!body.name || typeof body.workflow !== 'object') return json({ error: 'name and workflow' }, 400);
	return json({ id: host.workflowId, name: body.name, version: host.keepVersion(body) });
}
