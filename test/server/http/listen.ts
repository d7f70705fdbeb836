import { randomInt } from 'node:crypto';
import type { Server } from 'node:net';

/** Below the ports that operating systems give to outgoing connections. */
const FIRST_PORT = 12_000;
const PORTS = 20_000;

let next = randomInt(PORTS);

/**
 * Listens on a port that no server of this process has had before: a client keeps what it learned of an address, such
 * as the catalogue, and must not meet it again at another server. The system's own choice (port 0) may repeat, and while
 * a server restarts, its port may become that of an outgoing connection.
 * @param port listens there instead; a server that restarts keeps its port
 * @returns the port
 */
export async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
	if (port) return await tryPort(server, host, port);
	for (let tries = 1; ; tries++) {
		try {
			return await tryPort(server, host, FIRST_PORT + (next++ % PORTS));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === PORTS) throw error;
		}
	}
}

async function tryPort(server: Server, host: string, port: number): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
	return port;
}
