import { randomBytes } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import type { ComfyUiClient, OutputFile } from 'comfyui-workflows-client';
import { isSystemError, UsageError } from '../errors';
import { numbered } from './names';

/** How to save a file. */
export interface SaveOptions {
	/** Replaces a file that exists. Otherwise the new one gets a number. */
	force: boolean;
	signal: AbortSignal;
}

/** Names that are tried; a folder with more files of the same name has another problem. */
const MAX_NUMBER = 100_000;

/**
 * Downloads a file. It appears under its name when it is complete; what was there before stays unless `force`.
 * @returns the path that it got
 */
export async function saveFile(
	client: ComfyUiClient,
	file: OutputFile,
	wanted: string,
	{ force, signal }: SaveOptions,
): Promise<string> {
	const folder = path.dirname(wanted);
	await mkdir(folder, { recursive: true });
	const temporary = path.join(folder, `.${randomBytes(6).toString('hex')}.part`);
	try {
		const stream = await client.download(file, { signal });
		await pipeline(stream, createWriteStream(temporary, { flags: 'wx' }), { signal });
		if (!force) return await moveToFreeName(temporary, wanted);
		await rename(temporary, wanted);
		return wanted;
	} finally {
		await rm(temporary, { force: true });
	}
}

/** Another process may create a file of the same name meanwhile, so a name is taken, not looked for. */
async function moveToFreeName(temporary: string, wanted: string): Promise<string> {
	for (let number = 1; number <= MAX_NUMBER; number += 1) {
		const candidate = number === 1 ? wanted : numbered(wanted, number);
		try {
			await linkOrCopy(temporary, candidate);
			return candidate;
		} catch (error) {
			if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
		}
	}
	throw new UsageError(`There are too many files named like ${wanted}.`, 'Choose another folder with -o.');
}

/** Some file systems have no links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		if (isSystemError(error) && error.code === 'EEXIST') throw error;
		await copyFile(from, to, constants.COPYFILE_EXCL);
	}
}

/** Writes a file to a stream that stays open, such as stdout, no faster than it is read. */
export async function writeTo(
	client: ComfyUiClient,
	file: OutputFile,
	stream: NodeJS.WritableStream,
	{ signal }: Pick<SaveOptions, 'signal'>,
): Promise<void> {
	await pipeline(await client.download(file, { signal }), stream, { end: false, signal });
	// What is written to a pipe may still be in the memory of this process.
	if (stream === process.stdout && process.stdout.writableLength > 0)
		await Promise.race([new Promise((drained) => stream.once('drain', drained)), finished(stream)]);
}
