import type { INodeExecutionData } from 'n8n-workflow';
import { NotSupportedError } from '../../client/core/errors';
import type { Host } from '../../client/hosts/Host';

/** An output item. */
export type Row = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * The host, as the class that has the operation.
 * @throws NotSupportedError when it is another host, for example because the host was changed after the operation was chosen
 */
export function only<T extends Host>(host: Host, type: new (...parts: never[]) => T, name: string): T {
	if (host instanceof type) return host;
	throw new NotSupportedError(
		`${host.name} does not have this operation: it belongs to ${name}.`,
		'Choose an operation of this host.',
	);
}
