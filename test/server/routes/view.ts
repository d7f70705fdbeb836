import { basename, isFileType, join, parseAnnotated, safeFolder } from '../files/paths';
import type { StoredFile } from '../files/FileStore';
import { isDangerous, mediaType } from '../files/mediaTypes';
import { bytes, empty, type Reply } from '../http/Reply';
import type { Request } from '../http/Request';
import type { Router } from '../http/Router';
import { decodePng } from '../pictures/decodePng';
import { encodeJpeg } from '../pictures/encodeJpeg';
import { encodePng } from '../pictures/encodePng';
import type { Picture } from '../pictures/Picture';
import { webp } from '../pictures/webp';
import { rangeReply } from './range';
import type { RouteContext } from './RouteContext';

/** The file that the query names, or the refusal. */
function findFile({ query }: Request, context: RouteContext): StoredFile | Reply {
	const given = query.get('filename');
	if (given === null) return empty(404);
	const { name, type: annotated } = parseAnnotated(given);
	if (name === '' || name.startsWith('/') || name.includes('..')) return empty(400);
	const type = annotated ?? query.get('type') ?? 'output';
	if (!isFileType(type)) return empty(400);
	const folder = safeFolder(query.get('subfolder') ?? '');
	if (folder === undefined) return empty(403);
	return context.machine.files.get(type, join(folder, basename(name))) ?? empty(404);
}

function disposition(name: string): { 'Content-Disposition': string } {
	return { 'Content-Disposition': Buffer.from(`filename="${name}"`).toString('latin1') };
}

function decoded({ data }: StoredFile): Picture {
	const picture = decodePng(data);
	if (!picture) throw new TypeError('cannot identify image file');
	return picture;
}

/** `webp;90` and the like. What is sent is a stand-in of the type, not a good picture. */
function preview(file: StoredFile, wanted: string, channel: string | null): Reply {
	const picture = decoded(file);
	const isJpeg = wanted.split(';')[0] === 'jpeg' && !channel?.includes('a');
	const body = isJpeg ? encodeJpeg(picture) : webp();
	const type = isJpeg ? 'image/jpeg' : 'image/webp';
	return bytes(200, body, { 'Content-Type': type, ...disposition(basename(file.path)) });
}

function oneChannel(file: StoredFile, channel: 'rgb' | 'a'): Reply {
	const { width, height, rgb, alpha } = decoded(file);
	const opaque = new Uint8Array(width * height).fill(255);
	const picture =
		channel === 'rgb'
			? { width, height, rgb }
			: { width, height, rgb: new Uint8Array(rgb.length), alpha: alpha ?? opaque };
	const headers = { 'Content-Type': 'image/png', ...disposition(basename(file.path)) };
	return bytes(200, encodePng(picture), headers);
}

function rawFile(file: StoredFile, request: Request, newer: boolean): Reply {
	const name = basename(file.path);
	const dangerous = isDangerous(name, newer);
	const type = dangerous ? 'application/octet-stream' : mediaType(name);
	const headers: Record<string, string> = { 'Content-Type': type, ...disposition(name) };
	if (newer) headers['X-Content-Type-Options'] = 'nosniff';
	if (newer && dangerous) {
		headers['Content-Disposition'] = `attachment; ${headers['Content-Disposition']}`;
		headers['Cache-Control'] = 'no-store';
	}
	return rangeReply(file, request, headers);
}

export function viewRoutes(router: Router, context: RouteContext): void {
	router.get('/view', (request) => {
		const file = findFile(request, context);
		if ('status' in file) return file;
		const wanted = request.query.get('preview');
		const channel = request.query.get('channel');
		if (wanted !== null) return preview(file, wanted, channel);
		if (channel === 'rgb' || channel === 'a') return oneChannel(file, channel);
		return rawFile(file, request, context.machine.has('noSniff'));
	});
}
