import type { INodeExecutionData } from 'n8n-workflow';
import { NotSupportedError } from '../../client/core/errors';
import type { Host } from '../../client/hosts/Host';

/** An item to put out. */
export type Row = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * The host as the one that has an operation.
 * @throws NotSupportedError when it is another one, as after the host was changed
 */
export function only<T extends Host>(host: Host, type: new (...parts: never[]) => T, name: string): T {
	if (host instanceof type) return host;
	throw new NotSupportedError(
		`The operation is one of ${name}, and the host is ${host.name}.`,
		'Choose an operation anew for this host.',
	);
}
