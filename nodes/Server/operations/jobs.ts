import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError, NotFoundError } from '../../client/core/errors';
import { stringifyExactly } from '../../client/core/json';
import type { ServerJobListOptions } from '../../client/hosts/ServerAdmin';
import { applySeeds, type SeedMode } from '../../client/workflow/seeds';
import { details } from '../../shared/errors';
import { jobFacts, withUrlNamed } from '../../shared/jobFacts';
import type { OperationContext } from '../../shared/operations/OperationContext';
import { listJobs } from '../../shared/operations/services/serverless';
import { outputsToRun, readPromptIds, withoutNulls } from './queue';
import { isoTime, toJson, type Scope } from './resultRows';

/** History entries that one request deletes. */
const DELETE_AT_ONCE = 500;

/** One row for each job of the server, newest first. */
export async function getJobs(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const { workflowId } = operation.options as { workflowId?: string };
	const wanted = String(operation.parameter('jobStatus', 'all'));
	const status = wanted === 'all' ? undefined : (wanted as ServerJobListOptions['status']);
	const max = operation.max();
	const rows = await client.admin.listJobs({
		status,
		max,
		workflowId: workflowId?.trim() || undefined,
		signal,
	});
	return rows.map(({ promptId, status: state, createdAt, startedAt, endedAt, ...facts }) =>
		toJson({
			promptId,
			status: state,
			createdAt: isoTime(createdAt),
			startedAt: isoTime(startedAt),
			endedAt: isoTime(endedAt),
			durationMs: facts.durationMs,
			workflowId: facts.workflowId,
			outputsCount: facts.outputsCount,
			error: facts.error,
		}),
	);
}

/** One row for each job of a service, with its times as those of a server. */
export async function getServiceJobs(operation: OperationContext): Promise<IDataObject[]> {
	return (await listJobs(operation)).map(({ json: { createdAt, startedAt, endedAt, ...facts } }) => ({
		...facts,
		createdAt: isoTime((createdAt ?? undefined) as number | undefined),
		startedAt: isoTime((startedAt ?? undefined) as number | undefined),
		endedAt: isoTime((endedAt ?? undefined) as number | undefined),
	}));
}

/** One job: its state, and when it has ended its times, files, texts and error. */
export async function getJob(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const promptId = operation.chosen('promptId', 'Job').trim();
	const options = operation.options as { includeRawOutputs?: boolean; includeWorkflow?: boolean };
	const { state, position, result, error, ...progress } = await client.getJob(promptId, { signal });
	if (state === 'lost') {
		throw new NotFoundError(
			client.host.lost?.message ?? `The server does not know the job ${promptId}.`,
			client.host.lost?.hint ??
				'It was removed from the queue or the history, or the server was restarted, which empties both.',
		);
	}
	const facts = result && {
		...jobFacts(result, options),
		files: result.files.map(withUrlNamed),
	};
	return [
		toJson({
			...progress,
			promptId,
			status: state,
			position,
			...facts,
			...(error && { error: error.message, details: details(error) }),
			...(options.includeWorkflow && { workflow: await workflowText(operation, promptId, result?.workflow) }),
		}),
	];
}

/** The workflow that a job ran; null where the host does not keep it. */
async function workflowText(
	{ client, signal }: OperationContext,
	promptId: string,
	known: object | undefined,
): Promise<string | null> {
	const stored = await client.host.admin?.storedJob(promptId, { signal });
	const workflow = stored?.workflow ?? known;
	return workflow ? stringifyExactly(workflow) : null;
}

/** Queues a job that the server still knows once more. */
export async function runAgain(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const promptId = operation.chosen('promptId', 'Job').trim();
	const mode = String(operation.parameter('seeds', 'randomize')) as SeedMode;
	const job = await client.admin.storedJob(promptId, { signal });
	if (!job) {
		throw new NotFoundError(
			`The server does not know the job ${promptId}.`,
			'It was removed from the history, or the server was restarted, which empties its history.',
		);
	}
	const { workflow, extraData, outputNodes } = job;
	const nodeTypes = Object.values(workflow).map(({ class_type: type }) => type);
	const objectInfo = await client.objectInfo({ nodeTypes, signal });
	const { workflow: seeded, seeds } = applySeeds(workflow, mode, { objectInfo });
	const submission = {
		workflow: seeded,
		promptId: crypto.randomUUID(),
		clientId: client.clientId,
		extraData: withoutNulls(extraData),
		...(await outputsToRun(client, workflow, outputNodes, { signal })),
	};
	const submitted = await client.host.jobs.submit(submission, { signal });
	return [
		toJson({
			promptId: submitted.promptId,
			clientId: client.clientId,
			previousPromptId: promptId,
			number: submitted.number,
			seeds,
		}),
	];
}

/** Removes ended jobs from the history, by their IDs. */
export async function deleteFromHistory(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const rows: IDataObject[] = [];
	const wanted = readPromptIds(operation);
	for (const promptId of wanted) {
		const isThere = (await client.getHistory(promptId, { signal })) !== undefined;
		rows.push({ promptId, deleted: isThere });
	}
	await client.deleteHistory(wanted, { signal });
	return rows;
}

/** Removes ended jobs of this n8n, or of everybody, from the history. */
export async function clearHistory(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const scope = operation.parameter('scope', 'mine') as Scope;
	if (scope === 'everybody') {
		await client.deleteHistory(undefined, { signal });
		return [{ cleared: true, deleted: null, scope }];
	}
	if (scope !== 'mine') throw new InvalidInputError(`"${String(scope)}" is not a scope.`);
	const ids = await client.admin.findEnded((job) => operation.isOfThisN8n(job), { signal });
	for (let from = 0; from < ids.length; from += DELETE_AT_ONCE)
		await client.deleteHistory(ids.slice(from, from + DELETE_AT_ONCE), { signal });
	return [{ cleared: true, deleted: ids.length, scope }];
}
