import { ConnectionError, HttpError } from '../core/errors';

/**
 * Whether a server may recover from a fault, so that it is worth asking again: no connection, 5xx, 429.
 * @param reached the server has answered before; until then a name that is not resolved is a wrong name
 */
export function isPassing(error: unknown, reached: boolean): boolean {
	if (error instanceof ConnectionError) {
		const { reason } = error;
		return reason !== 'tls' && reason !== 'blocked' && (reached || reason !== 'dns');
	}
	return error instanceof HttpError && (error.status >= 500 || error.status === 429 || error.status === 408);
}
