import { asError } from '../core/errors';
import type { FileData } from '../transport/http';
import { ByteReader, EndOfFile, openSource } from './ByteReader';
import { EmbeddedTexts } from './EmbeddedTexts';
import { HEAD_LENGTH, kindOf, type FileKind } from './formats';
import { unknownKind } from './errors';
import type { ReadFile } from './ReadFile';

/** What may be known about a file. */
export interface FileFacts {
	/** Only for what errors say. */
	filename?: string;
	/** Stops reading. */
	signal?: AbortSignal;
}

/**
 * The texts that ComfyUI and others wrote into a picture, video, sound or model file, as they are: lower-case
 * name (`prompt`, `workflow` and what stands before them) to text, mostly JSON. Empty when there are none,
 * and for a JSON file, which is a workflow itself. A stream is read only as far as needed, and closed.
 * @throws InvalidWorkflowError for files of a kind that is not known, and for texts of more than 64 MB
 * @throws AbortedError
 */
export async function readMetadata(file: FileData, facts: FileFacts = {}): Promise<Record<string, string>> {
	const { found } = await readFile(file, facts);
	return Object.fromEntries(found.texts);
}

/** Like {@link readMetadata}, with what is to be known about the file besides. */
export async function readFile(file: FileData, { filename, signal }: FileFacts): Promise<ReadFile> {
	const reader = new ByteReader(openSource(file, { signal }));
	try {
		const head = await reader.peek(HEAD_LENGTH);
		const kind = kindOf(head);
		if (!kind || head.byteLength === 0) throw unknownKind(head, filename);
		const found = new EmbeddedTexts();
		return { kind, found, isCutOff: await readUntilCutOff(kind, reader, found) };
	} finally {
		await reader.close();
	}
}

/** Returns whether the file ended too early; what was found until then stays. */
async function readUntilCutOff(kind: FileKind, reader: ByteReader, found: EmbeddedTexts): Promise<boolean> {
	try {
		await kind.read(reader, found);
		return false;
	} catch (error) {
		if (error instanceof EndOfFile) return true;
		throw asError(error);
	}
}
