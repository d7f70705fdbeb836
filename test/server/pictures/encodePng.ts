import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from './Picture';

export const PNG_SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

const COLOR_RGB = 2;
const COLOR_RGBA = 6;
const FILTER_SUB = 1;

export type TextChunks = Record<string, string>;

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const frame = Buffer.alloc(8 + body.length);
	frame.writeUInt32BE(data.length, 0);
	body.copy(frame, 4);
	frame.writeUInt32BE(crc32(body), 4 + body.length);
	return frame;
}

function header({ width, height, alpha }: Picture): Buffer {
	const data = Buffer.alloc(13);
	data.writeUInt32BE(width, 0);
	data.writeUInt32BE(height, 4);
	data.set([8, alpha ? COLOR_RGBA : COLOR_RGB], 8);
	return data;
}

/** Every row stores differences to the pixel on the left, which suits gradients. */
function filtered({ width, height, rgb, alpha }: Picture): Buffer {
	const size = alpha ? 4 : 3;
	const rows = Buffer.alloc((width * size + 1) * height);
	for (let y = 0, to = 0; y < height; y++) {
		rows[to++] = FILTER_SUB;
		for (let x = 0; x < width; x++) {
			const from = (y * width + x) * 3;
			for (let channel = 0; channel < 3; channel++) {
				const left = x > 0 ? (rgb[from + channel - 3] ?? 0) : 0;
				rows[to++] = (rgb[from + channel] ?? 0) - left;
			}
			if (alpha) rows[to++] = (alpha[y * width + x] ?? 0) - (x > 0 ? (alpha[y * width + x - 1] ?? 0) : 0);
		}
	}
	return rows;
}

/** A PNG with one tEXt chunk per member of `texts`, before the pixels as the real server writes them. */
export function encodePng(picture: Picture, texts: TextChunks = {}): Buffer {
	const comments = Object.entries(texts).map(([keyword, text]) =>
		chunk('tEXt', Buffer.from(`${keyword}\u0000${text}`, 'latin1')),
	);
	return Buffer.concat([
		PNG_SIGNATURE,
		chunk('IHDR', header(picture)),
		...comments,
		chunk('IDAT', deflateSync(filtered(picture), { level: 1 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}
