import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { median, mib, ms, report } from './setup';

const ROUNDS = 15;
const FILE_BYTES = 1024 ** 3;
const PROMPT_ID = '3c5a062e-4daf-4c7b-aadf-1daaa55681d5';
const binary = path.resolve(__dirname, '../../packages/cli/dist/comfyui.js');

/** The start of the command line, and the memory that a large file to stdout takes. */
async function main(): Promise<void> {
	const time = (...args: string[]) => {
		const start = performance.now();
		execFileSync(process.execPath, args);
		return performance.now() - start;
	};
	const rounds = Array.from({ length: ROUNDS }, () => [time('-e', '0'), time(binary, '--version')]);
	const [bare, version] = [0, 1].map((index) => median(rounds.map((round) => round[index])));
	const server = await fileServer();
	const [withFile, withoutFile] = [
		await peakOf(server.url, 'large.bin'),
		await peakOf(server.url, 'small.bin'),
	];
	server.close();
	report(
		`comfyui --version: ${ms(version)}, node -e 0: ${ms(bare)} (medians of ${ROUNDS})`,
		`ratio: ${(version / bare).toFixed(2)} (aim: within 1.5)`,
		`a file of 1 GiB to stdout: ${mib(withFile - withoutFile)} more than a file of 1 byte (aim: within 64 MiB)`,
	);
}

/** A ComfyUI that has only one ended job for each name of a file: the command line asks for nothing else. */
async function fileServer(): Promise<{ url: string; close(): void }> {
	const chunk = Buffer.alloc(1024 * 1024);
	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://x');
		if (url.pathname.endsWith('/view')) {
			const size = url.searchParams.get('filename') === 'large.bin' ? FILE_BYTES : 1;
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

/** The largest memory of the program while it writes a file to stdout, bytes: it says so itself when it ends. */
async function peakOf(url: string, file: string): Promise<number> {
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-cli-'));
	const [hook, result] = [path.join(folder, 'hook.cjs'), path.join(folder, 'peak')];
	writeFileSync(
		hook,
		`process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)));`,
	);
	const args = ['-r', hook, binary, 'get', PROMPT_ID, '-o', '-', '--url', url, '--header', `X-File: ${file}`];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	let bytes = 0;
	child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
	await new Promise((resolve) => child.on('close', resolve));
	const expected = file === 'large.bin' ? FILE_BYTES : 1;
	if (bytes !== expected) throw new Error(`${file}: ${bytes} bytes on stdout in place of ${expected}`);
	const peak = Number(readFileSync(result, 'utf8')) * 1024;
	rmSync(folder, { recursive: true });
	return peak;
}

void main();
