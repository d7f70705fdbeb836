import { CommanderError } from 'commander';
import { Context } from './Context';
import { exitCodeOf, exitCodes, factsOf } from './errors';
import { createProgram } from './program/program';
import { readSettings, type GlobalOptions } from './settings/settings';
import { Interrupts } from './terminal/Interrupts';
import { Output } from './terminal/Output';

/** What a command does, with its arguments and, last, its options. */
export type CommandFunction = (context: Context, ...args: never[]) => Promise<void>;

/** Runs the command line. Sets the exit code of the process. */
export async function main(argv: readonly string[] = process.argv): Promise<void> {
	process.stdout.on('error', leaveAtClosedPipe);
	// Nobody reads the progress any more, but the work goes on.
	process.stderr.on('error', ignoreClosedPipe);
	const program = createProgram(execute);
	try {
		await program.parseAsync(argv);
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		process.exitCode = error.exitCode === 0 ? exitCodes.ok[0] : exitCodes.usage[0];
		if (error.exitCode !== 0 && argv.includes('--json')) {
			const message = error.message.replace(/^error: /, '');
			process.stdout.write(
				`${JSON.stringify({ type: 'result', ok: false, error: { code: 'usage', message } })}\n`,
			);
		}
	}
}

/** Reads the settings, runs a command and reports its end. */
async function execute(
	globals: GlobalOptions,
	load: () => Promise<CommandFunction>,
	args: readonly unknown[],
): Promise<void> {
	const { stdout, stderr } = process;
	let out = new Output({ stdout, stderr }, { json: globals.json === true, verbosity: 'normal' });
	const interrupts = new Interrupts((text) => out.note(text));
	let context: Context | undefined;
	try {
		const settings = readSettings(globals);
		const { logging = {} } = settings.config;
		const level = globals.quiet ? 'quiet' : globals.verbose ? 'verbose' : logging.level;
		out = new Output(
			{ stdout, stderr },
			{
				json: globals.json ?? logging.json ?? false,
				verbosity: level === 'quiet' || level === 'verbose' ? level : 'normal',
				color: globals.color === false ? false : process.env.NO_COLOR ? undefined : logging.color,
			},
		);
		context = new Context(settings, out, interrupts);
		process.stdout.off('error', leaveAtClosedPipe);
		settings.warnings.forEach((text) => out.warn(text));
		const command = await load();
		// commander passes what the command declares.
		await command(context, ...(args as never[]));
		if (interrupts.signal.aborted) reportStop(out);
	} catch (error) {
		if (interrupts.signal.aborted) return reportStop(out);
		out.failure(factsOf(error));
		process.exitCode = exitCodeOf(error);
	} finally {
		await context?.close();
		interrupts.end();
	}
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
	if (error.code !== 'EPIPE') throw error;
}

function leaveAtClosedPipe(error: NodeJS.ErrnoException): void {
	ignoreClosedPipe(error);
	process.exit(exitCodes.closedPipe[0]);
}

function reportStop(out: Output): void {
	if (out.json) out.failure({ code: 'stopped', message: 'Stopped.' });
	else out.note('Stopped.');
	process.exitCode = exitCodes.stopped[0];
}
