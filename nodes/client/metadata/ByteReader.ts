import { joined } from './binary';
import { type AbortOptions, orAborted, throwIfAborted } from '../core/time';
import { AbortedError } from '../core/errors';
import type { FileData } from '../transport/http';

/** The file has no more bytes, or goes on in a way that cannot be read. What was found until then counts. */
export class EndOfFile extends Error {
	constructor() {
		super('The file ends here.');
		this.name = 'EndOfFile';
	}
}

const NOTHING = new Uint8Array(0);
const FIRST_ROOM = 64 * 1024;
/** A file of so many tiny pieces is made to keep its reader busy; a PNG of 1 GB takes a quarter of them. */
const MAX_STEPS = 1_000_000;

/** Reads a file from front to back and holds no more of it than was asked for. */
export class ByteReader {
	/** Bytes read or passed over. */
	position = 0;
	private held: Uint8Array = NOTHING;
	private steps = 0;

	constructor(private readonly source: ByteSource) {}

	/**
	 * The next bytes, read.
	 * @param length bytes; the caller keeps it within bounds
	 * @throws EndOfFile when there are fewer
	 */
	async need(length: number): Promise<Uint8Array> {
		const bytes = await this.collect(length);
		if (bytes.byteLength < length) throw new EndOfFile();
		this.position += length;
		return bytes;
	}

	/** The next bytes, up to a length, without taking them. */
	async peek(length: number): Promise<Uint8Array> {
		if (this.held.byteLength >= length) return this.held.subarray(0, length);
		const bytes = await this.collect(length);
		this.held = joined([bytes, this.held]);
		return bytes;
	}

	/** Whether nothing is left. */
	async atEnd(): Promise<boolean> {
		return (await this.peek(1)).byteLength === 0;
	}

	/** All that is left, cut off after `most` bytes. */
	async rest(max: number): Promise<Uint8Array> {
		const bytes = await this.collect(max);
		this.position += bytes.byteLength;
		return bytes;
	}

	/**
	 * Passes over bytes; none of them is kept.
	 * @throws EndOfFile when there are fewer
	 */
	async skip(length: number): Promise<void> {
		this.count();
		this.position += length;
		let left = length - this.held.byteLength;
		this.held = left < 0 ? this.held.subarray(length) : NOTHING;
		if (left > 0) left -= this.source.passOver(left);
		while (left > 0) {
			const portion = await this.source.next();
			if (!portion) throw new EndOfFile();
			if (portion.byteLength > left) this.held = portion.subarray(left);
			left -= portion.byteLength;
		}
	}

	/**
	 * Passes over what lies before a place in the file.
	 * @throws EndOfFile when the place is behind already, or after the end
	 */
	async skipTo(position: number): Promise<void> {
		if (!(position >= this.position)) throw new EndOfFile();
		if (position > this.position) await this.skip(position - this.position);
	}

	/** Closes the file, at its end or before. */
	async close(): Promise<void> {
		this.held = NOTHING;
		await this.source.close();
	}

	/** Room grows with what arrives, never with what a length field promises. */
	private async collect(length: number): Promise<Uint8Array> {
		this.count();
		if (this.held.byteLength >= length) return this.take(length);
		let room = new Uint8Array(Math.min(length, FIRST_ROOM));
		let filled = 0;
		while (filled < length) {
			if (this.held.byteLength === 0) {
				const portion = await this.source.next();
				if (!portion) break;
				this.held = portion;
			}
			const part = this.take(Math.min(this.held.byteLength, length - filled));
			if (filled + part.byteLength > room.byteLength) {
				const larger = new Uint8Array(
					Math.min(length, Math.max(filled + part.byteLength, room.byteLength * 2)),
				);
				larger.set(room.subarray(0, filled));
				room = larger;
			}
			room.set(part, filled);
			filled += part.byteLength;
		}
		return room.subarray(0, filled);
	}

	private take(length: number): Uint8Array {
		const bytes = this.held.subarray(0, length);
		this.held = this.held.subarray(length);
		return bytes;
	}

	private count(): void {
		if (++this.steps > MAX_STEPS) throw new EndOfFile();
	}
}

/** Where the bytes of a file come from: one after the other, passed over for free where that is possible. */
interface ByteSource {
	/**
	 * The bytes that come next, in whatever portion; undefined at the end.
	 * @throws AbortedError
	 */
	next(): Promise<Uint8Array | undefined>;
	/** Passes over bytes without reading them. Returns how many it could pass over; 0 for streams. */
	passOver(length: number): number;
	/** Lets go of the file; a stream is closed although it has not ended. */
	close(): Promise<void>;
}

const PORTION = 256 * 1024;

/** Opens a file in any form that uploads take as well. */
export function openSource(file: FileData, { signal }: AbortOptions = {}): ByteSource {
	if (file instanceof Uint8Array) {
		return stored(file.byteLength, async (from) => file.subarray(from), { signal });
	}
	if (file instanceof Blob) {
		const portion = async (from: number) =>
			new Uint8Array(await file.slice(from, from + PORTION).arrayBuffer());
		return stored(file.size, portion, { signal });
	}
	return streamed(file, { signal });
}

/** A file that can be read from any place. */
function stored(
	size: number,
	portion: (from: number) => Promise<Uint8Array>,
	{ signal }: AbortOptions = {},
): ByteSource {
	let position = 0;
	return {
		async next() {
			throwIfAborted(signal);
			if (position >= size) return undefined;
			const bytes = await portion(position);
			position += bytes.byteLength;
			return bytes;
		},
		passOver(length) {
			const passed = Math.min(length, size - position);
			position += passed;
			return passed;
		},
		async close() {},
	};
}

function streamed(file: AsyncIterable<Uint8Array>, { signal }: AbortOptions = {}): ByteSource {
	const iterator = file[Symbol.asyncIterator]();
	let hasEnded = false;
	return {
		async next() {
			throwIfAborted(signal);
			if (hasEnded) return undefined;
			const part = await orAborted(iterator.next(), { signal }).catch((error: unknown) => {
				// A stream that failed has ended; one that nobody waits for any longer has not.
				hasEnded = !(error instanceof AbortedError);
				throw error;
			});
			hasEnded = part.done === true;
			return part.done ? undefined : part.value;
		},
		passOver: () => 0,
		async close() {
			if (hasEnded) return;
			hasEnded = true;
			const closed = iterator.return?.();
			if (!signal?.aborted) return void (await closed);
			// `return` waits for a portion that may never come: a Node.js stream is torn down instead.
			closed?.catch(() => {}); // nobody waits for it
			if ('destroy' in file && typeof file.destroy === 'function') file.destroy();
		},
	};
}
