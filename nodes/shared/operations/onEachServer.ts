import type { IDataObject } from 'n8n-workflow';
import { asError, copyError, isComfyUiError } from '../../client/core/errors';
import type { OperationContext } from './OperationContext';

/** An operation on the servers of a pool, one by one. Its rows name the server. */

type Run = (operation: OperationContext) => Promise<IDataObject[]>;

/** What an operation did on one server. */
export interface ServerResult {
	name: string;
	rows: IDataObject[];
	error?: unknown;
}

/** Runs an operation on one server. @throws NotFoundError for a server that the pool does not have */
export async function runOnServer(
	name: string,
	run: Run,
	operation: OperationContext,
	maxRows?: number,
): Promise<IDataObject[]> {
	const rows = await run(operation.onServer(name, maxRows));
	return rows.map((row) => ({ ...row, server: name }));
}

/** Runs an operation on one server, and keeps its error. @throws the error when the execution is stopped */
export async function tryOnServer(
	name: string,
	run: Run,
	operation: OperationContext,
	maxRows?: number,
): Promise<ServerResult> {
	try {
		return { name, rows: await runOnServer(name, run, operation, maxRows) };
	} catch (error) {
		if (operation.signal.aborted) throw asError(error);
		return { name, rows: [], error };
	}
}

/** Runs an operation on all servers at the same time, and keeps their errors. */
export async function tryOnEachServer(operation: OperationContext, run: Run): Promise<ServerResult[]> {
	const { servers } = operation.client;
	return await Promise.all(servers.map(async (name) => await tryOnServer(name, run, operation)));
}

/** Runs an operation on all servers at the same time. @returns their rows, and one for each server that failed */
export async function onEachServer(operation: OperationContext, run: Run): Promise<IDataObject[]> {
	return withFailed(await tryOnEachServer(operation, run));
}

/** The rows of all servers, and one for each server that failed. @throws when all have failed, with the reason of each */
export const withFailed = (results: readonly ServerResult[]): IDataObject[] => [
	...results.flatMap(({ rows }) => rows),
	...failedRows(results),
];

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** One row for each server that failed. @throws when all have failed, with the reason of each */
export function failedRows(results: readonly ServerResult[]): IDataObject[] {
	const failed = results.filter(({ error }) => error !== undefined);
	if (failed.length === results.length && failed.length > 0) {
		const [{ error }] = failed;
		const isShared = failed.every((other) => textOf(other.error) === textOf(error));
		if (isShared || !isComfyUiError(error)) throw asError(error);
		throw copyError(error, {
			message: failed.map((other) => `${other.name}: ${textOf(other.error)}`).join(' '),
		});
	}
	return failed.map(({ name, error }) => ({ server: name, error: textOf(error) }));
}
