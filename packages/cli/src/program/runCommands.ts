import type { Command } from 'commander';
import { collect, examples, type Does } from './helpers';

/** Commands that run jobs. */
export function addRunCommands(program: Command, does: Does): void {
	program.commandsGroup('Run:');
	examples(
		program
			.command('run <workflow>')
			.summary('run a workflow and save what it makes')
			.description(
				'Run a workflow and save what it makes. The workflow is a file of the editor or in API format, a ' +
					'picture with a workflow in it, - for stdin, saved:NAME, template:NAME, ready:text-to-image, or ' +
					'deployment:ID.',
			)
			.option('-s, --set <input=value>', 'set an input: "Node.input=value"; repeatable', collect)
			.option('--set-file <file>', 'set the inputs in a JSON or YAML file', collect)
			.option('-f, --file <input=path>', 'upload a file for an input: "Load Image.image=me.png"', collect)
			.option('--prompt <text>', 'set the prompt, in whatever node it is')
			.option('--negative <text>', 'set the negative prompt')
			.option('--image <path>', 'upload the input image')
			.option('--size <WxH>', 'set width and height')
			.option('--images <count>', 'set how many images one job makes')
			.option('--seed <seed>', 'random (default), keep, or a number; with -n it counts up')
			.option('-n, --number <count>', 'run it so many times')
			.option('-o, --output <where>', 'folder, file, pattern such as out/{job}-{filename}, or - (default: .)')
			.option('--force', 'overwrite files; otherwise new ones get a number')
			.option('--timeout <time>', 'give up and cancel after this time (default: 1h)')
			.option('--retries <count>', 'retry after temporary errors (default: 2)')
			.option('--dynamic-prompts', 'pick one of {day|night} in prompts, as the editor does')
			.option('--front', 'put it at the front of the queue')
			.option('--no-check', 'submit it without checking it first')
			.option('--no-wait', 'print the IDs of the jobs and leave')
			.action(does(async () => (await import('../commands/run')).run)),
		'comfyui run portrait.json --set "Positive Prompt.text=a fox" -n 4 -o out',
		'comfyui run ready:text-to-image --prompt "a lighthouse in a storm" --size 1024x768',
		'comfyui run ComfyUI_00042_.png --seed keep -o - > same.png',
	);
	examples(
		program
			.command('batch <workflow>')
			.summary('run a workflow many times: rows, values, folders')
			.description(
				'Run many jobs: one for each row of a table, each combination of values, or each workflow of a folder. ' +
					'A column sets the input or the role that it is named after, such as "KSampler.cfg", prompt or seed.',
			)
			.option('--csv <file>', 'table with a head; - is stdin')
			.option('--jsonl <file>', 'one JSON object per line; - is stdin')
			.option(
				'--map <column=input>',
				'what a column sets: subject="Positive Prompt.text"; repeatable',
				collect,
			)
			.option('--map-file <column=input>', 'the column has paths of files to upload', collect)
			.option('--ignore <column>', 'a column that sets nothing; repeatable', collect)
			.option('--skip-empty', 'an empty cell keeps the value of the workflow')
			.option(
				'--sweep <input=list>',
				'KSampler.cfg=5,6,7 or KSampler.steps=10..12; all combinations',
				collect,
			)
			.option('-s, --set <input=value>', 'set an input in all jobs', collect)
			.option('--seed <seed>', 'random (default), keep, or a number that counts up')
			.option('-n, --number <count>', 'run each so many times')
			.option('-c, --concurrency <count>', 'jobs that are queued or running at the same time (default: 4)')
			.option('--retries <count>', 'retry after temporary errors (default: 2)')
			.option('--retry-failed', 'also retry jobs of which a node failed')
			.option(
				'--resume <state>',
				'file with the state; started again, the batch repeats nothing that had finished',
			)
			.option('--keep-going', 'go on after a job failed')
			.option('-o, --output <where>', 'folder or pattern; {column} is the value of the row (default: .)')
			.option('--force', 'overwrite files; otherwise new ones get a number')
			.option('--timeout <time>', 'of each job (default: 1h)')
			.option('--no-check', 'submit without checking first')
			.option('--dry-run', 'read and check everything, submit nothing')
			.action(does(async () => (await import('../commands/batch')).batch)),
		'comfyui batch portrait.json --csv people.csv --map "name=Positive Prompt.text" -o "out/{name}.png"',
		'comfyui batch portrait.json --sweep KSampler.cfg=5,6,7 --sweep KSampler.steps=20,30 --seed 1',
		'comfyui batch portrait.json --csv big.csv --resume big.state --keep-going',
	);
}
