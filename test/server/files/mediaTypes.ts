import { splitExtension } from './paths';

const TYPES: Record<string, string> = {
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	gif: 'image/gif',
	webp: 'image/webp',
	svg: 'image/svg+xml',
	mp4: 'video/mp4',
	webm: 'video/webm',
	mp3: 'audio/mpeg',
	flac: 'audio/x-flac',
	wav: 'audio/x-wav',
	json: 'application/json',
	txt: 'text/plain',
	html: 'text/html',
	htm: 'text/html',
	js: 'text/javascript',
	css: 'text/css',
	xml: 'text/xml',
};

/** Types that a browser could run: never shown, always octet-stream. */
const NEVER_SHOWN = ['html', 'htm', 'js', 'css'];
const NEVER_SHOWN_SINCE_028 = ['svg', 'xml'];

function extensionOf(name: string): string {
	return splitExtension(name)[1].slice(1).toLowerCase();
}

export function isDangerous(name: string, newer: boolean): boolean {
	const extension = extensionOf(name);
	return NEVER_SHOWN.includes(extension) || (newer && NEVER_SHOWN_SINCE_028.includes(extension));
}

/** Python's mimetypes table knows neither .glb nor .opus: such files come as octet-stream. */
export function mediaType(name: string): string {
	return TYPES[extensionOf(name)] ?? 'application/octet-stream';
}

export function isMediaOf(kind: 'image' | 'audio' | 'video', name: string): boolean {
	return mediaType(name).startsWith(`${kind}/`);
}
