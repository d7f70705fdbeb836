import { InvalidInputError } from '../../client/core/errors';
import type { FileType } from '../../client/protocol/outputs';
import { show } from '../../client/core/text';
import { isRecord } from '../../client/core/guards';

/** Where a server keeps a file, as users refer to it. */
export interface FileReference {
	filename: string;
	/** Empty for the root of `type`. */
	subfolder: string;
	type: FileType;
}

const TYPES: readonly string[] = ['output', 'temp', 'input', 'frame'];

/**
 * Reads what points at a file: an object as Wait For Completion lists it (`filename`) or as Upload Image
 * returns it (`name`), or a text such as `sub/name.png [temp]`.
 * @param fallback the type of files that do not say
 * @throws InvalidInputError when it points at nothing that a server could serve
 */
export function readFileReference(value: unknown, fallback: FileType): FileReference {
	const reference = typeof value === 'string' ? fromText(value, fallback) : fromObject(value, fallback);
	const { filename, subfolder } = reference;
	if (filename.includes('..') || subfolder.split(/[\\/]/).includes('..') || /^[\\/]/.test(subfolder)) {
		throw new InvalidInputError(
			`ComfyUI does not serve ${show(subfolder ? `${subfolder}/${filename}` : filename)}: names may not contain "..", and folders are relative.`,
		);
	}
	return reference;
}

function fromText(text: string, fallback: FileType): FileReference {
	const [, path = '', type] = /^(.*?)(?: \[(output|input|temp)\])?$/s.exec(text.trim()) ?? [];
	const parts = path.split(/[\\/]/);
	const filename = parts.pop() ?? '';
	if (!filename || filename.length > 500) throw unreadable(text);
	return { filename, subfolder: parts.join('/'), type: (type as FileType) ?? fallback };
}

function fromObject(value: unknown, fallback: FileType): FileReference {
	if (!isRecord(value)) throw unreadable(value);
	const filename = value.filename ?? value.name;
	if (typeof filename !== 'string' || !filename) throw unreadable(value);
	const type = value.type ?? fallback;
	if (typeof type !== 'string' || !TYPES.includes(type)) {
		throw new InvalidInputError(
			`The file ${show(filename)} has the type ${show(type)}.`,
			'ComfyUI keeps files of the types output, temp and input.',
		);
	}
	return {
		filename,
		subfolder: typeof value.subfolder === 'string' ? value.subfolder : '',
		type: type as FileType,
	};
}

function unreadable(value: unknown): InvalidInputError {
	return new InvalidInputError(
		`${show(value)} does not say which file is meant.`,
		'Give objects with filename, subfolder and type, or texts such as portraits/a.png [output].',
	);
}
