import { ConnectionError, type ConnectionReason } from '../core/errors';
import { isLocal } from './connectionErrors';

/** What to do about failures of a service whose machines are somebody else's. */

const CHECK_URL = 'Check the base URL in the credential.';

const HINTS: Partial<Record<ConnectionReason, string>> = {
	refused: 'Check the base URL in the credential, and whether the service is up.',
	dns: 'Check the spelling of the base URL in the credential.',
	tls: 'Check the base URL in the credential. A proxy between n8n and the service may show a certificate of its own.',
	timeout:
		'The service may be overloaded or out of reach: try again later, and check the base URL in the credential.',
	reset: 'The service may have restarted, or a proxy in between cut the connection: try again later.',
};

/**
 * The same error with the remedy for a service, where it has one of its own: there is no ComfyUI to be started there.
 * @param base where the service is
 */
export function ofService<T>(error: T, base: string): T | ConnectionError {
	if (!(error instanceof ConnectionError) || error.reason === 'blocked') return error;
	const docker = isLocal(base)
		? ' When n8n runs in Docker, localhost is the container itself: use host.docker.internal.'
		: '';
	return new ConnectionError(error.message, error.reason, `${HINTS[error.reason] ?? CHECK_URL}${docker}`);
}
