import { joined } from '../metadata/binary';

/**
 * Unpacks zlib data.
 * @param most bytes that may come out
 * @returns undefined when the data is damaged, or when more would come out, however little goes in
 */
export async function inflate(data: Uint8Array, most: number): Promise<Uint8Array | undefined> {
	const parts: Uint8Array[] = [];
	let length = 0;
	try {
		const unpacked = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate'));
		for await (const part of unpacked as unknown as AsyncIterable<Uint8Array>) {
			length += part.byteLength;
			if (length > most) return undefined;
			parts.push(part);
		}
	} catch {
		return undefined;
	}
	return joined(parts);
}
