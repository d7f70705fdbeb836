/**
 * Names of files from a server. They may contain anything, such as paths of Windows or `..`; what is left is the name of
 * a file on every operating system.
 */

/** Bytes that file systems take for a name, less what numbers and a temporary extension add. */
const MAX_BYTES = 200;
/** Names of devices on Windows, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** A part of a path that is safe to create. @param fallback for a name of which nothing is left */
export function safeName(name: string, fallback = 'file'): string {
	const last = name.split(/[/\\]/).pop() ?? '';
	return safeSegment(last, fallback);
}

/** Like {@link safeName}, for a text that is no path: slashes are replaced. */
export function safeSegment(text: string, fallback = 'file'): string {
	const clean = text
		.replace(/[\p{Cc}\p{Cf}]/gu, '')
		.replace(/[<>:"|?*/\\]/g, '_')
		.replace(/^\s+/, '');
	const trimmed = withoutTrailingDots(clean);
	const named = trimmed === '' ? fallback : DEVICES.test(trimmed) ? `_${trimmed}` : trimmed;
	return lastBytes(named);
}

/** Windows drops dots and spaces at the end of a name. */
function withoutTrailingDots(text: string): string {
	let end = text.length;
	while (end > 0 && (text[end - 1] === '.' || text[end - 1] === ' ')) end -= 1;
	return text.slice(0, end);
}

/** The end of a long name, so that its extension stays. */
function lastBytes(name: string): string {
	const chars = Array.from(name);
	let bytes = Buffer.byteLength(name);
	while (bytes > MAX_BYTES) bytes -= Buffer.byteLength(chars.shift() ?? '');
	return chars.join('');
}

/** `picture.png` and 2 are `picture-2.png`. */
export function numbered(file: string, number: number): string {
	const dot = file.lastIndexOf('.');
	const hasExtension = dot > Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1;
	return hasExtension ? `${file.slice(0, dot)}-${number}${file.slice(dot)}` : `${file}-${number}`;
}
