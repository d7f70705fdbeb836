import type { Texts } from './texts';

/** A size in as few bytes as possible, or in as many as asked for. */
function sizeOf(
	value: number,
	bytes = [1, 2, 3, 4].find((count) => value < 2 ** (7 * count) - 1) ?? 8,
): Buffer {
	const size = Buffer.alloc(8);
	size.writeBigUInt64BE(BigInt(value) | (1n << BigInt(7 * bytes)));
	return size.subarray(8 - bytes);
}

const idOf = (id: number) => Buffer.from(id.toString(16), 'hex');

export function element(id: number, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([idOf(id), sizeOf(body.length), body]);
}

/** Its size takes eight bytes. */
function wideElement(id: number, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([idOf(id), sizeOf(body.length, 8), body]);
}

/** One that ends where another one begins. */
export function endless(id: number, ...content: Buffer[]): Buffer {
	return Buffer.concat([idOf(id), Buffer.from('01ffffffffffffff', 'hex'), ...content]);
}

export const IDS = {
	head: 0x1a45dfa3,
	segment: 0x18538067,
	cluster: 0x1f43b675,
	tags: 0x1254c367,
	tag: 0x7373,
};
export const name = (text: string) => element(0x45a3, Buffer.from(text));
export const value = (text: string) => element(0x4487, Buffer.from(text));
export const simpleTag = (...content: Buffer[]) => element(0x67c8, ...content);

export const head = element(IDS.head, element(0x4282, Buffer.from('webm')));
export const info = element(0x1549a966, element(0x4d80, Buffer.from('x')));
export const blocks = [
	element(0xe7, Buffer.from([0])),
	element(0xa3, Buffer.alloc(40)),
	element(0xa3, Buffer.alloc(300)),
];

export const tags = (texts: Texts) =>
	element(
		IDS.tags,
		element(
			IDS.tag,
			element(0x63c0),
			...Object.entries(texts).map(([key, text]) =>
				simpleTag(name(key), element(0x447a, Buffer.from('und')), value(text)),
			),
		),
	);

export const webm = (texts: Texts) =>
	Buffer.concat([head, wideElement(IDS.segment, info, tags(texts), element(IDS.cluster, ...blocks))]);
