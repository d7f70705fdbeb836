import { crc32, deflateSync } from 'node:zlib';
import { big32, latin1 } from './numbers';
import type { Texts } from './texts';

export function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([latin1(type), data]);
	return Buffer.concat([big32(data.length), body, big32(crc32(body))]);
}

export const SIGNATURE = latin1('\u0089PNG\r\n\u001a\n');
const HEADER = chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
const PIXELS = chunk('IDAT', deflateSync(Buffer.from([0, 0])));
const END = chunk('IEND', Buffer.alloc(0));

export const plain = (keyword: string, text: string) =>
	chunk('tEXt', Buffer.concat([latin1(`${keyword}\0`), Buffer.from(text)]));

export const packed = (keyword: string, text: string | Buffer) =>
	chunk('zTXt', Buffer.concat([latin1(`${keyword}\0\0`), deflateSync(text)]));

export const international = (keyword: string, text: string, isPacked: boolean) =>
	chunk(
		'iTXt',
		Buffer.concat([
			latin1(`${keyword}\0${isPacked ? '\u0001' : '\0'}\0de\0`),
			Buffer.from('Schlüssel\0'),
			isPacked ? deflateSync(text) : Buffer.from(text),
		]),
	);

export const animated = (keyword: string, text: string) =>
	chunk('comf', Buffer.concat([latin1(`${keyword}\0`), Buffer.from(text)]));

/** Chunks before and after the pixels. */
export function pngOf(before: Buffer[], after: Buffer[] = [], appended: Buffer[] = []): Buffer {
	return Buffer.concat([SIGNATURE, HEADER, ...before, PIXELS, ...after, END, ...appended]);
}

export const png = (texts: Texts) => pngOf(Object.entries(texts).map(([key, text]) => plain(key, text)));
