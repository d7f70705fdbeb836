import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** TypeScript's compiler, which compiles again after every change of a source file. */
export class Compiler {
	private readonly child: ChildProcess;
	/** Settles when the first compilation has ended, with errors or without. */
	readonly ready: Promise<void>;

	/**
	 * @param target folder for the compiled files
	 * @param say receives the compiler's messages, line by line
	 */
	constructor(target: string, say: (line: string) => void) {
		const args = ['--watch', '--preserveWatchOutput', '--outDir', target, '--declaration', 'false'];
		const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
		this.child = spawn(process.execPath, [tsc, '--project', path.join(root, 'tsconfig.json'), ...args], {
			cwd: root,
			stdio: ['ignore', 'pipe', 'inherit'],
			// Ctrl-C in a terminal reaches every process of the group; this one is ended by `stop`.
			detached: true,
		});
		process.once('exit', () => this.stop());
		this.ready = new Promise((resolve, reject) => {
			this.child.once('error', reject);
			this.child.once('exit', (code) => reject(new Error(`The compiler ended with code ${code}.`)));
			createInterface({ input: this.child.stdout! }).on('line', (line) => {
				if (line.trim() !== '') say(line);
				// "Found 0 errors. Watching for file changes."
				if (line.includes('Watching for file changes')) resolve();
			});
		});
		// The compiler may also end later, when nothing waits for `ready`.
		this.ready.catch(() => undefined);
	}

	stop(): void {
		this.child.kill();
	}
}
