import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NotSupportedError } from '../client/core/errors';
import { forEachItem } from '../shared/items';
import { assertExpressionsGiven } from '../shared/parameters';
import { hostKind } from '../shared/hosts/hostKinds';
import { OperationContext, RequestCache } from '../shared/operations/OperationContext';
import { services } from '../shared/operations/services';
import { retryJob } from '../shared/operations/services/serverless';
import { WorkflowSources } from '../shared/workflow/WorkflowSources';
import type { Row } from '../shared/operations/services/Row';
import { runOnPool } from './onPool';
import { resources } from './operationProperties';
import * as jobs from './operations/jobs';
import * as queue from './operations/queue';
import * as server from './operations/server';
import * as stored from './operations/stored';

type Run = (operation: OperationContext) => Promise<Row[]>;

const rows =
	(run: (operation: OperationContext) => Promise<IDataObject[]>): Run =>
	async (operation) =>
		(await run(operation)).map((json) => ({ json }));

/** Operations that a service does in another way than a server. */
const byHost =
	(onServer: Run, onService: Run): Run =>
	async (operation) =>
		await (operation.client.host.server ? onServer : onService)(operation);

/** All operations, by resource and operation. */
const operations: Record<string, Record<string, Run>> = {
	file: {
		delete: rows(stored.deleteFile),
		get: services.getServiceFile,
		getMany: rows(stored.getFiles),
		upload: services.uploadServiceFile,
	},
	job: {
		cancel: rows(queue.cancelJobs),
		clearHistory: rows(jobs.clearHistory),
		deleteFromHistory: rows(jobs.deleteFromHistory),
		get: rows(jobs.getJob),
		getMany: byHost(rows(jobs.getJobs), rows(jobs.getServiceJobs)),
		runAgain: byHost(rows(jobs.runAgain), async (operation) => await retryJob(operation, 'promptId')),
	},
	model: {
		getMany: byHost(rows(stored.getModels), services.listServiceModels),
		getMetadata: rows(stored.getModelMetadata),
		getMissing: rows(stored.getMissingModels),
		load: services.loadModel,
	},
	queue: {
		cancel: rows(queue.cancelQueue),
		clearPending: rows(queue.clearPending),
		getMany: rows(queue.getQueue),
		moveToFront: rows(queue.moveToFront),
		putBack: rows(queue.putBack),
		takeOut: rows(queue.takeOut),
		waitUntilIdle: rows(queue.waitForIdle),
	},
	savedWorkflow: {
		delete: rows(stored.deleteSavedWorkflow),
		get: rows(stored.getSavedWorkflow),
		getMany: rows(stored.getSavedWorkflows),
		save: rows(stored.saveWorkflow),
	},
	server: {
		freeMemory: rows(server.freeMemory),
		getHealth: services.getHealth,
		getLogs: rows(server.getLogs),
		getStatus: rows(server.getStatus),
		interrupt: rows(server.interruptRunning),
		restart: rows(server.restartServer),
	},
	template: { get: rows(stored.getTemplate), getMany: rows(stored.getTemplates) },
	user: { getMany: rows(stored.getUsers) },
	workflowVersion: { get: services.getWorkflowVersion, upload: services.uploadWorkflow },
};

/** Runs the operation of each item. Requests and workflows that several items share are made and read once. */
export async function runOperations(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const cache = new RequestCache();
	const sources = new WorkflowSources(context);
	return await forEachItem(context, async (itemIndex, clients, { signal }) => {
		assertExpressionsGiven(context, itemIndex);
		const client = await clients.for(itemIndex);
		const resource = context.getNodeParameter('resource', itemIndex) as string;
		const name = context.getNodeParameter('operation', itemIndex) as string;
		assertOffered(
			resource,
			name,
			context.getNodeParameter('host', itemIndex, 'selfHosted'),
			client.host.name,
		);
		const operation = new OperationContext({ context, itemIndex, client, cache, sources, signal });
		const run = operations[resource][name];
		return client.host.pool ? await runOnPool(`${resource}.${name}`, run, operation) : await run(operation);
	});
}

/** The host can be changed after the operation was chosen. @throws NotSupportedError */
function assertOffered(resource: string, name: string, host: unknown, hostName: string): void {
	const row = resources.find(({ value }) => value === resource);
	const operation = row?.operations.find(({ value }) => value === name);
	if (operation?.hosts.includes(hostKind(host).name)) return;
	const shown = operation ? `"${row?.name}: ${operation.name}"` : `"${resource}: ${name}"`;
	throw new NotSupportedError(
		`${hostName} does not have the operation ${shown}.`,
		'Choose an operation of this host, or another host.',
	);
}
