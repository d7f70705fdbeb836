import { asError } from '../core/errors';
import type { FileData } from '../transport/http';
import { ByteReader, EndOfFile, openSource } from './ByteReader';
import { MetadataTexts } from './MetadataTexts';
import { HEAD_LENGTH, formatOf, type FileContent, type FileFormat } from './formats';
import { unknownFormat } from './errors';

/** Options for reading a file. */
export interface ReadFileOptions {
	/** Only used in errors. */
	filename?: string;
	/** Stops reading. */
	signal?: AbortSignal;
}

/**
 * Reads the texts that ComfyUI or another program wrote into a picture, video, audio or model file. Reads a
 * stream only as far as needed, and closes it.
 * @returns lower-case name (`prompt`, `workflow`, `parameters`, ...) to text, usually JSON. Empty for a file
 * without texts, and for a JSON file, which is itself a workflow.
 * @throws InvalidWorkflowError when the format is not supported, or a text is longer than 64 MB
 * @throws AbortedError
 */
export async function readMetadata(
	file: FileData,
	options: ReadFileOptions = {},
): Promise<Record<string, string>> {
	const { found } = await readContent(file, options);
	return Object.fromEntries(found.texts);
}

/** Like {@link readMetadata}, but also returns the format and whether the file is cut off. */
export async function readContent(
	file: FileData,
	{ filename, signal }: ReadFileOptions,
): Promise<FileContent> {
	const reader = new ByteReader(openSource(file, { signal }));
	try {
		const head = await reader.peek(HEAD_LENGTH);
		const format = formatOf(head);
		if (!format || head.byteLength === 0) throw unknownFormat(head, filename);
		const found = new MetadataTexts();
		return { format, found, isCutOff: await readUntilCutOff(format, reader, found) };
	} finally {
		await reader.close();
	}
}

/** Returns whether the file ends too early; texts found before that stay. */
async function readUntilCutOff(
	format: FileFormat,
	reader: ByteReader,
	found: MetadataTexts,
): Promise<boolean> {
	try {
		await format.read(reader, found);
		return false;
	} catch (error) {
		if (error instanceof EndOfFile) return true;
		throw asError(error);
	}
}
