import type { AbortOptions } from '../../core/time';
import { InvalidInputError, UnexpectedResponseError } from '../../core/errors';
import { parseJsonExactly, stringifyExactly } from '../../core/json';
import { segment } from '../../transport/address';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import { epochMs } from '../../core/epochMs';
import { post } from '../requests';
import type { UploadedWorkflow, WorkflowsApi, WorkflowUpload, WorkflowVersion } from '../ServiceApi';
import type { Api } from '../../transport/Api';
import type { ApiVersion } from './ApiVersion';
import { isRecord } from '../../core/guards';

const NO_SNAPSHOT = { comfyui: '', git_custom_nodes: {}, file_custom_nodes: [] };

/** The workflows that an installation stores. */
export class Workflows implements WorkflowsApi {
	constructor(
		private readonly api: Api,
		private readonly apiVersion: ApiVersion,
	) {}

	/** @throws InvalidInputError without a name or an ID, NotFoundError for a workflow that is not there */
	async upload(upload: WorkflowUpload, { signal }: AbortOptions = {}): Promise<UploadedWorkflow> {
		if (!upload.name?.trim() === !upload.workflowId?.trim()) {
			throw new InvalidInputError(
				'Exactly one of a name and a workflow ID is needed.',
				'Give a name to make a new workflow, or the ID of a workflow to make a new version of it.',
			);
		}
		const hosted = (await this.apiVersion.find({ signal })) === 'v2';
		const { path, body } = hosted ? hostedUpload(upload) : webAppUpload(upload);
		const answer = await this.api.json({ ...post(path, body, { signal }) });
		const { id, workflow_id: workflowId = id, version } = isRecord(answer) ? answer : {};
		if (typeof workflowId !== 'string' || !workflowId) {
			throw new UnexpectedResponseError(
				'ComfyUI Deploy did not say where it keeps the workflow.',
				200,
				'Look at the list of workflows in ComfyUI Deploy before you upload it again.',
			);
		}
		return { workflowId, ...(version !== undefined && version !== null && { version: String(version) }) };
	}

	/** @throws NotFoundError when there is no such version */
	async version(versionId: string, { signal }: AbortOptions = {}): Promise<WorkflowVersion> {
		const path = `/workflow-version/${segment(versionId.trim(), 'ID of the workflow version')}`;
		const response = await this.api.text({ path, signal });
		this.api.assertOk(response, path);
		this.api.parse(response, path); // says what is wrong when it is no JSON
		const row = parseJsonExactly(response.text);
		if (!isRecord(row)) throw new UnexpectedResponseError('ComfyUI Deploy sent no workflow version.', 200);
		return {
			id: String(row.id ?? versionId),
			workflowId: String(row.workflow_id ?? ''),
			version: String(row.version ?? ''),
			workflow: isRecord(row.workflow) ? row.workflow : undefined,
			workflowApi: isRecord(row.workflow_api) ? (row.workflow_api as ApiWorkflow) : undefined,
			snapshot: isRecord(row.snapshot) ? row.snapshot : undefined,
			createdAt: epochMs(row.created_at),
			updatedAt: epochMs(row.updated_at),
		};
	}
}

/** Holds the members of the older shape, `{name, workflow}`, too; each installation takes those it knows. */
function webAppUpload({ name, workflowId, workflow, workflowApi, snapshot = NO_SNAPSHOT }: WorkflowUpload) {
	const which = name?.trim()
		? { workflow_name: name.trim(), name: name.trim() }
		: { workflow_id: workflowId };
	return { path: '/workflow', body: { ...which, workflow, workflow_api: workflowApi, snapshot } };
}

/** A new workflow travels as JSON inside JSON, a new version of one as it is. */
function hostedUpload({ name, workflowId, workflow, workflowApi, snapshot }: WorkflowUpload) {
	const facts = snapshot && { comfyui_snapshot: snapshot };
	if (workflowId?.trim()) {
		const path = `/workflow/${segment(workflowId.trim(), 'workflow ID')}/version`;
		return { path, body: { workflow, workflow_api: workflowApi, ...facts } };
	}
	const texts = {
		workflow_json: stringifyExactly(workflow),
		workflow_api: stringifyExactly(workflowApi),
	};
	return { path: '/workflow', body: { name: name?.trim(), ...texts, ...facts } };
}
