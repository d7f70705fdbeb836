import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { RequestFault } from '../faults/rules';
import type { Reply } from './Reply';

function fault<K extends RequestFault['kind']>(
	faults: RequestFault[],
	kind: K,
): Extract<RequestFault, { kind: K }> | undefined {
	return faults.find((one): one is Extract<RequestFault, { kind: K }> => one.kind === kind);
}

/** Sends a reply, or what the faults leave of it. */
export function writeReply(
	response: ServerResponse,
	reply: Reply,
	isHead: boolean,
	faults: RequestFault[] = [],
): void {
	if (reply.stream) return writeStream(response, reply, reply.stream);
	const length = fault(faults, 'length');
	const cut = fault(faults, 'cut');
	const stall = fault(faults, 'stall');
	if (fault(faults, 'trickle')) return trickle(response, reply);
	const claimed = Math.max(0, reply.body.length + (length?.difference ?? 0));
	const bodiless = reply.status === 304 || reply.status === 204;
	response.writeHead(
		reply.status,
		bodiless ? reply.headers : { ...reply.headers, 'Content-Length': claimed },
	);
	if (isHead || bodiless) response.end();
	else if (cut) writeThenBreak(response, reply.body.subarray(0, cut.afterBytes));
	else if (stall) writeSome(response, reply.body.subarray(0, stall.afterBytes));
	else if (length) writeThenBreak(response, reply.body);
	else response.end(reply.body);
}

const TRICKLE_MS = 5;

/** One byte after the other, for as long as the connection is open. */
function trickle(response: ServerResponse, { status, headers }: Reply): void {
	response.writeHead(status, headers);
	response.flushHeaders();
	const timer = setInterval(() => response.write(' '), TRICKLE_MS);
	response.once('close', () => clearInterval(timer));
}

/** Ends when the client goes. */
function writeStream(
	response: ServerResponse,
	{ status, headers }: Reply,
	stream: AsyncIterable<Buffer>,
): void {
	response.writeHead(status, headers);
	response.flushHeaders();
	const source = Readable.from(stream);
	response.on('close', () => source.destroy());
	source.on('error', () => response.destroy());
	source.pipe(response);
}

function writeSome(response: ServerResponse, part: Buffer, done?: () => void): void {
	response.flushHeaders();
	response.write(part.length > 0 ? part : Buffer.alloc(0), () => done?.());
}

/** A moment passes before the end, so that what was written arrives first. */
function writeThenBreak(response: ServerResponse, part: Buffer): void {
	writeSome(response, part, () => setTimeout(() => response.socket?.destroy(), 5));
}
