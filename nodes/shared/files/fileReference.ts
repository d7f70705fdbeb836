import { InvalidInputError } from '../../client/core/errors';
import type { FileType } from '../../client/protocol/outputs';
import { show } from '../../client/core/text';
import { isRecord } from '../../client/core/guards';

/** Where a server stores a file. */
export interface FileReference {
	filename: string;
	/** Empty for the root of `type`. */
	subfolder: string;
	type: FileType;
	/** The short name of the server that has it, on a pool. */
	server?: string;
}

/**
 * The text of a reference: `sub/name.png [temp]`. {@link readFileReference} reads it, and so do ComfyUI's loaders. On a pool
 * it ends with the server: `sub/name.png [temp]@gpu-1`.
 */
export function writeFileReference({ filename, subfolder, type, server }: FileReference): string {
	const at = server === undefined ? '' : `@${server}`;
	return `${subfolder ? `${subfolder}/` : ''}${filename} [${type}]${at}`;
}

const TYPES: readonly string[] = ['output', 'temp', 'input', 'frame'];

/**
 * Reads a reference to a file: an object as returned by Wait For Completion (`filename`), Upload Image (`name`), or
 * Run Workflow and Get Images (`comfyUiFile`), or a text such as `sub/name.png [temp]`.
 * @param fallback the type when the reference contains none
 * @throws InvalidInputError when it is not a reference to a file that a server can serve
 */
export function readFileReference(value: unknown, fallback: FileType): FileReference {
	const reference = typeof value === 'string' ? fromText(value, fallback) : fromObject(value, fallback);
	const { filename, subfolder } = reference;
	if (filename.includes('..') || subfolder.split(/[\\/]/).includes('..') || /^[\\/]/.test(subfolder)) {
		throw new InvalidInputError(
			`ComfyUI does not serve ${show(subfolder ? `${subfolder}/${filename}` : filename)}: names must not contain "..", and folders must be relative.`,
		);
	}
	return reference;
}

function fromText(text: string, fallback: FileType): FileReference {
	const [, path = '', type, server] =
		/^(.*?)(?: \[(output|input|temp)\](?:@([\w.-]+))?)?$/s.exec(text.trim()) ?? [];
	const parts = path.split(/[\\/]/);
	const filename = parts.pop() ?? '';
	if (!filename || filename.length > 500) throw unreadable(text);
	const subfolder = parts.join('/');
	return { filename, subfolder, type: (type as FileType) ?? fallback, ...(server && { server }) };
}

function fromObject(value: unknown, fallback: FileType): FileReference {
	if (!isRecord(value)) throw unreadable(value);
	if (typeof value.comfyUiFile === 'string') return fromText(value.comfyUiFile, fallback);
	const filename = value.filename ?? value.name;
	if (typeof filename !== 'string' || !filename) throw unreadable(value);
	const type = value.type ?? fallback;
	if (typeof type !== 'string' || !TYPES.includes(type)) {
		throw new InvalidInputError(
			`The file ${show(filename)} has the type ${show(type)}.`,
			'Use one of the types of ComfyUI: output, temp or input.',
		);
	}
	return {
		filename,
		subfolder: typeof value.subfolder === 'string' ? value.subfolder : '',
		type: type as FileType,
		...(typeof value.server === 'string' && { server: value.server }),
	};
}

function unreadable(value: unknown): InvalidInputError {
	return new InvalidInputError(
		`${show(value)} is not a reference to a file.`,
		'Use objects with filename, subfolder and type, or texts such as portraits/a.png [output].',
	);
}
