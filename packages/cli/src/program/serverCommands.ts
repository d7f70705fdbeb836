import type { Command } from 'commander';
import { examples, type Does } from './helpers';

/** Commands for the server itself. */
export function addServerCommands(program: Command, does: Does): void {
	program.commandsGroup('Server:');
	examples(
		program
			.command('upload <file...>')
			.summary('store files on the server')
			.description('Store files on the server, and print the values that inputs take.')
			.option('--subfolder <folder>', 'below the folder of the server')
			.option('--type <type>', 'input, temp or output (default: input)')
			.option('--overwrite', 'replace a file of the same name')
			.action(does(async () => (await import('../commands/server')).upload)),
		'comfyui upload me.png',
	);
	examples(
		program
			.command('models [folder]')
			.summary('list model folders and models')
			.description('List the model folders, or the models in one.')
			.action(does(async () => (await import('../commands/server')).models)),
		'comfyui models checkpoints',
	);
	examples(
		program
			.command('nodes [text]')
			.summary('list node types')
			.description('List node types, or those that fit a text.')
			.option('--category <name>', 'only in this category')
			.option('--outputs', 'only those that save or show something')
			.action(does(async () => (await import('../commands/server')).nodes)),
		'comfyui nodes upscale',
	);
	examples(
		program
			.command('node <type>')
			.summary('describe a node type')
			.description('Describe a node type: inputs, ranges, choices and outputs.')
			.action(does(async () => (await import('../commands/server')).node)),
		'comfyui node KSampler',
	);
	examples(
		program
			.command('choices <node.input>')
			.summary('list what an input takes')
			.description('List what an input takes, one per line.')
			.action(does(async () => (await import('../commands/server')).choices)),
		'comfyui choices KSampler.sampler_name',
	);
	examples(
		program
			.command('templates [text]')
			.summary('list the workflows that the server ships')
			.description('List the workflows that the server ships, for run template:NAME.')
			.action(does(async () => (await import('../commands/server')).templates)),
		'comfyui templates upscale',
	);
	examples(
		program
			.command('stats')
			.summary('show version, memory and queue')
			.description('Show version, devices, memory and queue of the server.')
			.action(does(async () => (await import('../commands/server')).stats)),
		'comfyui stats --json | jq .devices[0].vram_free',
	);
	examples(
		program
			.command('free')
			.summary('unload models and free memory')
			.description('Unload all models and free memory, when the server is next idle.')
			.option('--models', 'only unload the models')
			.action(does(async () => (await import('../commands/server')).free)),
		'comfyui free',
	);
	examples(
		program
			.command('logs')
			.summary('print the log of the server')
			.description('Print the latest lines of the log of the server.')
			.option('-f, --follow', 'also those that follow, until Ctrl-C')
			.option('-n, --lines <count>', 'at most so many (default: 300)')
			.action(does(async () => (await import('../commands/logs')).logs)),
		'comfyui logs -f | grep -i error',
	);
	examples(
		program
			.command('types')
			.summary('generate TypeScript types of all node types')
			.description(
				'Generate TypeScript types of the node types of the server, and a typed builder of workflows.',
			)
			.option('-o, --output <file>', 'write a file in place of stdout')
			.option('--force', 'overwrite the file')
			.action(does(async () => (await import('../commands/types')).types)),
		'comfyui types -o nodes.ts --force',
	);
}
