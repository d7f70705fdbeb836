import { exif } from './exif';
import { big16, big32, big64, latin1 } from './numbers';
import type { Texts } from './texts';

export function box(type: string, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([big32(8 + body.length), latin1(type), body]);
}

/** Its size needs 64 bits, or pretends to. */
export function wideBox(type: string, size: number, ...content: Buffer[]): Buffer {
	return Buffer.concat([big32(1), latin1(type), big64(16 + size), ...content]);
}

export const VERSION = big32(0);
const handler = (type: string) => box('hdlr', VERSION, big32(0), latin1(type), Buffer.alloc(13));
export const data = (text: string) => box('data', big32(1), big32(0), Buffer.from(text));
const numbered = (number: number, ...content: Buffer[]) => box(latin1Of(number), ...content);
const latin1Of = (number: number) => big32(number).toString('latin1');

export const brand = (name: string) => box('ftyp', latin1(name), big32(512), latin1(name));

/** The content of a `meta` box with `mdta` keys. */
export function keyed(texts: Texts): Buffer[] {
	const names = Object.keys(texts);
	return [
		handler('mdta'),
		box('keys', VERSION, big32(names.length), ...names.map((name) => box('mdta', Buffer.from(name)))),
		box('ilst', ...names.map((name, index) => numbered(index + 1, data(texts[name])))),
	];
}

const TRACK = box('trak', box('tkhd', Buffer.alloc(84)), box('udta', Buffer.alloc(4)));

/** `moov` is written before or after the pictures; `meta` stands in it, or in its `udta`. */
export function mp4Of(meta: Buffer, { last = false, brandName = 'isom' } = {}): Buffer {
	const moov = box('moov', box('mvhd', Buffer.alloc(100)), TRACK, meta);
	const pictures = box('mdat', Buffer.alloc(50));
	return Buffer.concat([brand(brandName), ...(last ? [box('free'), pictures, moov] : [moov, pictures])]);
}

export const mp4 = (texts: Texts) => mp4Of(box('meta', VERSION, ...keyed(texts)));

/** The comment of iTunes. */
export const iTunes = (text: string) =>
	box('udta', box('meta', VERSION, handler('mdir'), box('ilst', box('\u00a9cmt', data(text)))));

const itemInfo = (id: number, type: string) =>
	box('infe', Buffer.from([2, 0, 0, 0]), big16(id), big16(0), latin1(`${type}\0`));

export interface ItemOptions {
	/** Where the item lies. */
	place?: 'after' | 'idat';
	/** Into how many stretches it is cut. */
	stretches?: number;
	/** What stands between the item's own header and the TIFF header. */
	gap?: Buffer;
	version?: 0 | 1 | 2;
}

/** An AVIF whose second item is EXIF data. */
export function avif(texts: Texts, options: ItemOptions = {}): Buffer {
	const { place = 'after', stretches = 1, gap = Buffer.alloc(0), version = 1 } = options;
	const item = Buffer.concat([big32(gap.length), gap, exif(texts)]);
	const id = (value: number) => (version === 2 ? big32(value) : big16(value));
	const method = version === 0 ? [] : [big16(place === 'idat' ? 1 : 0)];
	const cuts = Array.from({ length: stretches }, (_, index) => Math.floor((item.length * index) / stretches));
	const meta = (start: number) => {
		const extents = cuts.map((cut, index) =>
			Buffer.concat([big32(start + cut), big32((cuts[index + 1] ?? item.length) - cut)]),
		);
		const location = (itemId: number, parts: Buffer[]) =>
			Buffer.concat([id(itemId), ...method, big16(0), big16(parts.length), ...parts]);
		return box(
			'meta',
			VERSION,
			handler('pict'),
			box('pitm', VERSION, big16(1)),
			box(
				'iloc',
				Buffer.from([version, 0, 0, 0, 0x44, 0]),
				id(2),
				location(1, [Buffer.concat([big32(start + item.length), big32(9)])]),
				location(2, extents),
			),
			box('iinf', VERSION, big16(2), itemInfo(1, 'av01'), itemInfo(2, 'Exif')),
			...(place === 'idat' ? [box('idat', item)] : []),
		);
	};
	const start = brand('avif');
	if (place === 'idat') return Buffer.concat([start, meta(0), box('mdat', Buffer.alloc(9))]);
	const offset = start.length + meta(0).length + 8;
	return Buffer.concat([start, meta(offset), box('mdat', item, Buffer.alloc(9))]);
}
