/** Reads numbers and texts from bytes. Reading past the end throws a RangeError, so callers check lengths. */

/** A view on exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Big-endian. */
export function uint32(bytes: Uint8Array, at = 0): number {
	return viewOf(bytes).getUint32(at);
}

/** Little-endian. */
export function uint32Little(bytes: Uint8Array, at = 0): number {
	return viewOf(bytes).getUint32(at, true);
}

/** Big-endian. Inexact beyond 2^53, which no file reaches. */
export function uint64(bytes: Uint8Array, at = 0): number {
	return Number(viewOf(bytes).getBigUint64(at));
}

/** One character per byte, at most 1024; for signatures and names. */
export function latin1(bytes: Uint8Array, from = 0, to = bytes.byteLength): string {
	return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 1024)));
}

/** Whether these characters are at this offset. */
export function hasText(bytes: Uint8Array, text: string, at = 0): boolean {
	return latin1(bytes, at, at + text.length) === text;
}

/** Offset of the next zero byte, or the end. */
export function endOfString(bytes: Uint8Array, from = 0): number {
	const at = bytes.indexOf(0, from);
	return at < 0 ? bytes.byteLength : at;
}

/** Decodes UTF-8, or Latin-1 where the bytes are not valid UTF-8: many writers ignore their format's rule. */
export function decode(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('latin1').decode(bytes);
	}
}

/** All parts in one array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
	if (parts.length === 1) return parts[0];
	const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return whole;
}
