import { fork } from 'node:child_process';
import path from 'node:path';

/** A server in another process. */
export interface Beside {
	url: string;
	/** Sends a question and returns the number that comes back. */
	ask(question: string): Promise<number>;
	stop(): void;
	/** Ends its process at once, without a word to its clients. */
	kill(): void;
	/** Stops its process, which answers nothing any more (SIGSTOP). */
	pause(): void;
	/** Lets its process go on (SIGCONT). */
	resume(): void;
}

/** Starts a script of this folder in another process, which sends the address of its server. */
export async function startBeside(script: string, ...args: string[]): Promise<Beside> {
	const root = path.resolve(__dirname, '../..');
	const child = fork(path.join(root, 'scripts/run.cjs'), [path.join('scripts/bench', script), ...args], {
		cwd: root,
	});
	const url = await new Promise<string>((resolve, reject) => {
		child.once('message', (message) => resolve(String(message)));
		child.once('exit', (code) => reject(new Error(`${script} ended with code ${code}`)));
	});
	const ask = async (question: string) => {
		const answer = new Promise<number>((resolve) =>
			child.once('message', (message) => resolve(Number(message))),
		);
		child.send(question);
		return await answer;
	};
	return {
		url,
		ask,
		stop() {
			child.kill('SIGCONT'); // a stopped process would not notice that nobody is connected any more
			if (child.connected) child.disconnect();
		},
		kill: () => void child.kill('SIGKILL'),
		pause: () => void child.kill('SIGSTOP'),
		resume: () => void child.kill('SIGCONT'),
	};
}
