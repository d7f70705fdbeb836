import { EndOfFile, type ByteReader } from '../metadata/ByteReader';
import { characters, uint32, uint64 } from '../metadata/binary';

/** A box whose content comes next. */
export interface Box {
	type: string;
	/** Position behind its content; infinite when it reaches to the end of the file. */
	end: number;
}

/**
 * Reads the header of a box.
 * @param end of what it stands in
 * @throws EndOfFile when the header cannot be
 */
export async function openBox(file: ByteReader, end: number): Promise<Box> {
	const start = file.position;
	const header = await file.need(8);
	const type = characters(header, 4);
	let size = uint32(header);
	if (size === 1) size = uint64(await file.need(8));
	if (size === 0) return { type, end };
	if (start + size < file.position) throw new EndOfFile();
	return { type, end: Math.min(start + size, end) };
}
