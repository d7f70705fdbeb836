import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError, isComfyUiError, NotFoundError } from '../client/core/errors';
import { listed, show } from '../client/core/text';
import type { OperationContext } from '../shared/operations/OperationContext';
import {
	failedRows,
	runOnServer,
	type ServerResult,
	tryOnEachServer,
	tryOnServer,
	withFailed,
} from '../shared/operations/onEachServer';
import type { Row } from '../shared/operations/services/Row';
import { readTakenJob } from './operations/queue';

/** Operations on a pool: on one of its servers, on each of them, or on all as one. */

type Run = (operation: OperationContext) => Promise<IDataObject[]>;

/** How an operation is done when no server is chosen. */
type Way = (run: Run, operation: OperationContext) => Promise<IDataObject[]>;

/** On the server that has the job or file of a parameter. */
const byId =
	(parameter: string, displayName: string): Way =>
	async (run, operation) => {
		const id = operation.chosen(parameter, displayName).trim();
		const server = (await operation.client.host.pool?.find(id, { signal: operation.signal }))?.server;
		if (server?.serverName !== undefined) return await runOnServer(server.serverName, run, operation);
		throw new NotFoundError(
			`No server of the pool knows ${show(id)}.`,
			`The IDs of a pool end with the name of a server, such as @${operation.client.servers[0]}. Or choose the server.`,
		);
	};

/** On the server from which Take Out took the job: the files of the job are there. */
const putBack: Way = async (run, operation) => {
	const { server } = readTakenJob(operation.parameter('takenJob'));
	if (typeof server === 'string') return await runOnServer(server, run, operation);
	throw new InvalidInputError(
		'It is not known from which server of the pool the job was taken.',
		`Choose the server: ${listed(operation.client.servers, 20)}.`,
	);
};

const chosenOnly: Way = async (_, operation) =>
	await Promise.reject(
		new InvalidInputError(
			'Choose the server of the pool to restart.',
			`Its servers are ${listed(operation.client.servers, 20)}. The others go on meanwhile.`,
		),
	);

/** On each server at the same time. @param merge makes one list of the rows of all servers */
const each =
	(merge: (rows: IDataObject[], operation: OperationContext) => IDataObject[] = (rows) => rows): Way =>
	async (run, operation) => {
		const results = await tryOnEachServer(operation, run);
		const rows = results.flatMap((result) => result.rows);
		return [...merge(rows, operation), ...failedRows(results)];
	};

/** On one server after the other, until there are as many rows as wanted. */
const inTurn: Way = async (run, operation) => {
	const results: ServerResult[] = [];
	let left = operation.max();
	for (const name of operation.client.servers) {
		if (left <= 0) break;
		const result = await tryOnServer(name, run, operation, left);
		results.push(result);
		left -= result.rows.length;
	}
	return withFailed(results);
};

/** Removes a saved workflow wherever it is. */
const whereItIs: Way = async (run, operation) => {
	const results = await tryOnEachServer(operation, run);
	const having = results.filter(({ error }) => !(isComfyUiError(error) && error.code === 'not-found'));
	return withFailed(having.length > 0 ? having : results);
};

const newestFirst = (rows: IDataObject[], operation: OperationContext) =>
	operation.limited(
		rows.sort((a, b) => String(b.createdAt ?? b.endedAt).localeCompare(String(a.createdAt ?? a.endedAt))),
	);

const asTheyRun = (rows: IDataObject[], operation: OperationContext) =>
	operation.limited(rows.sort((a, b) => Number(a.position) - Number(b.position)));

/** One row for each model, with the servers that have it. */
function modelsOfAll(rows: IDataObject[], operation: OperationContext): IDataObject[] {
	const byName = new Map<string, IDataObject & { servers: string[] }>();
	for (const { server, ...facts } of rows) {
		const known = byName.get(String(facts.name)) ?? { ...facts, servers: [] };
		known.servers.push(String(server));
		byName.set(String(facts.name), known);
	}
	return operation.limited([...byName.values()]);
}

const limited = (rows: IDataObject[], operation: OperationContext) => operation.limited(rows);

/** Operations that differ from those of one server. All others ask the pool as if it were one. */
const ways: Record<string, Way> = {
	'file.delete': byId('assetId', 'File'),
	'file.getMany': each(newestFirst),
	'job.clearHistory': each(),
	'job.get': byId('promptId', 'Job'),
	'job.getMany': each(newestFirst),
	'job.runAgain': byId('promptId', 'Job'),
	'model.getMany': each(modelsOfAll),
	'queue.cancel': each(),
	'queue.clearPending': each(),
	'queue.getMany': each(asTheyRun),
	'queue.moveToFront': byId('promptId', 'Job'),
	'queue.putBack': putBack,
	'queue.takeOut': inTurn,
	'savedWorkflow.delete': whereItIs,
	'savedWorkflow.save': each(),
	'server.freeMemory': each(),
	'server.getLogs': each(),
	'server.getStatus': each(),
	'server.interrupt': each(),
	'server.restart': chosenOnly,
	'user.getMany': each(limited),
};

/**
 * Runs an operation on the chosen server of a pool or, without one, on those that it concerns. Each row names its server.
 * @param name resource and operation, such as `queue.getMany`
 * @throws NotFoundError for a server that the pool does not have
 */
export async function runOnPool(
	name: string,
	runToRows: (operation: OperationContext) => Promise<Row[]>,
	operation: OperationContext,
): Promise<Row[]> {
	const run: Run = async (one) => (await runToRows(one)).map(({ json }) => json);
	const server = operation.entered('poolServer');
	const way = ways[name] ?? (async () => await run(operation));
	const rows = server ? await runOnServer(server, run, operation) : await way(run, operation);
	return rows.map((json) => ({ json }));
}
