import type { ByteReader } from '../ByteReader';
import { characters, joined, uint32, viewOf } from '../binary';
import { MOST_BYTES, withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { isTiff, readExif } from './exif';
import type { Box } from '../../embedded/isoBox';
import { extentsOf, type Extent } from '../../embedded/isoLocations';

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
		const most = type === 'idat' ? MOST_BYTES : LONGEST_TABLE;
		if (WANTED.has(type) && !this.boxes.has(type) && length <= most) {
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
