import type { IncomingMessage } from 'node:http';

/** Between two pieces of a body that is read slowly. */
const SLOW_MS = 50;

/** The whole body, or undefined when it is larger than the limit (the rest is then thrown away). */
export function readBody(
	request: IncomingMessage,
	limit: number,
	slowly = false,
): Promise<Buffer | undefined> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		if (Number(request.headers['content-length'] ?? 0) > limit) {
			request.resume();
			resolve(undefined);
			return;
		}
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size > limit) resolve(undefined);
			else chunks.push(chunk);
			if (!slowly) return;
			request.pause();
			setTimeout(() => request.resume(), SLOW_MS).unref();
		});
		request.on('end', () => resolve(Buffer.concat(chunks)));
		request.on('error', reject);
		request.on('close', () => reject(new Error('the client went away')));
	});
}
