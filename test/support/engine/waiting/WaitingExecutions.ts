import { WebhookContext } from 'n8n-core';
import {
	UserError,
	type IRunExecutionData,
	type IWebhookData,
	type IWebhookDescription,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeTypes } from '../NodeTypes';
import type { EngineRun, RunRequest } from '../types';
import type { Plan } from '../workflow';
import {
	toWebhookRequest,
	toWebhookResponse,
	type WebhookRequest,
	type WebhookResponse,
} from './expressLike';

/** What the engine does for executions that wait. */
export interface WaitingContext {
	nodeTypes: NodeTypes;
	plan(request: RunRequest): Plan;
	additionalData(more: Partial<IWorkflowExecuteAdditionalData>): IWorkflowExecuteAdditionalData;
	/** Runs on from where the execution stood. */
	goOn(id: string, request: RunRequest, data: IRunExecutionData): Promise<EngineRun>;
}

/** An execution, as n8n's database holds it. */
interface Record {
	request: RunRequest;
	status: 'running' | 'waiting' | 'over';
	data: string;
	/** Told of the run after each wait. */
	listeners: Array<(run: EngineRun) => void>;
}

/** What n8n's CLI package does for executions that wait: keeps them, lets webhooks in, and wakes them in time. */
export class WaitingExecutions {
	private readonly records = new Map<string, Record>();
	private readonly server: Server;

	private constructor(private readonly context: WaitingContext) {
		this.server = createServer(async (message, response) => {
			await this.take(await toWebhookRequest(message), toWebhookResponse(response));
		});
	}

	static async start(context: WaitingContext): Promise<WaitingExecutions> {
		const waiting = new WaitingExecutions(context);
		await new Promise<void>((resolve) => waiting.server.listen(0, '127.0.0.1', resolve));
		return waiting;
	}

	/** Where n8n takes calls that resume. */
	get baseUrl(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook-waiting`;
	}

	begin(id: string, request: RunRequest): void {
		this.records.set(id, { request, status: 'running', data: '', listeners: [] });
	}

	/** The execution came to its end, or to a wait. */
	save(id: string, run: EngineRun): void {
		const record = this.find(id);
		record.status = run.status === 'waiting' ? 'waiting' : 'over';
		record.data = JSON.stringify(run.raw.data);
	}

	/** The run that follows when a webhook ends the wait. */
	async next(id: string): Promise<EngineRun> {
		return await new Promise((resolve) => this.find(id).listeners.push(resolve));
	}

	/** What n8n does when the time of a wait is over. */
	async wake(id: string): Promise<EngineRun> {
		const record = this.find(id);
		if (record.status !== 'waiting') throw new UserError('The execution does not wait');
		return await this.resume(id, record, JSON.parse(record.data) as IRunExecutionData);
	}

	/** The stop button, for an execution that waits: none of its nodes runs, so none is notified. */
	cancel(id: string): void {
		this.find(id).status = 'over';
	}

	/** Accepts no further calls; resumed executions continue. */
	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** As n8n's `WaitingWebhooks` and `executeWebhook` do it. */
	private async take(request: WebhookRequest, response: WebhookResponse): Promise<void> {
		const [, id, suffix = ''] = /^\/webhook-waiting\/([^/]+)(?:\/([^/]+))?$/.exec(request.path) ?? [];
		const record = this.records.get(id);
		const refuse = (status: number, message: string) => response.status(status).json({ message });
		if (!record) return refuse(404, `The execution "${id}" does not exist.`);
		if (record.status === 'running' && !record.data) return refuse(409, 'The execution is running already.');
		const data = JSON.parse(record.data) as IRunExecutionData;
		if (request.query.signature !== data.resumeToken) return refuse(401, 'Invalid token');
		if (record.status !== 'waiting') return refuse(409, `The execution "${id}" does not wait.`);
		const [entry] = data.executionData?.nodeExecutionStack ?? [];
		const name = data.resultData.lastNodeExecuted ?? '';
		entry.node.disabled = true;
		data.waitTill = undefined;
		data.resultData.runData[name].pop();
		const { workflow } = this.context.plan(record.request);
		const node = workflow.getNode(name);
		if (!node) return refuse(404, 'Could not find node to process webhook.');
		const type = this.context.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const description = type.description.webhooks?.find((webhook) => isFor(webhook, request.method, suffix));
		if (!description) return refuse(404, 'No waiting webhook with a matching path/method.');
		const more = { executionId: id, httpRequest: request, httpResponse: response } as object;
		const additionalData = this.context.additionalData(more);
		const mode = record.request.mode ?? 'manual';
		const webhook = { webhookDescription: description } as IWebhookData;
		await workflow.expression.acquireIsolate();
		try {
			const webhookContext = new WebhookContext(workflow, node, additionalData, mode, webhook, [], data);
			const answer = await type.webhook?.call(webhookContext);
			if (!answer?.workflowData) {
				if (!response.sent) response.json(answer?.webhookResponse ?? { message: 'Webhook call received' });
				return;
			}
			if (this.statusOf(id) !== 'waiting') return refuse(409, 'The execution is being resumed already.');
			entry.data.main = answer.workflowData;
			entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
			void this.resume(id, record, data);
			response.json(answer.webhookResponse ?? { message: 'Workflow was started' });
		} catch (error) {
			refuse(500, String(error));
		} finally {
			await workflow.expression.releaseIsolate();
		}
	}

	private async resume(id: string, record: Record, data: IRunExecutionData): Promise<EngineRun> {
		record.status = 'running';
		const run = await this.context.goOn(id, record.request, data);
		for (const tell of record.listeners.splice(0)) tell(run);
		return run;
	}

	private statusOf(id: string): Record['status'] {
		return this.find(id).status;
	}

	private find(id: string): Record {
		const record = this.records.get(id);
		if (record) return record;
		throw new UserError(`There is no execution ${id}`);
	}
}

function isFor(webhook: IWebhookDescription, method: string, suffix: string): boolean {
	return webhook.restartWebhook === true && webhook.httpMethod === method && webhook.path === suffix;
}
