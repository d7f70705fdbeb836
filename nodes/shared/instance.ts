import type { IAllExecuteFunctions } from 'n8n-workflow';
import type { WatchedJob } from '../client/watch/events';

/** Characters of the ID of the n8n instance, which is a hash: enough to tell instances apart. */
const ID_LENGTH = 16;

type Context = Pick<IAllExecuteFunctions, 'getInstanceId'>;

/** Names this n8n in the client IDs of its jobs. */
export function instanceName(context: Context): string {
	return `n8n-${context.getInstanceId().slice(0, ID_LENGTH)}`;
}

/** A client ID of this n8n. */
export function newClientId(context: Context): string {
	return `${instanceName(context)}-${crypto.randomUUID()}`;
}

/** Whether a node of this n8n queued a job: by its client ID or, when the user chose that, by its extra data. */
export function isOfThisN8n(
	context: Context,
	{ clientId, submittedBy }: Pick<WatchedJob, 'clientId' | 'submittedBy'>,
): boolean {
	const name = instanceName(context);
	return submittedBy === name || clientId?.startsWith(`${name}-`) === true;
}
