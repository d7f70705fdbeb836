import type { FileType } from '../types';

export function isFileType(value: unknown): value is FileType {
	return value === 'output' || value === 'input' || value === 'temp';
}

export interface Annotated {
	name: string;
	type: FileType | undefined;
}

/** `x.png [temp]` names a file of type temp: exactly one blank before the bracket. */
export function parseAnnotated(name: string): Annotated {
	const match = /^(.*) \[(output|input|temp)\]$/.exec(name);
	return match ? { name: match[1] ?? '', type: match[2] as FileType } : { name, type: undefined };
}

/** The normalised folder, or undefined when it leaves the root. */
export function safeFolder(subfolder: string): string | undefined {
	if (subfolder.startsWith('/')) return undefined;
	const kept: string[] = [];
	for (const part of subfolder.split('/')) {
		if (part === '' || part === '.') continue;
		if (part !== '..') kept.push(part);
		else if (kept.pop() === undefined) return undefined;
	}
	return kept.join('/');
}

export function join(folder: string, name: string): string {
	return folder === '' ? name : `${folder}/${name}`;
}

export function basename(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

export function splitExtension(name: string): [stem: string, extension: string] {
	const dot = name.lastIndexOf('.');
	return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}
