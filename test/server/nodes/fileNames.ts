import type { FileStore } from '../files/FileStore';
import { basename, join, safeFolder } from '../files/paths';
import type { FileReference, FileType } from '../types';
import { PythonError } from '../wire/pythonText';

export interface Size {
	width: number;
	height: number;
}

function fill(prefix: string, { width, height }: Size): string {
	const now = new Date();
	const two = (value: number) => String(value).padStart(2, '0');
	return prefix
		.replaceAll('%width%', String(width))
		.replaceAll('%height%', String(height))
		.replaceAll('%year%', String(now.getFullYear()))
		.replaceAll('%month%', two(now.getMonth() + 1))
		.replaceAll('%day%', two(now.getDate()))
		.replaceAll('%hour%', two(now.getHours()))
		.replaceAll('%minute%', two(now.getMinutes()))
		.replaceAll('%second%', two(now.getSeconds()));
}

/** One more than the highest counter that a file with this prefix has. */
function nextCounter(files: FileStore, type: FileType, stem: string): number {
	const prefix = `${stem}_`;
	let highest = 0;
	for (const path of files.list(type)) {
		const counter = path.startsWith(prefix) ? Number.parseInt(path.slice(prefix.length), 10) : 0;
		if (counter > highest) highest = counter;
	}
	return highest + 1;
}

/** Names of the form `prefix_00001_.png`; a folder in the prefix becomes the subfolder. */
export class FileNames {
	private readonly folder: string;
	private readonly name: string;
	private counter: number;

	constructor(
		files: FileStore,
		private readonly type: FileType,
		prefix: string,
		size: Size,
	) {
		const path = fill(prefix, size);
		const folder = safeFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
		if (folder === undefined || path.startsWith('/'))
			throw new PythonError(
				'Exception',
				`**** ERROR: Saving image outside the output folder is not allowed.\n full_output_folder: ${path}`,
			);
		this.folder = folder;
		// Python's name for an empty path is a dot.
		this.name = basename(path) || '.';
		this.counter = nextCounter(files, type, join(this.folder, this.name));
	}

	next(extension: string, batchNumber = 0): FileReference & { path: string } {
		const name = this.name.replaceAll('%batch_num%', String(batchNumber));
		const filename = `${name}_${String(this.counter++).padStart(5, '0')}_.${extension}`;
		return { filename, subfolder: this.folder, type: this.type, path: join(this.folder, filename) };
	}
}
