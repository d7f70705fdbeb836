import { randomUUID } from 'node:crypto';
import { mediaType } from '../../files/mediaTypes';
import { parseMultipart } from '../../http/multipart';
import { bytes, json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import { httpError } from './Accounts';

export interface StoredFile {
	filename: string;
	data: Buffer;
}

/**
 * What `/files/{id}` answers: the file itself, as documented; a 500, as it really does; or what is known of the
 * file, as it is meant to.
 */
export type FileRoute = 'bytes' | 'broken' | 'facts';

/** Routes of files. Only where `/files/{id}` is not the file itself there is `/files/{id}/download`. */
export function fileRoutes(router: Router, files: Map<string, StoredFile>, kind: FileRoute): void {
	const on = (method: string, path: string, handle: (request: Request) => Reply) =>
		router.on(method, `/files${path}`, handle, { single: true });
	const withFile = (handle: (file: StoredFile, id: string) => Reply) => (request: Request) => {
		const id = request.param('id');
		const file = files.get(id);
		return file ? handle(file, id) : httpError(404, 'File not found');
	};

	on('POST', '/upload', ({ headers, body }) => {
		const part = parseMultipart(headers['content-type'], body).get('file');
		if (!part?.filename) return json({ detail: [{ loc: ['body', 'file'], msg: 'Field required' }] }, 422);
		const id = randomUUID();
		files.set(id, { filename: part.filename, data: part.data });
		const { filename, data } = part;
		return json({
			file_id: id,
			filename,
			size: data.length,
			content_type: mediaType(filename),
			upload_url: null,
		});
	});

	on(
		'GET',
		'/{id}',
		withFile((file, id) => {
			if (kind === 'bytes') return contentOf(file);
			const { filename, data } = file;
			const times = { created_at: '2026-01-02T03:04:05.678901', expires_at: null, download_url: null };
			return kind === 'broken'
				? httpError(500, 'Failed to get file info: 1 validation error for FileInfo size Field required')
				: json({ file_id: id, filename, size: data.length, content_type: mediaType(filename), ...times });
		}),
	);

	if (kind === 'bytes') return;
	on('GET', '/{id}/download', withFile(contentOf));
}

function contentOf({ filename, data }: StoredFile): Reply {
	if (data.length === 0) return httpError(404, 'File content not found');
	return bytes(200, data, {
		'Content-Type': mediaType(filename),
		'Content-Disposition': `attachment; filename=${filename}`,
	});
}
