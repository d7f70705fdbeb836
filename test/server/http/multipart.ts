export interface Part {
	name: string;
	filename?: string;
	data: Buffer;
}

/** `filename*=UTF-8''...` is decoded; a percent-encoded plain `filename` stays as it is. */
function parameter(disposition: string, name: string): string | undefined {
	const extended = new RegExp(`;\\s*${name}\\*=[^']*'[^']*'([^;]*)`, 'i').exec(disposition)?.[1];
	if (extended !== undefined) return decodeURIComponent(extended.trim());
	const quoted = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1];
	if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
	return new RegExp(`;\\s*${name}=([^;\\s]*)`, 'i').exec(disposition)?.[1];
}

function parsePart(bytes: Buffer): Part | undefined {
	const end = bytes.indexOf('\r\n\r\n');
	if (end < 0) return undefined;
	const disposition = /^content-disposition:(.*)$/im.exec(bytes.toString('utf8', 0, end))?.[1] ?? '';
	const name = parameter(disposition, 'name');
	if (name === undefined) return undefined;
	return {
		name,
		filename: parameter(disposition, 'filename'),
		data: bytes.subarray(end + 4, bytes.length - 2),
	};
}

/** The parts of a multipart/form-data body; none when it is something else. */
export function parseMultipart(contentType: string | undefined, body: Buffer): Map<string, Part> {
	const boundary = /boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
	const parts = new Map<string, Part>();
	if (!boundary) return parts;
	const delimiter = Buffer.from(`--${boundary}`);
	let from = body.indexOf(delimiter);
	while (from >= 0) {
		const start = from + delimiter.length + 2;
		const next = body.indexOf(delimiter, start);
		if (next < 0) break;
		const part = parsePart(body.subarray(start, next));
		if (part) parts.set(part.name, part);
		from = next;
	}
	return parts;
}
