import { mediaOf } from '../core/media';
import type { ApiRequest } from '../transport/Api';
import type { Upload } from './Host';

/**
 * The request that hands a file to a server which speaks as ComfyUI does. The form field is called `image`
 * whatever the file is.
 * @param size bytes, when known
 */
export function uploadRequest(upload: Upload, size?: number, signal?: AbortSignal): ApiRequest {
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
