import type { Command } from 'commander';
import type { CommandFunction } from '../main';

/** Makes the action of a command out of a function that is loaded when it runs. */
export type Does = (load: () => Promise<CommandFunction>) => (...args: unknown[]) => Promise<void>;

/** Repeated options make a list. */
export const collect = (value: string, list: string[] = []): string[] => [...list, value];

/** The examples of a command, for its help and for the reference. */
export function examples(command: Command, ...lines: string[]): Command {
	return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
