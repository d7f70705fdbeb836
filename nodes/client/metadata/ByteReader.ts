import { concatBytes } from './binary';
import { type AbortOptions, orAborted, throwIfAborted } from '../core/time';
import { AbortedError } from '../core/errors';
import type { FileData } from '../transport/http';

/** The file has no more bytes, or its next bytes are invalid. Texts found before this point stay valid. */
export class EndOfFile extends Error {
	constructor() {
		super('The file ends here.');
		this.name = 'EndOfFile';
	}
}

const NOTHING = new Uint8Array(0);
const INITIAL_BUFFER = 64 * 1024;
/** Limits the work for one file: a PNG of 1 GB takes a quarter of these steps; a crafted file takes more. */
const MAX_STEPS = 1_000_000;

/** Reads a file forward and buffers only what the caller asks for. */
export class ByteReader {
	/** Bytes read or skipped so far. */
	position = 0;
	private held: Uint8Array = NOTHING;
	private steps = 0;

	constructor(private readonly source: ByteSource) {}

	/**
	 * Reads the next bytes.
	 * @param length bytes; the caller limits it
	 * @throws EndOfFile when the file has fewer
	 */
	async read(length: number): Promise<Uint8Array> {
		const bytes = await this.collect(length);
		if (bytes.byteLength < length) throw new EndOfFile();
		this.position += length;
		return bytes;
	}

	/** The next bytes, at most `length`, without moving on. */
	async peek(length: number): Promise<Uint8Array> {
		if (this.held.byteLength >= length) return this.held.subarray(0, length);
		const bytes = await this.collect(length);
		this.held = concatBytes([bytes, this.held]);
		return bytes;
	}

	/** Whether the file has no more bytes. */
	async atEnd(): Promise<boolean> {
		return (await this.peek(1)).byteLength === 0;
	}

	/** The remaining bytes, at most `max`. */
	async rest(max: number): Promise<Uint8Array> {
		const bytes = await this.collect(max);
		this.position += bytes.byteLength;
		return bytes;
	}

	/**
	 * Skips bytes without buffering them.
	 * @throws EndOfFile when the file has fewer
	 */
	async skip(length: number): Promise<void> {
		this.count();
		this.position += length;
		let left = length - this.held.byteLength;
		this.held = left < 0 ? this.held.subarray(length) : NOTHING;
		if (left > 0) left -= this.source.skip(left);
		while (left > 0) {
			const chunk = await this.source.next();
			if (!chunk) throw new EndOfFile();
			if (chunk.byteLength > left) this.held = chunk.subarray(left);
			left -= chunk.byteLength;
		}
	}

	/**
	 * Skips to a position in the file.
	 * @throws EndOfFile when the position was passed already, or lies after the end
	 */
	async skipTo(position: number): Promise<void> {
		if (!(position >= this.position)) throw new EndOfFile();
		if (position > this.position) await this.skip(position - this.position);
	}

	/** Closes the file, also before its end. */
	async close(): Promise<void> {
		this.held = NOTHING;
		await this.source.close();
	}

	/** The buffer grows with the bytes that arrive, never with the value of a length field. */
	private async collect(length: number): Promise<Uint8Array> {
		this.count();
		if (this.held.byteLength >= length) return this.take(length);
		let buffer = new Uint8Array(Math.min(length, INITIAL_BUFFER));
		let filled = 0;
		while (filled < length) {
			if (this.held.byteLength === 0) {
				const chunk = await this.source.next();
				if (!chunk) break;
				this.held = chunk;
			}
			const part = this.take(Math.min(this.held.byteLength, length - filled));
			if (filled + part.byteLength > buffer.byteLength) {
				const larger = new Uint8Array(
					Math.min(length, Math.max(filled + part.byteLength, buffer.byteLength * 2)),
				);
				larger.set(buffer.subarray(0, filled));
				buffer = larger;
			}
			buffer.set(part, filled);
			filled += part.byteLength;
		}
		return buffer.subarray(0, filled);
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

/** Source of the bytes of a file, in order. A stored file skips bytes without reading them. */
interface ByteSource {
	/**
	 * The next chunk of any size; undefined at the end.
	 * @throws AbortedError
	 */
	next(): Promise<Uint8Array | undefined>;
	/** Skips bytes without reading them. Returns how many it skipped; 0 for streams. */
	skip(length: number): number;
	/** Releases the file; closes a stream that has not ended. */
	close(): Promise<void>;
}

const CHUNK_LENGTH = 256 * 1024;

/** Opens a file in any form that uploads accept. */
export function openSource(file: FileData, { signal }: AbortOptions = {}): ByteSource {
	if (file instanceof Uint8Array) {
		return stored(file.byteLength, async (from) => file.subarray(from), { signal });
	}
	if (file instanceof Blob) {
		const chunk = async (from: number) =>
			new Uint8Array(await file.slice(from, from + CHUNK_LENGTH).arrayBuffer());
		return stored(file.size, chunk, { signal });
	}
	return streamed(file, { signal });
}

/** A file in memory or on disk: any position can be read. */
function stored(
	size: number,
	chunk: (from: number) => Promise<Uint8Array>,
	{ signal }: AbortOptions = {},
): ByteSource {
	let position = 0;
	return {
		async next() {
			throwIfAborted(signal);
			if (position >= size) return undefined;
			const bytes = await chunk(position);
			position += bytes.byteLength;
			return bytes;
		},
		skip(length) {
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
				// A stream that failed has ended; an aborted wait has not ended the stream.
				hasEnded = !(error instanceof AbortedError);
				throw error;
			});
			hasEnded = part.done === true;
			return part.done ? undefined : part.value;
		},
		skip: () => 0,
		async close() {
			if (hasEnded) return;
			hasEnded = true;
			const closed = iterator.return?.();
			if (!signal?.aborted) return void (await closed);
			// `return` waits for a chunk that may never arrive, so a Node.js stream is destroyed instead.
			closed?.catch(() => {}); // the caller has aborted, so nothing can report this error
			if ('destroy' in file && typeof file.destroy === 'function') file.destroy();
		},
	};
}
