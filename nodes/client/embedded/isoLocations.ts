import { uint32, uint64, viewOf } from '../metadata/binary';

/** A stretch of bytes that belongs to an item. */
export interface Extent {
	/** What `offset` counts from: the start of the file, or of the content of `idat`. */
	place: 'file' | 'idat';
	offset: number;
	length: number;
}

const MOST_EXTENTS = 1000;

/**
 * Reads the `iloc` box: where the bytes of an item are.
 * @returns nothing when the box does not say, or in a way that is not read
 */
export function extentsOf(wanted: number, locations: Uint8Array): Extent[] {
	const fields = new Fields(locations);
	const version = fields.next(1);
	fields.next(3);
	const sizes = fields.next(2);
	const [offsetSize, lengthSize] = [sizes >> 12, (sizes >> 8) & 15];
	const [baseSize, indexSize] = [(sizes >> 4) & 15, version === 0 ? 0 : sizes & 15];
	const idSize = version < 2 ? 2 : 4;
	const count = fields.next(idSize);
	for (let item = 0; item < count && fields.left; item++) {
		const id = fields.next(idSize);
		const method = version === 0 ? 0 : fields.next(2) & 15;
		fields.next(2); // which file; always this one
		const base = fields.next(baseSize);
		const extents: Extent[] = [];
		const extentCount = fields.next(2);
		for (let index = 0; index < extentCount && fields.left; index++) {
			fields.next(indexSize);
			const offset = base + fields.next(offsetSize);
			const length = fields.next(lengthSize);
			if (extents.length < MOST_EXTENTS)
				extents.push({ place: method === 1 ? 'idat' : 'file', offset, length });
		}
		if (id === wanted) return method > 1 || extents.some(({ length }) => length === 0) ? [] : extents;
	}
	return [];
}

/** Numbers of 0, 1, 2, 3, 4 or 8 bytes, one after the other; 0 after the end. */
class Fields {
	private at = 0;

	constructor(private readonly bytes: Uint8Array) {}

	get left(): boolean {
		return this.at < this.bytes.byteLength;
	}

	next(size: number): number {
		const from = this.at;
		this.at += size;
		if (this.at > this.bytes.byteLength) return 0;
		if (size === 1) return this.bytes[from];
		if (size === 2) return viewOf(this.bytes).getUint16(from);
		if (size === 4) return uint32(this.bytes, from);
		return size === 8 ? uint64(this.bytes, from) : 0;
	}
}
