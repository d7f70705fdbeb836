import { ConnectionError, type ConnectionReason } from '../core/errors';

/** Connection faults after which the request cannot have reached the host. */
const NEVER_SENT = new Set<ConnectionReason>(['refused', 'dns', 'tls', 'blocked']);

/** Whether a request may have reached its host although no answer came. */
export function mayHaveArrived(error: unknown): error is ConnectionError {
	return error instanceof ConnectionError && !NEVER_SENT.has(error.reason);
}

/**
 * The error for a submission that cannot be repeated because nobody can tell whether it was taken.
 * @param where how to find out, such as `Look at the job list on cloud.comfy.org`
 */
export function unsureError({ message, reason }: ConnectionError, where: string): ConnectionError {
	return new ConnectionError(
		`${message} Whether the job was taken is not known, so it was not sent again.`,
		reason,
		`The job may run all the same. ${where} before you run it again.`,
	);
}
