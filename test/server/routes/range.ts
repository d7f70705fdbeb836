import type { OutgoingHttpHeaders } from 'node:http';
import type { StoredFile } from '../files/FileStore';
import { bytes, type Reply } from '../http/Reply';
import type { Request } from '../http/Request';

interface Range {
	start: number;
	end: number;
}

/** `bytes=2-5`, `bytes=2-` or `bytes=-3`; null when it cannot be satisfied, undefined when there is none. */
function parseRange(header: string | undefined, size: number): Range | null | undefined {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
	if (!header) return undefined;
	if (!match || (match[1] === '' && match[2] === '')) return null;
	if (match[1] === '') return { start: Math.max(0, size - Number(match[2])), end: size };
	const start = Number(match[1]);
	const end = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
	return start < size && start < end ? { start, end } : null;
}

function isUnchanged({ etag, modified }: StoredFile, { headers }: Request): boolean {
	const known = headers['if-none-match'];
	if (known !== undefined) return known.split(',').some((one) => one.trim() === etag || one.trim() === '*');
	const since = Date.parse(headers['if-modified-since'] ?? '');
	return !Number.isNaN(since) && Math.floor(modified / 1000) * 1000 <= since;
}

/** A stored file as it is: 200, 206, 304 or 416. */
export function rangeReply(file: StoredFile, request: Request, headers: OutgoingHttpHeaders): Reply {
	const { data, etag, modified } = file;
	const all = {
		...headers,
		Etag: etag,
		'Last-Modified': new Date(modified).toUTCString(),
		'Accept-Ranges': 'bytes',
	};
	if (isUnchanged(file, request)) return bytes(304, Buffer.alloc(0), all);
	const fresh = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
	const range = fresh ? parseRange(request.headers.range, data.length) : undefined;
	if (range === null) return bytes(416, Buffer.alloc(0), { 'Content-Range': `bytes */${data.length}` });
	if (!range) return bytes(200, data, all);
	const content = { 'Content-Range': `bytes ${range.start}-${range.end - 1}/${data.length}` };
	return bytes(206, data.subarray(range.start, range.end), { ...all, ...content });
}
