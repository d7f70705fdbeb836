import { Command, Help, type Option } from 'commander';
import type { CommandFunction } from '../main';
import type { GlobalOptions } from '../settings/settings';
import { collect, examples, type Does } from './helpers';
import { addJobCommands } from './jobCommands';
import { addRunCommands } from './runCommands';
import { addServerCommands } from './serverCommands';
import { addWorkflowCommands } from './workflowCommands';

/** Runs a command with the options of the program and its own arguments. */
export type Execute = (
	globals: GlobalOptions,
	load: () => Promise<CommandFunction>,
	args: readonly unknown[],
) => Promise<void>;

/** All commands with their options. Nothing that a command does is loaded here. */
export function createProgram(execute: Execute): Command {
	const program = new Command('comfyui')
		.description('ComfyUI on the command line: workflows, batches, the queue, models and node types.')
		.usage('<command> [options]')
		.exitOverride()
		.showHelpAfterError('(comfyui <command> --help shows its options)')
		.configureHelp({ helpWidth: 100, sortSubcommands: false, visibleOptions, visibleCommands })
		.addHelpText('afterAll', '\ncomfyui help options: --url, --json and the other options of all commands');
	addOptions(program);
	const does: Does =
		(load) =>
		async (...args) => {
			const command = args[args.length - 1] as Command;
			await execute(command.optsWithGlobals<GlobalOptions>(), load, args.slice(0, -1));
		};
	addRunCommands(program, does);
	addWorkflowCommands(program, does);
	addJobCommands(program, does);
	addServerCommands(program, does);
	addOptionsPage(program);
	return examples(
		program,
		'export COMFYUI_URL=http://127.0.0.1:8188',
		'comfyui run portrait.json --set "Positive Prompt.text=a fox" -o out',
	);
}

/** The options of all commands have a page of their own, so that the help of the program fits a screen. */
function visibleOptions(this: Help, command: Command): Option[] {
	return command.parent ? Help.prototype.visibleOptions.call(this, command) : [];
}

/** What `help` does, a line at the end says. */
function visibleCommands(this: Help, command: Command): Command[] {
	return Help.prototype.visibleCommands.call(this, command).filter((one) => one.name() !== 'help');
}

/** Adds the options of all commands. */
function addOptions(program: Command): void {
	program
		.optionsGroup('Connection:')
		.option('--url <url>', 'address of the server, default http://127.0.0.1:8188 (COMFYUI_URL)', collect)
		.option(
			'--host <kind>',
			'self-hosted, comfy-cloud, comfy-api-v2, comfy-deploy, comfy-serverless, runcomfy, runpod (COMFYUI_HOST)',
		)
		.option('--endpoint <id>', 'endpoint of RunPod (COMFYUI_ENDPOINT)')
		.option('--token-file <file>', 'file with the token or API key (or set COMFYUI_TOKEN)')
		.option('--token <token>', 'the same on the command line, where other users can see it')
		.option('--header <header>', 'header "Name: value" for every request; repeatable', collect)
		.option('--insecure', 'accept certificates that cannot be verified')
		.optionsGroup('Program:')
		.option('--config <file>', 'configuration file (COMFYUI_CONFIG)')
		.option('--profile <name>', 'profile in the configuration file (COMFYUI_PROFILE)')
		.option('--json', 'one JSON document per line on stdout; the last has "ok"')
		.option('-q, --quiet', 'no progress and no notes, only results, warnings and errors')
		.option('-v, --verbose', 'more details on stderr')
		.option('--no-color', 'no colours; NO_COLOR does the same')
		.option('--no-input', 'ask nothing and read no keys')
		.option('-V, --version', 'print the version');
}

/** Adds the page `comfyui help options`. */
function addOptionsPage(program: Command): void {
	const page = program
		.command('options', { hidden: true })
		.configureHelp({ ...program.configureHelp(), commandUsage: () => 'comfyui <command> [options]' })
		.description(
			'The options of all commands. They override the variables, and these the configuration file.',
		)
		.helpOption(false)
		.action(() => page.outputHelp());
	for (const option of program.options) page.addOption(option);
}
