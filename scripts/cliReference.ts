import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from '../packages/cli/src/errors';
import { sections } from '../packages/cli/src/settings/configFile';
import { createProgram } from '../packages/cli/src/program/program';

/** Writes the reference in the README of the command line: node scripts/run.cjs scripts/cliReference.ts */

type Command = ReturnType<typeof createProgram>;

const README = path.resolve(__dirname, '../packages/cli/README.md');
const BEGIN = '<!-- The reference below is written by scripts/cliReference.ts -->';

/** The README with the reference of the sources. */
export function withReference(readme: string): string {
	const [before] = readme.split(BEGIN);
	return `${before}${BEGIN}\n\n${reference()}`;
}

/** The help of each command, as the program prints it. */
export function helpPages(): Array<{ name: string; help: string }> {
	const program = createProgram(async () => {});
	const commands = [program, ...program.commands.flatMap((command) => [command, ...command.commands])];
	return commands.map((command) => ({ name: nameOf(command), help: helpOf(command) }));
}

function reference(): string {
	const pages = helpPages().map(({ name, help }) => `### ${name}\n\n\`\`\`\n${help}\n\`\`\``);
	const codes = Object.values(exitCodes).map(([code, text]) => `- \`${code}\`: ${text}`);
	const settings = Object.entries(sections).map(
		([section, keys]) => `- \`${section}\`: ${Object.keys(keys).join(', ')}`,
	);
	return [
		'## Exit codes',
		codes.join('\n'),
		'## Keys of the configuration file',
		settings.join('\n'),
		'## Commands',
		...pages,
		'',
	].join('\n\n');
}

const nameOf = (command: Command): string =>
	command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

function helpOf(command: Command): string {
	let text = '';
	command.configureOutput({ writeOut: (part: string) => (text += part), getOutHelpWidth: () => 100 });
	command.outputHelp();
	return text.trimEnd();
}

if (require.main === module || process.argv[1]?.endsWith('run.cjs'))
	writeFileSync(README, withReference(readFileSync(README, 'utf8')).trimEnd() + '\n');
