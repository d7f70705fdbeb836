import type { FileAddress } from '../HostFiles';

/**
 * How the items of a workflow name jobs and files of a pool: by the short name of the server, never by its address. A
 * reference is all that another process needs to find the job or the file.
 */

/** The ID of a job of a pool, such as `6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d@gpu-1`. */
export function writeJobId(promptId: string, server: string): string {
	return `${promptId}@${server}`;
}

/** Reads the ID of a job; `server` is undefined in an ID that names none. */
export function readJobId(id: string): { promptId: string; server?: string } {
	const at = id.lastIndexOf('@');
	return at < 0 ? { promptId: id } : { promptId: id.slice(0, at), server: id.slice(at + 1) };
}

/** The value of an input for a file of a pool, such as `sub/photo.png [input]@gpu-1`. */
export function writeFileValue(
	{ filename, subfolder, type }: Pick<FileAddress, 'filename' | 'subfolder' | 'type'>,
	server: string,
): string {
	return `${subfolder ? `${subfolder}/` : ''}${filename} [${type}]@${server}`;
}

/** Longer texts are prompts, not names of files. */
const MAX_VALUE = 1_000;
const FILE_VALUE = /^([^\r\n]+) \[(input|output|temp)\]@([\w.-]+)$/;

/** A file of one server of a pool. */
export type PoolFile = Pick<FileAddress, 'filename' | 'subfolder' | 'type'> & { server: string };

/** Reads what {@link writeFileValue} has written; undefined for every other value. */
export function readFileValue(value: unknown): PoolFile | undefined {
	if (typeof value !== 'string' || value.length > MAX_VALUE) return undefined;
	const [, path, type, server] = FILE_VALUE.exec(value) ?? [];
	if (path === undefined) return undefined;
	const cut = path.lastIndexOf('/');
	return {
		filename: path.slice(cut + 1),
		subfolder: path.slice(0, Math.max(cut, 0)),
		type: type as FileAddress['type'],
		server,
	};
}

/** The value that ComfyUI's own loaders take for a file on their server. */
export function toPlainValue({
	filename,
	subfolder,
	type,
}: Pick<FileAddress, 'filename' | 'subfolder' | 'type'>): string {
	return `${subfolder ? `${subfolder}/` : ''}${filename}${type === 'input' ? '' : ` [${type}]`}`;
}
