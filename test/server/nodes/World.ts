import type { FileStore } from '../files/FileStore';

/** What nodes find around them. */
export interface World {
	files: FileStore;
	/** Five letters that this start of the server puts into names of temp files. */
	tempLetters: string;
}
