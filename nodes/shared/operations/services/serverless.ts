import type { IDataObject } from 'n8n-workflow';
import type { ListOptions } from '../../../client/hosts/ServiceApi';
import type { OperationContext } from '../OperationContext';
import { memberOf, type Row } from './Row';

const serviceOf = ({ client }: OperationContext) => memberOf(client.host, 'serverless', 'ComfyUI Serverless');

/** One row for each job of the account, newest first. */
export async function listJobs(operation: OperationContext): Promise<Row[]> {
	const { client, signal } = operation;
	const list = memberOf(client.host, 'listJobs', 'Comfy API v2 and ComfyUI Serverless');
	const wanted = String(operation.parameter('jobStatus', 'all'));
	const status = wanted === 'all' ? undefined : (wanted as ListOptions['status']);
	return (await list.call(client.host, { status, max: operation.max(), signal })).map(toRow);
}

/** The new job that runs a failed job again. @param name parameter with the ID of the failed job */
export async function retryJob(operation: OperationContext, name = 'jobId'): Promise<Row[]> {
	const retried = operation.chosen(name, 'Job ID').trim();
	return [
		{ json: { promptId: await serviceOf(operation).retry(retried, { signal: operation.signal }), retried } },
	];
}

/** One row for each model. */
export async function listServiceModels(operation: OperationContext): Promise<Row[]> {
	const filter = String(operation.parameter('modelFilter', 'all'));
	const type = filter === 'all' ? undefined : filter;
	const { models } = await serviceOf(operation).models(type, {
		availableOnly: operation.parameter('availableOnly', false) === true,
		signal: operation.signal,
	});
	return operation.limited(models).map(toRow);
}

/** Loads a model into memory. */
export async function loadModel(operation: OperationContext): Promise<Row[]> {
	const name = operation.chosen('modelName', 'Model Name').trim();
	const type = String(operation.parameter('modelType'));
	await serviceOf(operation).loadModel(name, type, { signal: operation.signal });
	return [{ json: { name, type, loaded: true } }];
}

/** Stores a file of the item and returns its details. */
export async function uploadServiceFile(operation: OperationContext): Promise<Row[]> {
	const description = String(operation.parameter('fileDescription', '') ?? '').trim() || undefined;
	const upload = async (file: Parameters<ReturnType<typeof serviceOf>['uploadFile']>[0]) =>
		await serviceOf(operation).uploadFile({ ...file, description }, { signal: operation.signal });
	return [toRow(await operation.withFile('inputBinaryField', upload))];
}

/** The details of a file and, with the option "Download", the file. */
export async function getServiceFile(operation: OperationContext): Promise<Row[]> {
	const service = serviceOf(operation);
	const fileId = operation.chosen('fileId', 'File ID').trim();
	const facts = await service.fileFacts(fileId, { signal: operation.signal });
	if (operation.parameter('download') !== true) return [toRow(facts)];
	const { stream } = await service.openFile(fileId, { signal: operation.signal });
	const file = await operation.store(stream, facts.filename, facts.contentType);
	return [{ ...toRow(facts), binary: { [operation.chosen('outputBinaryField', 'Field')]: file } }];
}

/** Unknown values become null, so that all items have the same members. */
function toRow(facts: object): Row {
	const known = Object.entries(facts).map(([name, value]) => [name, value ?? null] as const);
	return { json: Object.fromEntries(known) as IDataObject };
}

/** The health of a service: its components, or its jobs and workers. */
export async function getHealth(operation: OperationContext): Promise<Row[]> {
	const { client, signal } = operation;
	const health = memberOf(client.host, 'health', 'ComfyUI Serverless and RunPod');
	return [{ json: { ...(await health({ signal })) } as IDataObject }];
}
