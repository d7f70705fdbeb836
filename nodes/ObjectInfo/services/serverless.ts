import type { IDataObject } from 'n8n-workflow';
import { ComfyServerless } from '../../client/hosts/comfyServerless/ComfyServerless';
import type { ListOptions, Execution } from '../../client/hosts/comfyServerless/Service';
import { only, type OperationContext, type Row } from '../OperationContext';
import { RunPod } from '../../client/hosts/runPod/RunPod';

/** The maximum number of jobs in one response of the service. */
const PAGE = 100;

const serviceOf = ({ client }: OperationContext) =>
	only(client.host, ComfyServerless, 'ComfyUI Serverless').serverless;

/** One row for each job of the account, newest first. */
export async function listJobs(context: OperationContext): Promise<Row[]> {
	const service = serviceOf(context);
	const max = context.max();
	const wanted = String(context.parameter('jobStatus', 'all'));
	const status = wanted === 'all' ? undefined : (wanted as ListOptions['status']);
	const jobs: Execution[] = [];
	while (jobs.length < max) {
		const limit = Math.min(PAGE, max - jobs.length);
		const page = await service.list({ status, limit, offset: jobs.length, signal: context.signal });
		jobs.push(...page);
		if (page.length < limit) break;
	}
	return jobs.map(toRow);
}

/** Runs a failed job again. Returns the new job. */
export async function retryJob(context: OperationContext): Promise<Row[]> {
	const retried = context.chosen('jobId', 'Job ID').trim();
	return [
		{ json: { promptId: await serviceOf(context).retry(retried, { signal: context.signal }), retried } },
	];
}

/** One row for each model. */
export async function listServiceModels(context: OperationContext): Promise<Row[]> {
	const filter = String(context.parameter('modelFilter', 'all'));
	const type = filter === 'all' ? undefined : filter;
	const { models } = await serviceOf(context).models(type, { signal: context.signal });
	return context.limited(models).map(toRow);
}

/** Loads a model. */
export async function loadModel(context: OperationContext): Promise<Row[]> {
	const name = context.chosen('modelName', 'Model Name').trim();
	const type = String(context.parameter('modelType'));
	await serviceOf(context).loadModel(name, type, { signal: context.signal });
	return [{ json: { name, type, loaded: true } }];
}

/** Uploads a file of the item, and returns its facts. */
export async function uploadServiceFile(context: OperationContext): Promise<Row[]> {
	const upload = async (file: Parameters<ReturnType<typeof serviceOf>['uploadFile']>[0]) =>
		await serviceOf(context).uploadFile(file, { signal: context.signal });
	return [toRow(await context.withFile('inputBinaryField', upload))];
}

/** The facts of a file, and the file itself with the Download parameter. */
export async function getServiceFile(context: OperationContext): Promise<Row[]> {
	const service = serviceOf(context);
	const fileId = context.chosen('fileId', 'File ID').trim();
	const facts = await service.fileFacts(fileId, { signal: context.signal });
	if (context.parameter('download') !== true) return [toRow(facts)];
	const { stream } = await service.openFile(fileId, { signal: context.signal });
	const file = await context.store(stream, facts.filename, facts.contentType);
	return [{ ...toRow(facts), binary: { [context.chosen('outputBinaryField', 'Field')]: file } }];
}

/** Missing facts become null, so that all items have the same members. */
function toRow(facts: object): Row {
	const known = Object.entries(facts).map(([name, value]) => [name, value ?? null] as const);
	return { json: Object.fromEntries(known) as IDataObject };
}

/** The health of a service: its parts, or its jobs and workers. */
export async function getHealth(context: OperationContext): Promise<Row[]> {
	const { client, signal } = context;
	const health =
		client.host instanceof RunPod
			? await client.host.health({ signal })
			: await serviceOf(context).health(true, { signal });
	return [{ json: { ...health } as unknown as IDataObject }];
}
