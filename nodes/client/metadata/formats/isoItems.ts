import type { ByteReader } from '../ByteReader';
import { latin1, concatBytes, uint32, viewOf, uint64 } from '../binary';
import { MAX_BYTES, requireMaxLength, type MetadataTexts } from '../MetadataTexts';
import { isTiff, readExif } from './exif';
import type { Box } from './isoBoxes';

const MAX_TABLE_LENGTH = 4 * 1024 * 1024;
const WANTED = new Set(['iinf', 'iloc', 'idat']);

/**
 * Finds the EXIF item of an AVIF or HEIF picture. Three boxes of `meta` describe it, in any order: `iinf` has
 * its number, `iloc` its position, and `idat` may hold its bytes.
 */
export class ItemFinder {
	private readonly boxes = new Map<string, Uint8Array>();
	private extents?: Extent[];

	/** Stores a box if it is one of the three. */
	async readBox({ type, end }: Box, file: ByteReader): Promise<void> {
		const length = end - file.position;
		const max = type === 'idat' ? MAX_BYTES : MAX_TABLE_LENGTH;
		if (WANTED.has(type) && !this.boxes.has(type) && length <= max) {
			this.boxes.set(type, await file.read(length));
		}
	}

	/** Whether the item was found and not read yet. */
	get pending(): boolean {
		this.extents ??= this.locate();
		return this.extents !== undefined && this.extents.length > 0;
	}

	/** Reads the item if it starts before `end`. An item before the current position cannot be read. */
	async readExifItem(file: ByteReader, end: number, found: MetadataTexts): Promise<void> {
		if (!this.pending || !this.extents) return;
		const [first] = this.extents;
		const isStored = first.place === 'idat';
		if (!isStored && first.offset >= end) return;
		const length = requireMaxLength(this.extents.reduce((sum, extent) => sum + extent.length, 0));
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
		return concatBytes(extents.map(({ offset, length }) => box.subarray(offset, offset + length)));
	}
}

async function fromFile(extents: readonly Extent[], file: ByteReader): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (const { offset, length } of extents) {
		await file.skipTo(offset);
		parts.push(await file.read(length));
	}
	return concatBytes(parts);
}

/** The id of the first item of type `Exif`. */
function exifItem(infos: Uint8Array): number | undefined {
	const view = viewOf(infos);
	let at = infos[0] === 0 ? 6 : 8; // version, flags and count
	while (at + 20 <= infos.byteLength) {
		const [size, version] = [uint32(infos, at), infos[at + 8]];
		if (size < 8) return undefined;
		const isWide = version === 3;
		const type = latin1(infos, at + (isWide ? 18 : 16), at + (isWide ? 22 : 20));
		if (version >= 2 && type === 'Exif') return isWide ? uint32(infos, at + 12) : view.getUint16(at + 12);
		at += size;
	}
	return undefined;
}

/** The first four bytes are the offset of the TIFF header; some writers omit them. */
function readExifItemData(data: Uint8Array, found: MetadataTexts): void {
	if (data.byteLength < 12) return;
	const atOffset = data.subarray(4 + uint32(data));
	readExif(isTiff(atOffset) ? atOffset : isTiff(data.subarray(4)) ? data.subarray(4) : data, found);
}

/** A byte range of an item. */
interface Extent {
	/** Base of `offset`: the start of the file, or of the content of `idat`. */
	place: 'file' | 'idat';
	offset: number;
	length: number;
}

const MAX_EXTENTS = 1000;

/**
 * Reads the byte ranges of an item from the `iloc` box.
 * @returns empty when the box has none, or uses a method that is not supported
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
		fields.next(2); // data reference; 0 is this file
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

/** Reads consecutive numbers of 0, 1, 2, 3, 4 or 8 bytes; 0 after the end. */
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
