import type { Command } from 'commander';
import { examples, type Does } from './helpers';

/** Commands for jobs that exist. */
export function addJobCommands(program: Command, does: Does): void {
	program.commandsGroup('Jobs:');
	const queue = examples(
		program.command('queue').summary('list and cancel jobs').description('List and cancel jobs.'),
		'comfyui queue',
		'comfyui queue cancel 3c5a062e-4daf-4c7b-aadf-1daaa55681d5',
	);
	examples(
		queue
			.command('ls', { isDefault: true })
			.description('List running and pending jobs in the order in which they run.')
			.option('--mine', 'only those that you submitted with this program')
			.action(does(async () => (await import('../commands/queue')).ls)),
		'comfyui queue',
	);
	examples(
		queue
			.command('cancel <id...>')
			.description('Cancel exactly these jobs, queued or running. Other jobs go on.')
			.action(does(async () => (await import('../commands/queue')).cancel)),
		'comfyui queue cancel 3c5a062e-4daf-4c7b-aadf-1daaa55681d5',
	);
	examples(
		queue
			.command('clear')
			.description('Cancel many jobs.')
			.option('--mine', 'those that you submitted with this program')
			.option('--all', 'those of all users')
			.option('-y, --yes', 'do not ask')
			.action(does(async () => (await import('../commands/queue')).clear)),
		'comfyui queue clear --mine',
	);
	examples(
		program
			.command('wait <id...>')
			.summary('wait until jobs have ended')
			.description('Wait until jobs have ended. Ends like run.')
			.option('-o, --output <where>', 'save what they made: folder, file, pattern, or -')
			.option('--force', 'overwrite files')
			.option('--timeout <time>', 'stop waiting after this time; the jobs go on (default: 1h)')
			.action(does(async () => (await import('../commands/jobs')).wait)),
		'comfyui wait $(comfyui run portrait.json --no-wait) -o out',
	);
	examples(
		program
			.command('get <id>')
			.summary('save what a job made')
			.description('Save what a job made that has ended.')
			.option('-o, --output <where>', 'folder, file, pattern, or - (default: .)')
			.option('--force', 'overwrite files')
			.action(does(async () => (await import('../commands/jobs')).get)),
		'comfyui get 3c5a062e-4daf-4c7b-aadf-1daaa55681d5 -o out',
	);
	examples(
		program
			.command('watch')
			.summary('print the events of all jobs')
			.description('Print the events of all jobs on the server, until Ctrl-C.')
			.option('--events <list>', 'only these: started,finished,failed,cancelled,queueEmpty,offline,online')
			.action(does(async () => (await import('../commands/watch')).watch)),
		'comfyui watch --events failed --json',
	);
}
