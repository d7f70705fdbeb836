import { InvalidInputError } from '../core/errors';

/** @throws InvalidInputError for a file name that is empty or leads to another folder */
export function assertName(name: string): void {
	if (!name.trim()) throw new InvalidInputError('The file name is empty.');
	if (/[\\/]/.test(name) || name.includes('..') || /\p{Cc}/u.test(name)) {
		throw new InvalidInputError(
			'The file name contains a slash, ".." or a control character.',
			'Give the folder in "Subfolder" and a plain name here.',
		);
	}
}

/** @throws InvalidInputError for a folder that is not below the root of its type */
export function assertFolder(subfolder: string): void {
	const unsafe =
		subfolder.split(/[\\/]/).includes('..') ||
		/^([\\/]|[a-z]:)/i.test(subfolder) ||
		/\p{Cc}/u.test(subfolder);
	if (unsafe) throw new InvalidInputError('The subfolder has to be a relative path without "..".');
}
