import type { IDataObject } from 'n8n-workflow';
import type { ListedJob, ListOptions } from '../../client/hosts/ServiceApi';
import type { OperationContext } from '../OperationContext';
import { memberOf, type Row } from './Row';

/** The most that the service lists at once. */
const PAGE = 100;

const serviceOf = ({ client }: OperationContext) => memberOf(client.host, 'serverless', 'ComfyUI Serverless');

/** One row for each job of the account, newest first. */
export async function listJobs(question: OperationContext): Promise<Row[]> {
	const service = serviceOf(question);
	const max = question.max();
	const wanted = String(question.parameter('jobStatus', 'all'));
	const status = wanted === 'all' ? undefined : (wanted as ListOptions['status']);
	const jobs: ListedJob[] = [];
	while (jobs.length < max) {
		const limit = Math.min(PAGE, max - jobs.length);
		const page = await service.list({ status, limit, offset: jobs.length, signal: question.signal });
		jobs.push(...page);
		if (page.length < limit) break;
	}
	return jobs.map(toRow);
}

/** The job that was made of a failed one. */
export async function retryJob(question: OperationContext): Promise<Row[]> {
	const retried = question.chosen('jobId', 'Job ID').trim();
	return [
		{ json: { promptId: await serviceOf(question).retry(retried, { signal: question.signal }), retried } },
	];
}

/** One row for each model. */
export async function listServiceModels(question: OperationContext): Promise<Row[]> {
	const filter = String(question.parameter('modelFilter', 'all'));
	const type = filter === 'all' ? undefined : filter;
	const { models } = await serviceOf(question).models(type, { signal: question.signal });
	return question.limited(models).map(toRow);
}

/** Has a model loaded. */
export async function loadModel(question: OperationContext): Promise<Row[]> {
	const name = question.chosen('modelName', 'Model Name').trim();
	const type = String(question.parameter('modelType'));
	await serviceOf(question).loadModel(name, type, { signal: question.signal });
	return [{ json: { name, type, loaded: true } }];
}

/** Stores a file of the item, and says what is known of it. */
export async function uploadServiceFile(question: OperationContext): Promise<Row[]> {
	const upload = async (file: Parameters<ReturnType<typeof serviceOf>['uploadFile']>[0]) =>
		await serviceOf(question).uploadFile(file, { signal: question.signal });
	return [toRow(await question.withFile('inputBinaryField', upload))];
}

/** What is known of a file, and the file. */
export async function getServiceFile(question: OperationContext): Promise<Row[]> {
	const service = serviceOf(question);
	const fileId = question.chosen('fileId', 'File ID').trim();
	const facts = await service.fileFacts(fileId, { signal: question.signal });
	if (question.parameter('download') !== true) return [toRow(facts)];
	const { stream } = await service.openFile(fileId, { signal: question.signal });
	const file = await question.store(stream, facts.filename, facts.contentType);
	return [{ ...toRow(facts), binary: { [question.chosen('outputBinaryField', 'Field')]: file } }];
}

/** What is not told is null, so that all items have the same members. */
function toRow(facts: object): Row {
	const known = Object.entries(facts).map(([name, value]) => [name, value ?? null] as const);
	return { json: Object.fromEntries(known) as IDataObject };
}

/** How a service is: its parts, or its jobs and workers. */
export async function getHealth(question: OperationContext): Promise<Row[]> {
	const { client, signal } = question;
	const health = memberOf(client.host, 'health', 'ComfyUI Serverless and RunPod');
	return [{ json: { ...(await health({ signal })) } as IDataObject }];
}
