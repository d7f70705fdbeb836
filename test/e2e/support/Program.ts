import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface User {
	uid: number;
	gid: number;
}

/** A program that runs next to the tests, without their environment; its output is written to a log file. */
export class Program {
	private ended = false;
	/** Settles when the program has ended, for whatever reason. */
	readonly exit: Promise<void>;

	private constructor(
		private readonly child: ChildProcess,
		readonly log: string,
	) {
		this.exit = new Promise((resolve) => {
			child.once('error', () => resolve());
			child.once('exit', () => resolve());
		});
		// When the tests are aborted, nothing else would end it.
		const endToo = () => this.signal('SIGKILL');
		process.once('exit', endToo);
		void this.exit.then(() => {
			this.ended = true;
			process.off('exit', endToo);
		});
	}

	/** @param user whom it runs as; default the user of the tests */
	static start(
		command: string,
		args: string[],
		env: Record<string, string>,
		log: string,
		user?: User,
	): Program {
		const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
		// In its own process group, because n8n starts task runners that have to end with it.
		const options = { env: { PATH, HOME, LANG, ...env }, stdio: 'pipe', detached: true, ...user } as const;
		const child = spawn(command, args, options);
		const file = createWriteStream(log, { flags: 'a' });
		child.stdout?.pipe(file, { end: false });
		child.stderr?.pipe(file, { end: false });
		return new Program(child, log);
	}

	get pid(): number {
		if (this.child.pid === undefined) throw new Error(`could not be started, see ${this.log}`);
		return this.child.pid;
	}

	get hasEnded(): boolean {
		return this.ended;
	}

	/** Without any chance to clean up, as when the machine goes down. */
	async kill(): Promise<void> {
		this.signal('SIGKILL');
		await this.exit;
	}

	/** Waits for it to end by itself, at most ten seconds. */
	async stop(): Promise<void> {
		this.signal('SIGTERM');
		const timer = setTimeout(() => this.signal('SIGKILL'), 10_000);
		await this.exit;
		clearTimeout(timer);
	}

	private signal(signal: NodeJS.Signals): void {
		if (this.ended) return;
		try {
			process.kill(-this.pid, signal);
		} catch {
			this.child.kill(signal);
		}
	}
}
