/** Texts for people. Names and messages of servers may contain anything, also control sequences of terminals. */

/** A text without control characters, except line breaks and tabs. */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === '\n' || char === '\t' ? char : ' '));
}

/** The beginning of a text on one line. @param max characters */
export function shorten(text: string, max: number): string {
	const line = printable(text).replace(/\s+/g, ' ').trim();
	return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** A duration such as `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. @param ms milliseconds */
export function duration(ms: number): string {
	if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A size such as `512 B`, `1.4 MiB`. */
export function byteSize(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
	return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** `1 job`, `3 jobs`. */
export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
