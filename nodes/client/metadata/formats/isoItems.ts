import type { ByteReader } from '../ByteReader';
import { characters, joined, uint32, viewOf, uint64 } from '../binary';
import { MAX_BYTES, withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { isTiff, readExif } from './exif';
import type { Box } from './isoBoxes';

const LONGEST_TABLE = 4 * 1024 * 1024;
const WANTED = new Set(['iinf', 'iloc', 'idat']);

/**
 * The EXIF item of an AVIF or HEIF picture. Three boxes of `meta` tell where it is, in any order: `iinf`
 * which item it is, `iloc` where that one lies, `idat` holds it if it lies nowhere else.
 */
export class ItemFinder {
	private readonly boxes = new Map<string, Uint8Array>();
	private extents?: Extent[];

	/** Keeps a box if it is one of the three. */
	async readBox({ type, end }: Box, file: ByteReader): Promise<void> {
		const length = end - file.position;
		const max = type === 'idat' ? MAX_BYTES : LONGEST_TABLE;
		if (WANTED.has(type) && !this.boxes.has(type) && length <= max) {
			this.boxes.set(type, await file.need(length));
		}
	}

	/** Whether there is an item that was not read yet. */
	get pending(): boolean {
		this.extents ??= this.locate();
		return this.extents !== undefined && this.extents.length > 0;
	}

	/** Reads the item, if it lies before a place in the file. One that was passed already is lost. */
	async readExifItem(file: ByteReader, end: number, found: EmbeddedTexts): Promise<void> {
		if (!this.pending || !this.extents) return;
		const [first] = this.extents;
		const isStored = first.place === 'idat';
		if (!isStored && first.offset >= end) return;
		const length = withinBounds(this.extents.reduce((sum, extent) => sum + extent.length, 0));
		const data = isStored ? this.fromBox(this.extents) : await fromFile(this.extents, file);
		this.extents = [];
		if (data.byteLength === length) readExifItemData(data, found);
	}

	private locate(): Extent[] | undefined {
		const [infos, locations] = [this.boxes.get('iinf'), this.boxes.get('iloc')];
		if (!infos || !locations) return undefined;
		const id = exifItem(infos);
		return id === undefined ? [] : extentsOf(id, locations);
	}

	private fromBox(extents: readonly Extent[]): Uint8Array {
		const box = this.boxes.get('idat') ?? new Uint8Array(0);
		return joined(extents.map(({ offset, length }) => box.subarray(offset, offset + length)));
	}
}

async function fromFile(extents: readonly Extent[], file: ByteReader): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (const { offset, length } of extents) {
		await file.skipTo(offset);
		parts.push(await file.need(length));
	}
	return joined(parts);
}

/** The id of the first item of type `Exif`. */
function exifItem(infos: Uint8Array): number | undefined {
	const view = viewOf(infos);
	let at = infos[0] === 0 ? 6 : 8; // version, flags and count
	while (at + 20 <= infos.byteLength) {
		const [size, version] = [uint32(infos, at), infos[at + 8]];
		if (size < 8) return undefined;
		const isWide = version === 3;
		const type = characters(infos, at + (isWide ? 18 : 16), at + (isWide ? 22 : 20));
		if (version >= 2 && type === 'Exif') return isWide ? uint32(infos, at + 12) : view.getUint16(at + 12);
		at += size;
	}
	return undefined;
}

/** The data says first how far behind it the TIFF header is; not every writer does. */
function readExifItemData(data: Uint8Array, found: EmbeddedTexts): void {
	if (data.byteLength < 12) return;
	const told = data.subarray(4 + uint32(data));
	readExif(isTiff(told) ? told : isTiff(data.subarray(4)) ? data.subarray(4) : data, found);
}

/** A stretch of bytes that belongs to an item. */
interface Extent {
	/** What `offset` counts from: the start of the file, or of the content of `idat`. */
	place: 'file' | 'idat';
	offset: number;
	length: number;
}

const MAX_EXTENTS = 1000;

/**
 * Reads the `iloc` box: where the bytes of an item are.
 * @returns nothing when the box does not say, or in a way that is not read
 */
function extentsOf(wanted: number, locations: Uint8Array): Extent[] {
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
			if (extents.length < MAX_EXTENTS)
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
