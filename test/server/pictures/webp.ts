/** One dark blue pixel, losslessly. */
const PIXEL = Buffer.from('LwAAAAAHUJ6iFK//gYjofwA=', 'base64');

const TAG_MODEL = 0x0110;
const TAG_MAKE = 0x010f;
const ASCII = 2;

function chunk(type: string, data: Buffer): Buffer {
	const size = Buffer.alloc(4);
	size.writeUInt32LE(data.length);
	return Buffer.concat([Buffer.from(type, 'latin1'), size, data, Buffer.alloc(data.length % 2)]);
}

/** Big-endian TIFF: `prompt:{json}` as Model, the other members from Make downwards. */
function exif(texts: Record<string, string>): Buffer {
	let next = TAG_MAKE;
	const values = Object.entries(texts).map(([name, text]) => ({
		tag: name === 'prompt' ? TAG_MODEL : next--,
		data: Buffer.from(`${name}:${text}\u0000`),
	}));
	const directory = Buffer.alloc(2 + values.length * 12 + 4);
	directory.writeUInt16BE(values.length);
	let offset = 8 + directory.length;
	for (const [index, { tag, data }] of values.entries()) {
		const at = 2 + index * 12;
		directory.writeUInt16BE(tag, at);
		directory.writeUInt16BE(ASCII, at + 2);
		directory.writeUInt32BE(data.length, at + 4);
		directory.writeUInt32BE(offset, at + 8);
		offset += data.length;
	}
	const header = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
	return Buffer.concat([
		Buffer.from('Exif\u0000\u0000'),
		header,
		directory,
		...values.map(({ data }) => data),
	]);
}

function extendedHeader(hasExif: boolean): Buffer {
	const header = Buffer.alloc(10);
	header[0] = hasExif ? 0x08 : 0;
	return header;
}

/** A WebP of one pixel, with metadata where SaveAnimatedWEBP puts it. */
export function webp(texts: Record<string, string> = {}): Buffer {
	const hasExif = Object.keys(texts).length > 0;
	const body = Buffer.concat([
		Buffer.from('WEBP'),
		chunk('VP8X', extendedHeader(hasExif)),
		chunk('VP8L', PIXEL),
		...(hasExif ? [chunk('EXIF', exif(texts))] : []),
	]);
	return chunk('RIFF', body);
}
