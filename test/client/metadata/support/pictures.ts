import { exif, PREFIX } from './exif';
import { big16, latin1, little32 } from './numbers';
import type { Texts } from './texts';

export function riff(type: string, data: Buffer): Buffer {
	return Buffer.concat([latin1(type), little32(data.length), data, Buffer.alloc(data.length % 2)]);
}

export function webpOf(...chunks: Buffer[]): Buffer {
	return riff('RIFF', Buffer.concat([latin1('WEBP'), riff('VP8X', Buffer.alloc(10)), ...chunks]));
}

export const webp = (texts: Texts, little = false, prefix = PREFIX) =>
	webpOf(riff('ANMF', Buffer.alloc(33)), riff('EXIF', Buffer.concat([prefix, exif(texts, little)])));

const segment = (marker: number, data: Buffer) =>
	Buffer.concat([Buffer.from([0xff, marker]), big16(data.length + 2), data]);

const SCAN = Buffer.concat([segment(0xda, Buffer.alloc(10)), Buffer.alloc(20), latin1('\u00ff\u00d9')]);

export const jpegOf = (...segments: Array<[marker: number, data: Buffer]>) =>
	Buffer.concat([
		latin1('\u00ff\u00d8'),
		segment(0xe0, latin1('JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0')),
		...segments.map(([marker, data]) => segment(marker, data)),
		SCAN,
	]);

export const jpeg = (texts: Texts) =>
	jpegOf([0xe1, latin1('http://ns.adobe.com/xap/1.0/\0<x/>')], [0xe1, Buffer.concat([PREFIX, exif(texts)])]);
