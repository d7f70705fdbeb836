import { big32, latin1 } from './numbers';
import type { Texts } from './texts';

/** How a text of an ID3 tag is encoded, by the number it has there. */
export type Encoding = 0 | 1 | 2 | 3;

export interface Id3Options {
	version?: 3 | 4;
	encoding?: Encoding;
	unsynchronised?: boolean;
	extended?: boolean;
	/** Version 2.4 with sizes that use all bits. */
	plainSizes?: boolean;
	/** Frames before the texts. */
	before?: Buffer[];
}

const syncSafe = (value: number) =>
	Buffer.from([(value >> 21) & 127, (value >> 14) & 127, (value >> 7) & 127, value & 127]);

function encoded(text: string, encoding: Encoding): Buffer {
	if (encoding === 0) return latin1(text);
	if (encoding === 1) return Buffer.concat([latin1('\u00ff\u00fe'), Buffer.from(text, 'utf16le')]);
	if (encoding === 2) return Buffer.from(text, 'utf16le').swap16();
	return Buffer.from(text);
}

const unsynchronise = (bytes: Buffer) => latin1(bytes.toString('latin1').replaceAll('\u00ff', '\u00ff\0'));

export function frame(name: string, content: Buffer, options: Id3Options = {}): Buffer {
	const { version = 4, unsynchronised = false, plainSizes = version === 3 } = options;
	const isPacked = unsynchronised && version === 4;
	const body = isPacked ? Buffer.concat([syncSafe(content.length), unsynchronise(content)]) : content;
	const size = plainSizes ? big32(body.length) : syncSafe(body.length);
	return Buffer.concat([latin1(name), size, Buffer.from([0, isPacked ? 0x03 : 0]), body]);
}

/** The tag alone, with a byte of filling behind the frames. */
export function id3(texts: Texts, options: Id3Options = {}): Buffer {
	const { version = 4, encoding = 3, unsynchronised = false, extended = false, before = [] } = options;
	const zero = Buffer.alloc(encoding === 1 || encoding === 2 ? 2 : 1);
	const frames = Object.entries(texts).map(([key, text]) =>
		frame(
			'TXXX',
			Buffer.concat([Buffer.from([encoding]), encoded(key, encoding), zero, encoded(text, encoding)]),
			options,
		),
	);
	const more = version === 4 ? Buffer.from([0, 0, 0, 6, 1, 0]) : Buffer.concat([big32(6), Buffer.alloc(6)]);
	const content = Buffer.concat([...(extended ? [more] : []), ...before, ...frames, Buffer.alloc(25)]);
	const body = unsynchronised && version === 3 ? unsynchronise(content) : content;
	const flags = (unsynchronised ? 0x80 : 0) | (extended ? 0x40 : 0);
	return Buffer.concat([latin1('ID3'), Buffer.from([version, 0, flags]), syncSafe(body.length), body]);
}

const SOUND = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(100)]);

export const mp3 = (texts: Texts, options: Id3Options = {}) => Buffer.concat([id3(texts, options), SOUND]);
