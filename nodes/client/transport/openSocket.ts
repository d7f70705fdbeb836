import { NotSupportedError } from '../core/errors';
import { openGlobalSocket, type StandardWebSocketClass } from './globalSocket';
import { NO_SOCKET, type OpenSocket } from './socket';
import { openWsSocket } from './wsSocket';

/** Node has it from version 22 on; the types of older versions do not know it. */
declare const WebSocket: StandardWebSocketClass | undefined;

/** Opens with `ws` when it is installed (n8n removes it from community packages), else with the global WebSocket. */
export const openSocket: OpenSocket = async (url, options, events) => {
	try {
		const ws = await import('ws').catch(() => undefined);
		if (ws) return openWsSocket(ws.WebSocket, url, options, events);
		if (typeof WebSocket === 'undefined') {
			throw new NotSupportedError('This Node.js has no WebSocket, and the package "ws" is not installed.');
		}
		return await openGlobalSocket(WebSocket, url, options, events);
	} catch (error) {
		events.onEnd({ error });
		return NO_SOCKET;
	}
};
