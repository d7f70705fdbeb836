import type { ApiWorkflow } from '../core/ApiWorkflow';
import { ConnectionError, copyError, type ComfyUiError } from '../core/errors';
import type { AbortOptions } from '../core/time';
import type { HostPool } from '../hosts/Host';
import type { WorkflowReport } from './WorkflowReport';

/**
 * Adds to the report of the merged catalogue of a pool which of its servers can run the workflow: each thing may be on
 * some server, which does not make one that has them all.
 * @throws ConnectionError when no server is known to have everything, and one did not answer, which may
 */
export async function checkOnPool(
	report: WorkflowReport,
	pool: HostPool,
	workflow: ApiWorkflow,
	{ signal }: AbortOptions = {},
): Promise<WorkflowReport> {
	const found = await pool.examine(workflow, { signal });
	const servers = found.filter(({ reason }) => reason === undefined).map(({ server }) => server);
	const unsuitableServers = found.flatMap(({ server, reason }) =>
		reason === undefined ? [] : [{ server, reason }],
	);
	const isUnknown = servers.length === 0 && found.some(({ isDown }) => isDown);
	if (report.ok && isUnknown) throw notAnswered(unsuitableServers);
	return { ...report, ok: report.ok && servers.length > 0, servers, unsuitableServers };
}

/** With `servers`, like the errors of the pool: a job then waits for its servers. */
function notAnswered(found: Array<{ server: string; reason: string }>): ComfyUiError {
	const servers = found.map(({ server, reason }) => `${server}: ${reason}`);
	const error = new ConnectionError(
		`No server of the pool can run the workflow now. ${servers.join('; ')}.`,
		'other',
		'Check the servers that the message names, and their entries in the list of the pool.',
	);
	return copyError(error, { servers });
}
