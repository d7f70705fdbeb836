import type { INodeExecutionData } from 'n8n-workflow';
import { NotSupportedError } from '../../../client/core/errors';
import type { Host } from '../../../client/hosts/Host';

/** An output item. */
export type Row = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * A member that only some hosts have.
 * @param names the hosts that have it
 * @throws NotSupportedError when this host does not have it, for example because the host was changed after the
 *   operation was chosen
 */
export function memberOf<K extends 'workflows' | 'serverless' | 'health' | 'listJobs'>(
	host: Host,
	member: K,
	names: string,
): NonNullable<Host[K]> {
	const found = host[member];
	if (found) return found;
	throw new NotSupportedError(
		`${host.name} does not have this operation: it belongs to ${names}.`,
		'Choose an operation of this host.',
	);
}
