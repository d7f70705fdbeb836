import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../../support/until';
import { venvProgram } from './python';

/** The Comfy API proxy of Comfy.org, in front of a ComfyUI. */
export class ApiProxy {
	private output = '';

	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
		private readonly folder: string,
	) {
		for (const stream of [child.stdout, child.stderr])
			stream?.on('data', (data: Buffer) => (this.output += data.toString()).slice(-20_000));
	}

	/** @param token what requests must show; default nothing */
	static async start(comfyUi: string, token?: string): Promise<ApiProxy> {
		const port = await freePort();
		const folder = mkdtempSync(path.join(tmpdir(), 'api-proxy-'));
		const options = ['--comfyui', comfyUi, '--port', String(port), '--state-dir', folder];
		const child = spawn(venvProgram('comfy-api-proxy'), [
			'run',
			...options,
			...(token ? ['--token', token] : []),
		]);
		const proxy = new ApiProxy(child, `http://127.0.0.1:${port}`, folder);
		await until(async () => {
			if (child.exitCode !== null) throw new Error(`the proxy ended: ${proxy.output}`);
			const answer = await fetch(`${proxy.url}/api/v2/health`).catch(() => undefined);
			return answer?.ok === true;
		}, 'the proxy');
		return proxy;
	}

	async stop(): Promise<void> {
		const ended = new Promise((resolve) => this.child.once('exit', resolve));
		if (this.child.exitCode === null && this.child.kill('SIGKILL')) await ended;
		rmSync(this.folder, { recursive: true, force: true });
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
