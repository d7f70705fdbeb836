import type { AbortOptions } from '../core/time';
import { mediaOf } from '../core/media';
import type { ApiRequest } from '../transport/Api';
import type { Upload } from './HostFiles';
import { InvalidInputError } from '../core/errors';

/**
 * The upload request of ComfyUI and compatible servers. The form field is called `image` for every type of file.
 * @param size bytes, when known
 */
export function uploadRequest(upload: Upload, size?: number, { signal }: AbortOptions = {}): ApiRequest {
	const { data, filename, subfolder, type = 'input', overwrite, maskOf } = upload;
	return {
		method: 'POST',
		path: maskOf ? '/api/upload/mask' : '/api/upload/image',
		signal,
		body: {
			kind: 'multipart',
			fields: {
				type,
				...(subfolder && { subfolder }),
				...(overwrite && { overwrite: 'true' }),
				...(maskOf && { original_ref: JSON.stringify({ subfolder: '', type: 'input', ...maskOf }) }),
			},
			file: {
				field: 'image',
				filename,
				contentType: upload.contentType ?? mediaOf(filename).mimeType,
				data,
				size,
			},
		},
	};
}

/** @throws InvalidInputError for a file name that is empty or points to another folder */
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
