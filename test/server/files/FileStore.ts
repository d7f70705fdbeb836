import { createHash } from 'node:crypto';
import type { FileType } from '../types';

export interface StoredFile {
	type: FileType;
	/** Path below the folder of its type, with `/`. */
	path: string;
	data: Buffer;
	modified: number;
	etag: string;
}

/** The output, input and temp folders of the server, kept in memory. */
export class FileStore {
	private readonly stored: Record<FileType, Map<string, StoredFile>> = {
		input: new Map(),
		output: new Map(),
		temp: new Map(),
	};

	/** Paths of one type, in the order in which they were written. */
	list(type: FileType): string[] {
		return [...this.stored[type].keys()];
	}

	read(type: FileType, path: string): Buffer | undefined {
		return this.get(type, path)?.data;
	}

	get(type: FileType, path: string): StoredFile | undefined {
		return this.stored[type].get(path);
	}

	put(type: FileType, path: string, data: Buffer | string): void {
		const bytes = Buffer.from(data);
		const modified = Date.now();
		const { size } = this.stored[type];
		const etag = `"${modified.toString(16)}${size.toString(16)}-${bytes.length.toString(16)}"`;
		this.stored[type].set(path, { type, path, data: bytes, modified, etag });
	}

	delete(type: FileType, path: string): boolean {
		return this.stored[type].delete(path);
	}

	/** What a restart does to the temp folder. */
	clear(type: FileType): void {
		this.stored[type].clear();
	}

	hash(type: FileType, path: string): string {
		const data = this.read(type, path) ?? Buffer.alloc(0);
		return createHash('sha256').update(data).digest('hex');
	}
}
