import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until';
import { freePort } from './freePort';
import { Program } from './Program';
import { programs } from './programs';

/** A Redis that keeps nothing. */
export class Redis {
	private constructor(
		readonly port: number,
		private readonly folder: string,
		private readonly program: Program,
	) {}

	static async start(): Promise<Redis> {
		const port = await freePort();
		const folder = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-redis-'));
		const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
		const program = Program.start(String(programs.redis), args, {}, path.join(folder, 'log'));
		await until(async () => (await answers(port)) || program.hasEnded, 'Redis to start');
		return new Redis(port, folder, program);
	}

	async stop(): Promise<void> {
		await this.program.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Whether something takes connections. */
export async function answers(port: number): Promise<boolean> {
	await delay(20);
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}
