import { resize, type Picture } from './Picture';

/** Codes for the number of bits of a difference, 0 to 8: the standard table for luminance. */
const DC_CODES = ['00', '010', '011', '100', '101', '110', '1110', '11110', '111110'];
const DC_LENGTHS = [0, 1, 5, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/** The only code of the other table: end of block. */
const END_OF_BLOCK = '0';

function segment(marker: number, data: number[]): Buffer {
	const length = data.length + 2;
	return Buffer.from([0xff, marker, length >> 8, length & 255, ...data]);
}

function toYCbCr(red: number, green: number, blue: number): number[] {
	return [
		0.299 * red + 0.587 * green + 0.114 * blue - 128,
		-0.1687 * red - 0.3313 * green + 0.5 * blue,
		0.5 * red - 0.4187 * green - 0.0813 * blue,
	].map((value) => Math.max(-127, Math.min(127, Math.round(value))));
}

function codeOf(difference: number): string {
	if (difference === 0) return DC_CODES[0] as string;
	const size = Math.abs(difference).toString(2).length;
	const bits = difference > 0 ? difference : difference + (1 << size) - 1;
	return (DC_CODES[size] as string) + bits.toString(2).padStart(size, '0');
}

function pack(bits: string): Buffer {
	const bytes: number[] = [];
	for (let at = 0; at < bits.length; at += 8) {
		const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, '1'), 2);
		bytes.push(byte);
		if (byte === 0xff) bytes.push(0);
	}
	return Buffer.from(bytes);
}

function scan(blocks: Picture): Buffer {
	const bits: string[] = [];
	const before = [0, 0, 0];
	for (let at = 0; at < blocks.rgb.length; at += 3) {
		const color = toYCbCr(blocks.rgb[at] ?? 0, blocks.rgb[at + 1] ?? 0, blocks.rgb[at + 2] ?? 0);
		for (const [component, value] of color.entries()) {
			bits.push(codeOf(value - (before[component] ?? 0)), END_OF_BLOCK);
			before[component] = value;
		}
	}
	return pack(bits.join(''));
}

/**
 * A baseline JPEG in which every block of 8x8 pixels has one colour: coarse, as previews of latents
 * are, and small enough a format to write by hand.
 */
export function encodeJpeg(picture: Picture, width = picture.width, height = picture.height): Buffer {
	const blocks = resize(picture, Math.ceil(width / 8), Math.ceil(height / 8));
	const size = [height >> 8, height & 255, width >> 8, width & 255];
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
		segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
		segment(0xc0, [8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
		segment(0xc4, [0x00, ...DC_LENGTHS, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
		segment(0xc4, [0x10, 1, ...new Array<number>(15).fill(0), 0]),
		segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
		scan(blocks),
		Buffer.from([0xff, 0xd9]),
	]);
}
