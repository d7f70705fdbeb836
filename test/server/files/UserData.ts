export interface UserFile {
	data: Buffer;
	/** Milliseconds since the epoch. */
	modified: number;
	created: number;
}

/** What the web app stores for its user, such as `workflows/mine.json`. */
export class UserData {
	private readonly files = new Map<string, UserFile>();
	/** A fresh installation has no folder at all, not even that of the workflows. */
	private readonly folders = new Set<string>();

	get(path: string): UserFile | undefined {
		return this.files.get(path);
	}

	put(path: string, data: Buffer): UserFile {
		const now = Date.now();
		const file = { data, modified: now, created: this.get(path)?.created ?? now };
		this.files.set(path, file);
		const parts = path.split('/');
		for (let depth = 1; depth < parts.length; depth++) this.folders.add(parts.slice(0, depth).join('/'));
		return file;
	}

	delete(path: string): boolean {
		return this.files.delete(path);
	}

	/** Paths below a folder, relative to it; undefined when there is no such folder. */
	list(folder: string, recurse: boolean): string[] | undefined {
		if (!this.folders.has(folder)) return undefined;
		return [...this.files.keys()]
			.filter((path) => path.startsWith(`${folder}/`))
			.map((path) => path.slice(folder.length + 1))
			.filter((path) => recurse || !path.includes('/'))
			.sort((a, b) => a.split('/').length - b.split('/').length);
	}
}
