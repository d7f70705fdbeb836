import type { Command } from 'commander';
import { collect, examples, type Does } from './helpers';

const SOURCE = 'a file, a picture, -, saved:NAME, template:NAME or ready:KIND';

/** Commands that read and change workflows. */
export function addWorkflowCommands(program: Command, does: Does): void {
	program.commandsGroup('Workflows:');
	examples(
		program
			.command('check <workflow...>')
			.summary('check whether the server can run a workflow')
			.description(`Check whether the server can run a workflow: ${SOURCE}. Ends with 3 if not.`)
			.option('-s, --set <input=value>', 'set an input before', collect)
			.option('--set-file <file>', 'set the inputs in a JSON or YAML file before', collect)
			.action(does(async () => (await import('../commands/workflows')).check)),
		'comfyui check portrait.json',
		'comfyui check workflows/*.json --json | jq .',
	);
	examples(
		program
			.command('inputs <workflow>')
			.summary('list the inputs that --set takes')
			.description('List the inputs that --set takes, with values, types and ranges.')
			.option('--all', 'also those that are rarely set')
			.action(does(async () => (await import('../commands/workflows')).inputs)),
		'comfyui inputs portrait.json',
	);
	examples(
		program
			.command('info <workflow>')
			.summary('say what is in a workflow')
			.description('Say what is in a workflow: node types, models, files, seeds and texts.')
			.action(does(async () => (await import('../commands/workflows')).info)),
		'comfyui info ComfyUI_00042_.png',
	);
	examples(
		program
			.command('convert <workflow>')
			.summary('print a workflow in API format')
			.description(
				'Print a workflow in API format. The file of the editor needs the node types of the server.',
			)
			.option('-s, --set <input=value>', 'set an input', collect)
			.option('-o, --output <file>', 'write a file in place of stdout')
			.option('--force', 'overwrite the file')
			.action(does(async () => (await import('../commands/workflows')).convert)),
		'comfyui convert portrait.json -o portrait-api.json',
	);
	examples(
		program
			.command('merge <first> <second>')
			.summary('join two workflows into one')
			.description('Join two workflows into one, which runs both in one job.')
			.option('--prefix <text>', 'begin of the node IDs of the second (default: b_)')
			.option('-o, --output <file>', 'write a file in place of stdout')
			.option('--force', 'overwrite the file')
			.action(does(async () => (await import('../commands/workflows')).merge)),
		'comfyui merge portrait.json upscale.json | comfyui run -',
	);
	examples(
		program
			.command('diff <first> <second>')
			.summary('list the differences of two workflows')
			.description('List the nodes and inputs in which two workflows differ.')
			.option('--exit-code', 'end with 1 if they differ')
			.action(does(async () => (await import('../commands/diff')).diff)),
		'comfyui diff portrait.json ComfyUI_00042_.png',
	);
	addTemplateCommands(program, does);
}

function addTemplateCommands(program: Command, does: Does): void {
	const template = examples(
		program
			.command('template')
			.summary('make and fill workflows with named parameters')
			.description('Make and fill workflows with named parameters.'),
		'comfyui template new portrait.json -p "subject=Positive Prompt.text" -o portrait.tpl',
		'comfyui template fill portrait.tpl "subject=a fox" | comfyui run -',
	);
	examples(
		template
			.command('new <workflow>')
			.description('Make a template. {{name}} in a text of the workflow is a parameter too.')
			.option('-p, --param <name=input>', 'a parameter: subject="Positive Prompt.text"; repeatable', collect)
			.option('--required <name>', 'a value has to be given', collect)
			.option('--describe <name=text>', 'what the parameter is for', collect)
			.option('-o, --output <file>', 'write a file in place of stdout')
			.option('--force', 'overwrite the file')
			.action(does(async () => (await import('../commands/template')).create)),
		'comfyui template new portrait.json -p "subject=Positive Prompt.text" -p steps=KSampler.steps',
	);
	examples(
		template
			.command('list <template>')
			.description('List the parameters of a template.')
			.action(does(async () => (await import('../commands/template')).list)),
		'comfyui template list portrait.tpl',
	);
	examples(
		template
			.command('fill <template> [name=value...]')
			.description('Print the workflow of a template with these values.')
			.option('-o, --output <file>', 'write a file in place of stdout')
			.option('--force', 'overwrite the file')
			.action(does(async () => (await import('../commands/template')).fill)),
		'comfyui template fill portrait.tpl "subject=a fox" steps=30 | comfyui run -',
	);
}
