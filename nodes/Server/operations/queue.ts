import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError, NotFoundError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { parseJsonExactly, stringifyExactly } from '../../client/core/json';
import { inParallel } from '../../client/core/Semaphore';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { notIdle, waitUntilIdle } from '../../client/jobs/waitUntilIdle';
import type { StoredJob } from '../../client/protocol/storedJob';
import { readWorkflow } from '../../client/workflow/parse';
import type { OperationContext } from '../../shared/operations/OperationContext';
import { readSeconds } from '../../shared/readSeconds';
import { isoTime, toJson, type Scope } from './resultRows';

const PARALLEL_CANCELS = 20;

/** The jobs of the queue: those of this n8n, or all. */
async function jobsInScope(operation: OperationContext, state?: StoredJob['state']): Promise<StoredJob[]> {
	const scope = operation.parameter('scope', 'mine') as Scope;
	const queue = await operation.client.admin.storedQueue({ signal: operation.signal });
	return queue.filter(
		(job) => (!state || job.state === state) && (scope === 'everybody' || operation.isOfThisN8n(job)),
	);
}

const named = (operation: OperationContext, job: StoredJob) => ({
	promptId: job.promptId,
	isMine: operation.isOfThisN8n(job),
	clientId: job.clientId,
});

/** One row for each running or pending job, in the order in which they run. */
export async function getQueue(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	if (!client.host.admin) {
		const entries = await client.getQueue({ signal });
		return operation
			.limited(entries)
			.map(({ promptId, state, position, workflowId }) =>
				toJson({ ...EMPTY_ROW, promptId, running: state === 'running', position, workflowId }),
			);
	}
	const queue = await client.admin.storedQueue({ signal });
	return operation.limited(queue).map((job, position) =>
		toJson({
			...EMPTY_ROW,
			...named(operation, job),
			running: job.state === 'running',
			position,
			number: job.number,
			workflowName: job.workflowName,
			workflowId: job.workflowId,
			nodeCount: Object.keys(job.workflow).length,
			createdAt: isoTime(job.createdAt),
		}),
	);
}

const EMPTY_ROW = {
	promptId: null,
	running: null,
	position: null,
	isMine: null,
	clientId: null,
	number: null,
	workflowName: null,
	workflowId: null,
	nodeCount: null,
	createdAt: null,
};

/** Cancels all jobs of this n8n, or of everybody. */
export async function cancelQueue(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const jobs = await jobsInScope(operation);
	const results = await Promise.all(
		jobs.map(async ({ promptId }) => await client.cancel(promptId, { signal })),
	);
	const cancelled = jobs.filter((_, index) => results[index] !== 'nothing');
	return [
		toJson(
			scoped(operation, { cancelled: cancelled.length, jobs: cancelled.map((job) => named(operation, job)) }),
		),
	];
}

/** Cancels jobs by their IDs. */
export async function cancelJobs(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const rows: IDataObject[] = [];
	await inParallel([...readPromptIds(operation).entries()], PARALLEL_CANCELS, async ([index, promptId]) => {
		const result = await client.cancel(promptId, { signal });
		rows[index] = { promptId, cancelled: result !== 'nothing', result };
	});
	return rows;
}

/** The job IDs of an item: a text with commas, or a list. @throws InvalidInputError without any */
export function readPromptIds(operation: OperationContext): string[] {
	const value = operation.parameter('promptIds');
	const list = Array.isArray(value) ? (value as unknown[]) : String(value ?? '').split(',');
	const ids = list.map((id) => (typeof id === 'string' ? id.trim() : '')).filter(Boolean);
	if (ids.length > 0) return [...new Set(ids)];
	throw new InvalidInputError(
		'"Job IDs" is empty.',
		'Pass on the "promptId" that Queue Prompt returned. Several IDs are separated by commas.',
	);
}

/** Removes pending jobs of this n8n, or of everybody. */
export async function clearPending(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const pending = await jobsInScope(operation, 'pending');
	const ids = await client.admin.removePending(
		pending.map(({ promptId }) => promptId),
		{ signal },
	);
	const removed = pending.filter(({ promptId }) => ids.includes(promptId));
	return [
		toJson(scoped(operation, { removed: removed.length, jobs: removed.map((job) => named(operation, job)) })),
	];
}

const scoped = (operation: OperationContext, facts: object) => ({
	...facts,
	scope: operation.parameter('scope', 'mine') as Scope,
});

/**
 * Submits a pending job once more, before all others, and removes it from its old place. First the new one: so the job is
 * never gone. If the old one has started meanwhile, the new one is cancelled.
 */
export async function moveToFront(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const promptId = operation.chosen('promptId', 'Job').trim();
	const isForAll = operation.parameter('scope', 'mine') === 'everybody';
	const queue = await client.admin.storedQueue({ signal });
	const job = queue.find((other) => other.promptId === promptId);
	if (job?.state !== 'pending') throw notPending(promptId, job?.state);
	if (!isForAll && !operation.isOfThisN8n(job)) throw notMine(promptId);
	const submitted = await submitAgain(operation, job, { front: true });
	const removed = await client.admin.removePending([promptId], { signal });
	if (removed.length === 0) {
		await client.cancel(submitted.promptId, { signal });
		throw notPending(promptId, 'running');
	}
	return [toJson({ ...submitted, previousPromptId: promptId, isMine: operation.isOfThisN8n(job) })];
}

/** Submits a stored job under the client ID of its client, who then hears its events. */
async function submitAgain(
	{ client, signal }: OperationContext,
	{
		workflow,
		extraData,
		clientId = client.clientId,
		outputNodes,
	}: Pick<StoredJob, 'workflow' | 'extraData' | 'clientId' | 'outputNodes'>,
	{ front }: { front?: boolean } = {},
): Promise<{ promptId: string; number?: number }> {
	const submission = {
		workflow,
		promptId: crypto.randomUUID(),
		clientId,
		extraData: withoutNulls(extraData),
		...(front && { front }),
		...(await outputsToRun(client, workflow, outputNodes, { signal })),
	};
	const { promptId, number } = await client.host.jobs.submit(submission, { signal });
	return { promptId, number };
}

/** Only if not all outputs ran: servers before 0.3.48 always run all of them, and refuse such a list. */
export async function outputsToRun(
	client: OperationContext['client'],
	workflow: ApiWorkflow,
	outputNodes: string[] | undefined,
	{ signal }: { signal: AbortSignal },
): Promise<{ outputNodes?: string[] }> {
	if (!outputNodes) return {};
	const nodeTypes = Object.values(workflow).map(({ class_type: type }) => type);
	const objectInfo = await client.objectInfo({ nodeTypes, signal });
	const all = Object.entries(workflow).filter(([, { class_type: type }]) => objectInfo[type]?.output_node);
	return all.every(([id]) => outputNodes.includes(id)) ? {} : { outputNodes };
}

/** A null in some members makes newer servers answer 500 to everybody who lists the jobs. */
export function withoutNulls(extraData: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(extraData).filter(([, value]) => value !== null));
}

/** Removes pending jobs of this n8n and returns them, one row each, so that they can be put back. */
export async function takeOut(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const queue = await client.admin.storedQueue({ signal });
	const mine = queue.filter((job) => job.state === 'pending' && operation.isOfThisN8n(job));
	const wanted = operation.limited(mine);
	const ids = await client.admin.removePending(
		wanted.map(({ promptId }) => promptId),
		{ signal },
	);
	return wanted
		.filter(({ promptId }) => ids.includes(promptId))
		.map(({ promptId, number, workflow, extraData, clientId, outputNodes, createdAt }) => ({
			promptId,
			number,
			nodeCount: Object.keys(workflow).length,
			createdAt: isoTime(createdAt),
			// as text, so that seeds of 64 bits keep their digits
			job: stringifyExactly({ workflow, extraData, clientId, outputNodes, server: client.host.serverName }),
		}));
}

/** Queues a job that Take Out returned. */
export async function putBack(operation: OperationContext): Promise<IDataObject[]> {
	const { clientId, extraData, workflow, outputNodes } = readTakenJob(operation.parameter('takenJob'));
	const job = {
		workflow,
		extraData: isRecord(extraData) ? extraData : {},
		...(typeof clientId === 'string' && { clientId }),
		...(Array.isArray(outputNodes) && { outputNodes: outputNodes.map(String) }),
	};
	return [toJson(await submitAgain(operation, job))];
}

/** The job that Take Out returned. @throws InvalidInputError for anything else */
export function readTakenJob(value: unknown): Record<string, unknown> & { workflow: ApiWorkflow } {
	const job = typeof value === 'string' ? parsed(value) : value;
	const { workflow } = isRecord(job) ? readWorkflow(job.workflow) : {};
	if (isRecord(job) && workflow) return { ...job, workflow };
	throw new InvalidInputError(
		'"Job to Put Back" is not a job that Take Out returned.',
		'Pass on the field "job" of the items of Take Out.',
	);
}

function parsed(text: string): unknown {
	try {
		return parseJsonExactly(text);
	} catch {
		return undefined;
	}
}

/** Waits until the queue is empty. */
export async function waitForIdle(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const { timeout, idleFor, onTimeout } = operation.options as Record<string, unknown>;
	const timeoutMs = readSeconds(timeout ?? 3600, 'Timeout (Seconds)');
	const idleForMs = readSeconds(idleFor ?? 0, 'Idle For (Seconds)');
	const { waitedMs, ...state } = await waitUntilIdle(client, { timeoutMs, idleForMs, signal });
	if (!state.idle && onTimeout !== 'return') throw notIdle({ ...state, waitedMs }, timeoutMs);
	return [{ ...state, runningPromptId: state.runningPromptId ?? null, waitedSeconds: waitedMs / 1000 }];
}

function notPending(promptId: string, state: StoredJob['state'] | undefined): Error {
	if (state === 'running')
		return new InvalidInputError(`The job ${promptId} runs already.`, 'Nothing was changed.');
	return new NotFoundError(
		`The job ${promptId} is not in the queue.`,
		'Only pending jobs can be moved. Queue > Get Many lists them.',
	);
}

const notMine = (promptId: string) =>
	new InvalidInputError(
		`The job ${promptId} was queued by another client, which would wait for it under its old ID.`,
		'Choose the scope "Everybody\'s" to move it nevertheless.',
	);
