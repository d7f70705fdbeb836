import type { INodeExecutionData } from 'n8n-workflow';
import { NotSupportedError } from '../../client/core/errors';
import type { Host } from '../../client/hosts/Host';

/** An item to put out. */
export type Row = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * A member that only some hosts have.
 * @param names the hosts that have it
 * @throws NotSupportedError when this host does not have it, as after the host was changed
 */
export function memberOf<K extends 'workflows' | 'serverless' | 'health'>(
	host: Host,
	member: K,
	names: string,
): NonNullable<Host[K]> {
	const found = host[member];
	if (found) return found;
	throw new NotSupportedError(
		`The operation belongs to ${names}, and the host is ${host.name}.`,
		'Choose an operation of this host.',
	);
}
