import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Machine, Process } from '../Process';
import type { HttpFront } from './HttpFront';
import { recordRequest, splitUrl, type RecordedRequest } from './RecordedRequest';
import { empty, type Reply } from './Reply';

/** A plain HTTP answer to an upgrade request. */
function refuse(socket: Duplex, { status, headers, body }: Reply): void {
	const all = { ...headers, 'Content-Length': body.length, Connection: 'close' };
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
	const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
	socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]));
}

/** Opens a WebSocket on `/ws` or `/api/ws`, under the same guards as every other request. */
export function handleUpgrade(
	front: HttpFront,
	{ faults }: Machine,
	process: Process,
	requests: RecordedRequest[],
): (message: IncomingMessage, socket: Duplex, head: Buffer) => void {
	return (message, socket, head) => {
		requests.push(recordRequest(message));
		socket.on('error', () => socket.destroy());
		const { path, query } = splitUrl(message.url);
		const below = front.below(path);
		const refusal = front.guard(message);
		if (faults.refuseSockets !== false) {
			const status = faults.refuseSockets === true ? 404 : faults.refuseSockets;
			refuse(socket, empty(status));
		} else if (refusal) refuse(socket, refusal);
		else if (below !== '/ws' && below !== '/api/ws') refuse(socket, empty(404));
		else process.hub.upgrade(message, socket, head, query.get('clientId') ?? '');
	};
}
