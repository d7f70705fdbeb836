import { fstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSystemError } from '../errors';

/**
 * Keeps a second batch on this computer away from a state file: two would submit the same jobs. The lock is a local
 * socket that is named after the file, because the system takes it back when the process ends, also after `kill -9`.
 */
export class StateLock {
	private constructor(private readonly server: Server) {}

	/**
	 * @param file descriptor of the open file; its other names, such as links, have the same lock
	 * @returns undefined while another process has the lock
	 */
	static async take(file: number): Promise<StateLock | undefined> {
		const address = addressOf(file);
		const server = await listen(address);
		if (server) return new StateLock(server);
		if (!isFile(address) || (await isAnswered(address))) return undefined;
		rmSync(address, { force: true });
		const second = await listen(address);
		return second && new StateLock(second);
	}

	/** Gives the lock back. */
	release(): void {
		this.server.close();
	}
}

function addressOf(file: number): string {
	const { dev, ino } = fstatSync(file, { bigint: true });
	const name = `comfyui-batch-${dev}-${ino}`;
	if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
	return process.platform === 'linux' ? `\0${name}` : path.join(tmpdir(), `${name}.sock`);
}

/** Only where sockets are files can one be left behind by a process that was killed. */
const isFile = (address: string) => path.isAbsolute(address) && process.platform !== 'win32';

/** @returns undefined when the address is taken */
async function listen(address: string): Promise<Server | undefined> {
	return await new Promise((resolve, reject) => {
		const server = createServer((socket) => socket.destroy()).unref();
		server.once('error', (error) => {
			if (isSystemError(error) && error.code === 'EADDRINUSE') resolve(undefined);
			else reject(error);
		});
		server.listen(address, () => resolve(server));
	});
}

async function isAnswered(address: string): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(address)
			.once('connect', () => {
				socket.destroy();
				resolve(true);
			})
			.once('error', () => resolve(false));
	});
}
