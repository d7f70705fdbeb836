import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../../support/until';
import { freePort } from './freePort';
import { Program, type User } from './Program';
import { programs } from './programs';
import { answers } from './Redis';

/** A Postgres with an empty database, in its own folder. */
export class Postgres {
	private constructor(
		readonly port: number,
		private readonly folder: string,
		private readonly program: Program,
	) {}

	static async start(): Promise<Postgres> {
		const port = await freePort();
		const folder = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-postgres-'));
		const user = ordinaryUser();
		if (user) chownSync(folder, user.uid, user.gid);
		const data = path.join(folder, 'data');
		const server = String(programs.postgres);
		const initialize = path.join(path.dirname(server), 'initdb');
		const options = { ...user, stdio: 'ignore', cwd: folder } as const;
		execFileSync(initialize, ['-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
		const args = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'];
		const program = Program.start(server, args, {}, path.join(folder, 'log'), user);
		await until(async () => (await answers(port)) || program.hasEnded, 'Postgres to start');
		return new Postgres(port, folder, program);
	}

	async stop(): Promise<void> {
		await this.program.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Postgres refuses to run as root. */
function ordinaryUser(): User | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}
