import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binary } from './cli';

/** The job that the server has. */
export const PROMPT_ID = '3c5a062e-4daf-4c7b-aadf-1daaa55681d5';

/** A ComfyUI that has one ended job, of which the program asks for the file. */
export interface FileServer {
	url: string;
	close(): void;
}

/**
 * Starts it. The headers of a request say what the job made: `X-File` is the name of the file, `X-Size` its size in
 * bytes. That is how a test gives it any name at all.
 */
export async function startFileServer(): Promise<FileServer> {
	const chunk = Buffer.alloc(1024 * 1024);
	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://x');
		if (url.pathname.endsWith('/view')) {
			const size = Number(request.headers['x-size'] ?? 1);
			response.writeHead(200, { 'content-length': size });
			let left = size;
			const write = () => {
				while (left > 0) {
					const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
					left -= part.length;
					if (!response.write(part)) return response.once('drain', write);
				}
				return response.end();
			};
			write();
			return;
		}
		const name = request.headers['x-file'];
		const outputs = { 1: { files: [{ filename: name, subfolder: '', type: 'output' }] } };
		const status = { status_str: 'success', completed: true, messages: [] };
		const entry = { prompt: [0, PROMPT_ID, {}, {}, ['1']], outputs, status };
		const body = url.pathname.includes('/history')
			? { [PROMPT_ID]: entry }
			: { queue_running: [], queue_pending: [] };
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(body));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { port: number };
	return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/**
 * The largest memory of the program while it writes a file to stdout, bytes: it says so itself when it ends.
 * @param size of the file, bytes
 * @param nodeOptions for Node.js
 */
export async function peakOf(
	{ url }: FileServer,
	size: number,
	nodeOptions: readonly string[] = [],
): Promise<number> {
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-cli-'));
	const [hook, result] = [path.join(folder, 'hook.cjs'), path.join(folder, 'peak')];
	writeFileSync(
		hook,
		`process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)));`,
	);
	const headers = ['X-File: large.bin', `X-Size: ${size}`].flatMap((header) => ['--header', header]);
	const args = [...nodeOptions, '-r', hook, binary, 'get', PROMPT_ID, '-o', '-', '--url', url, ...headers];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	let bytes = 0;
	child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
	await new Promise((resolve) => child.on('close', resolve));
	if (bytes !== size) throw new Error(`${bytes} bytes on stdout in place of ${size}`);
	const peak = Number(readFileSync(result, 'utf8')) * 1024;
	rmSync(folder, { recursive: true });
	return peak;
}
