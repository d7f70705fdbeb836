import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject, IWorkflowBase } from 'n8n-workflow';
import { until } from '../../support/until';
import { Execution, type StoredExecution } from './Execution';
import { isOldMajor } from '../setup/installation';
import { OWNER } from './owner';
import { Rest, RestError } from './Rest';

export type WorkflowSpec = Pick<IWorkflowBase, 'nodes' | 'connections'> & Partial<IWorkflowBase>;

interface StoredWorkflow {
	id: string;
	versionId: string;
}

/** A running n8n with an owner who is signed in. */
export class N8n {
	private constructor(readonly rest: Rest) {}

	/** Makes the owner of a fresh n8n. */
	static async setUp(url: string): Promise<N8n> {
		const rest = new Rest(url);
		// n8n says that it is ready before it has its routes (404) and while it looks for its database (503)
		await until(async () => {
			try {
				await rest.post('/rest/owner/setup', OWNER);
				return true;
			} catch (error) {
				if (!(error instanceof RestError && [404, 503].includes(error.status))) throw error;
				await delay(200);
				return false;
			}
		}, 'the routes of n8n');
		return new N8n(rest);
	}

	/** The n8n that was started for all tests. */
	static shared(): N8n {
		const { url, ...session } = JSON.parse(process.env.E2E_N8N ?? '{}') as Record<string, string>;
		if (!url) throw new Error('No n8n was started: run these tests with npm run test:e2e.');
		return new N8n(new Rest(url, session));
	}

	/** For {@link shared}. */
	share(): void {
		process.env.E2E_N8N = JSON.stringify({ url: this.url, ...this.rest.session });
	}

	get url(): string {
		return this.rest.url;
	}

	/** Creates a credential. @returns what a node refers to it with */
	async credential(
		data: IDataObject,
		type = 'comfyUiApi',
		name = 'ComfyUI account',
	): Promise<{ id: string; name: string }> {
		const { id } = await this.rest.post<{ id: string }>('/rest/credentials', { name, type, data });
		return { id, name };
	}

	/** Deletes all credentials: the editor would choose one of them for a new node. */
	async forgetCredentials(): Promise<void> {
		for (const { id } of await this.rest.get<Array<{ id: string }>>('/rest/credentials'))
			await this.rest.request('DELETE', `/rest/credentials/${id}`);
	}

	/** The test that the editor runs when a credential is saved. */
	async testCredential(data: IDataObject, type = 'comfyUiApi'): Promise<{ status: string; message: string }> {
		const { id, name } = await this.credential(data, type);
		return await this.rest.post('/rest/credentials/test', { credentials: { id, name, type, data } });
	}

	/** Saves a workflow. @returns its ID and that of its version */
	async save(workflow: WorkflowSpec): Promise<StoredWorkflow> {
		return await this.rest.post('/rest/workflows', {
			name: 'Test',
			settings: { executionOrder: 'v1' },
			...(isOldMajor && { active: false }),
			...workflow,
		});
	}

	async workflow(id: string): Promise<WorkflowSpec> {
		return await this.rest.get(`/rest/workflows/${id}`);
	}

	/** Lets the triggers of a saved workflow begin, and waits until they have. */
	async publish({ id, versionId }: StoredWorkflow): Promise<void> {
		if (isOldMajor) {
			await this.rest.patch(`/rest/workflows/${id}`, { active: true, versionId });
			return;
		}
		await this.rest.post(`/rest/workflows/${id}/activate`, { versionId });
		await until(async () => {
			await delay(50);
			const { status } = await this.rest.get<{ status: string }>(`/rest/workflows/${id}/publication-status`);
			return status === 'published';
		}, 'the workflow to be published');
	}

	/** Presses "Execute workflow". @returns the execution's ID; undefined when n8n now listens for a test request */
	async begin({ id }: StoredWorkflow, trigger: string): Promise<string | undefined> {
		const { executionId } = await this.rest.post<{ executionId?: string }>(`/rest/workflows/${id}/run`, {
			...(isOldMajor && { workflowData: await this.workflow(id) }),
			triggerToStartFrom: { name: trigger },
		});
		return executionId;
	}

	/** Saves a workflow and runs it to its end. */
	async run(workflow: WorkflowSpec, trigger = 'Start'): Promise<Execution> {
		const id = await this.begin(await this.save(workflow), trigger);
		if (!id) throw new Error('n8n waits for a request instead of running.');
		return await this.ended(id);
	}

	/** What became of an execution, once it has ended. */
	async ended(id: string, ms = 60_000): Promise<Execution> {
		let stored = await this.stored(id);
		await until(
			async () => {
				if (!isGoing(stored)) return true;
				await delay(100);
				stored = await this.stored(id);
				return false;
			},
			`execution ${id} to end, which is ${stored.status}`,
			ms,
		);
		return new Execution(this.rest, stored);
	}

	async stop(executionId: string): Promise<void> {
		await this.rest.post(`/rest/executions/${executionId}/stop`);
	}

	/** IDs and states of the executions of a workflow, the latest first. */
	async executionsOf({
		id,
	}: Pick<StoredWorkflow, 'id'>): Promise<Array<Pick<StoredExecution, 'id' | 'status'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = await this.rest.get<{ results: StoredExecution[] }>(
			`/rest/executions?limit=100&filter=${filter}`,
		);
		return results;
	}

	private async stored(id: string): Promise<StoredExecution> {
		return await this.rest.get(`/rest/executions/${id}`);
	}
}

/** n8n 1 may say how an execution ended a moment before its data can be read. */
const isGoing = ({ status, data }: StoredExecution) =>
	['new', 'running', 'waiting'].includes(status) || (isOldMajor && isEmpty(data));

const isEmpty = (data: string | undefined) => (data ?? '').length < '[{"resultData":1}]'.length;
