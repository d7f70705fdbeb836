import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';

/** The built program. */
export const binary = path.resolve(__dirname, '../../../packages/cli/dist/comfyui.js');

/** How the program ended. */
export interface Ended {
	code: number | null;
	signal: string | null;
	stdout: string;
	stderr: string;
	/** The documents on stdout, with `--json`. */
	documents(): Array<Record<string, unknown>>;
}

/** A program that runs. */
export interface Running {
	child: ChildProcess;
	ended: Promise<Ended>;
}

/** A little ComfyUI, and a folder in which the program runs. */
export class CliStage {
	readonly folder = mkdtempSync(path.join(tmpdir(), 'comfyui-cli-'));

	private constructor(readonly server: LittleComfyUi) {}

	static async start(options?: LittleComfyUiOptions): Promise<CliStage> {
		return new CliStage(await LittleComfyUi.start(options));
	}

	path(name: string): string {
		return path.join(this.folder, name);
	}

	/** Starts the program. */
	start(
		args: readonly string[],
		{ env = {}, input }: { env?: NodeJS.ProcessEnv; input?: string } = {},
	): Running {
		const child = spawn(process.execPath, [binary, ...args], {
			cwd: this.folder,
			env: {
				PATH: process.env.PATH,
				HOME: this.folder,
				XDG_CONFIG_HOME: this.folder,
				COMFYUI_URL: this.server.url,
				...env,
			},
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		child.stdin?.end(input ?? '');
		const [out, err]: [Buffer[], Buffer[]] = [[], []];
		child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
		child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
		const ended = new Promise<Ended>((resolve) => {
			child.on('close', (code, signal) => {
				const stdout = Buffer.concat(out).toString();
				const documents = () =>
					stdout
						.trim()
						.split('\n')
						.map((line) => JSON.parse(line) as Record<string, unknown>);
				resolve({ code, signal, stdout, stderr: Buffer.concat(err).toString(), documents });
			});
		});
		return { child, ended };
	}

	/** Runs the program to its end. */
	async run(args: readonly string[], options?: { env?: NodeJS.ProcessEnv; input?: string }): Promise<Ended> {
		return await this.start(args, options).ended;
	}

	async stop(): Promise<void> {
		await this.server.stop();
		rmSync(this.folder, { recursive: true, force: true });
		expect(this.server.damage).toEqual([]);
	}
}
