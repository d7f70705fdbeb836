import { inflateSync } from 'node:zlib';
import { PNG_SIGNATURE, type TextChunks } from './encodePng';
import type { Picture } from './Picture';

interface Raw {
	width: number;
	height: number;
	channels: number;
	pixels: Buffer;
}

function* chunks(png: Buffer): Generator<[type: string, data: Buffer]> {
	for (let at = 8; at + 12 <= png.length; ) {
		const length = png.readUInt32BE(at);
		yield [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)];
		at += 12 + length;
	}
}

export function isPng(bytes: Buffer): boolean {
	return bytes.subarray(0, 8).equals(PNG_SIGNATURE);
}

export function readTexts(png: Buffer): TextChunks {
	const texts: TextChunks = {};
	for (const [type, data] of chunks(png)) {
		if (type !== 'tEXt') continue;
		const end = data.indexOf(0);
		texts[data.toString('latin1', 0, end)] = data.toString('latin1', end + 1);
	}
	return texts;
}

function paeth(left: number, up: number, corner: number): number {
	const guess = left + up - corner;
	const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
	if (a <= b && a <= c) return left;
	return b <= c ? up : corner;
}

function predict(filter: number, left: number, up: number, corner: number): number {
	switch (filter) {
		case 1:
			return left;
		case 2:
			return up;
		case 3:
			return (left + up) >> 1;
		case 4:
			return paeth(left, up, corner);
		default:
			return 0;
	}
}

function unfilter(rows: Buffer, { width, height, channels, pixels }: Raw): void {
	const stride = width * channels;
	for (let y = 0; y < height; y++) {
		const filter = rows[y * (stride + 1)] ?? 0;
		for (let x = 0; x < stride; x++) {
			const at = y * stride + x;
			const left = x >= channels ? (pixels[at - channels] ?? 0) : 0;
			const up = y > 0 ? (pixels[at - stride] ?? 0) : 0;
			const corner = x >= channels && y > 0 ? (pixels[at - stride - channels] ?? 0) : 0;
			pixels[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + predict(filter, left, up, corner);
		}
	}
}

function split({ width, height, channels, pixels }: Raw): Picture {
	const rgb = new Uint8Array(width * height * 3);
	const alpha = channels === 4 ? new Uint8Array(width * height) : undefined;
	for (let pixel = 0; pixel < width * height; pixel++) {
		rgb.set(pixels.subarray(pixel * channels, pixel * channels + 3), pixel * 3);
		if (alpha) alpha[pixel] = pixels[pixel * channels + 3] ?? 0;
	}
	return { width, height, rgb, alpha };
}

/** Ordinary 8-bit RGB and RGBA without interlacing; undefined for every other file. */
export function decodePng(png: Buffer): Picture | undefined {
	if (!isPng(png) || png.length < 33) return undefined;
	const [depth, color, interlaced] = [png[24], png[25], png[28]];
	if (depth !== 8 || (color !== 2 && color !== 6) || interlaced !== 0) return undefined;
	const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), color === 6 ? 4 : 3];
	const data = [...chunks(png)].filter(([type]) => type === 'IDAT').map(([, bytes]) => bytes);
	try {
		const raw = { width, height, channels, pixels: Buffer.alloc(width * height * channels) };
		unfilter(inflateSync(Buffer.concat(data)), raw);
		return split(raw);
	} catch {
		return undefined;
	}
}
