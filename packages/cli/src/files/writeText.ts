import { writeFileSync } from 'node:fs';
import type { Context } from '../Context';
import { isSystemError, UsageError } from '../errors';

/** Where a command writes its text. */
export interface TextOptions {
	output?: string;
	force?: boolean;
}

/**
 * Writes a text to the file of `-o`, or to stdout.
 * @param data what `--json` prints
 * @throws UsageError when the file exists and `--force` is missing
 */
export function writeText(
	{ out }: Pick<Context, 'out'>,
	text: string,
	{ output = '-', force }: TextOptions,
	data: Record<string, unknown>,
): void {
	if (output === '-') return out.result(data, () => out.line(text.replace(/\n$/, '')));
	try {
		writeFileSync(output, text.endsWith('\n') ? text : `${text}\n`, { flag: force ? 'w' : 'wx' });
	} catch (error) {
		if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
		throw new UsageError(`${output} exists already.`, 'Use --force to overwrite it.');
	}
	out.result({ path: output }, () => out.note(`${output} is written.`));
}
