import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';

/** A server of one huge file that also accepts and drops uploads, in its own process: its memory must not count. */
const CHUNK = Buffer.alloc(256 * 1024, 7);

const server = createServer((request, response) => {
	const url = new URL(request.url ?? '/', 'http://localhost');
	if (url.pathname === '/api/view') {
		const size = Number(/(\d+)/.exec(url.searchParams.get('filename') ?? '')?.[1] ?? 0);
		response.writeHead(200, { 'content-length': size, 'content-type': 'video/mp4' });
		pipeline(Readable.from(zeros(size)), response, () => {});
		return;
	}
	let received = 0;
	request.on('data', (chunk: Buffer) => (received += chunk.length));
	request.on('end', () => {
		const upload = url.pathname.startsWith('/api/upload');
		response.writeHead(upload || url.pathname === '/api/features' ? 200 : 404, {
			'content-type': 'application/json',
		});
		response.end(JSON.stringify(upload ? { name: `${received}.bin`, subfolder: '', type: 'input' } : {}));
	});
});

function* zeros(size: number): Generator<Buffer> {
	for (let left = size; left > 0; left -= CHUNK.length)
		yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
}

server.listen(0, '127.0.0.1', () => {
	process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit());
