import { latin1 } from './numbers';
import type { Texts } from './texts';

export interface Tag {
	tag: number;
	type: number;
	value: Buffer;
}

export const ascii = (tag: number, text: string): Tag => ({ tag, type: 2, value: Buffer.from(`${text}\0`) });

/** A TIFF header and one directory; `inside` is a further one that hangs on the Exif tag. */
export function tiff(
	tags: Tag[],
	{ little = false, inside = [] as Tag[], after = [] as Tag[] } = {},
): Buffer {
	const number = (value: number, size: 2 | 4) => {
		const bytes = Buffer.alloc(size);
		if (little) bytes.writeUIntLE(value, 0, size);
		else bytes.writeUIntBE(value, 0, size);
		return bytes;
	};
	const directory = (entries: Tag[], start: number, others: { exif?: number; next?: number }): Buffer => {
		const count = entries.length + (others.exif === undefined ? 0 : 1);
		let at = start + 2 + count * 12 + 4;
		const rows = entries.map(({ tag, type, value }) => {
			const row = Buffer.concat([number(tag, 2), number(type, 2), number(value.length, 4), number(at, 4)]);
			at += value.length;
			return row;
		});
		const row =
			others.exif === undefined
				? []
				: [number(0x8769, 2), number(4, 2), number(1, 4), number(others.exif, 4)];
		return Buffer.concat([
			number(count, 2),
			...rows,
			...row,
			number(others.next ?? 0, 4),
			...entries.map(({ value }) => value),
		]);
	};
	const length = directory(tags, 8, { exif: inside.length ? 0 : undefined }).length;
	const insideLength = inside.length ? directory(inside, 0, {}).length : 0;
	const exif = inside.length ? 8 + length : undefined;
	const next = after.length ? 8 + length + insideLength : 0;
	return Buffer.concat([
		latin1(little ? 'II*\0' : 'MM\0*'),
		number(8, 4),
		directory(tags, 8, { exif, next }),
		...(exif === undefined ? [] : [directory(inside, exif, {})]),
		...(next === 0 ? [] : [directory(after, next, {})]),
	]);
}

/** As ComfyUI does it: prompt as the camera's model, the others from make downwards. */
export function exif(texts: Texts, little = false): Buffer {
	let next = 0x010f;
	const tags = Object.entries(texts).map(([key, text]) =>
		ascii(key.toLowerCase() === 'prompt' ? 0x0110 : next--, `${key}:${text}`),
	);
	return tiff(tags, { little });
}

export const PREFIX = latin1('Exif\0\0');
