import { orAborted, throwIfAborted } from '../core/time';
import { AbortedError } from '../core/errors';
import type { FileData } from '../transport/http';

/** Where the bytes of a file come from: one after the other, passed over for free where that is possible. */
export interface ByteSource {
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
export function openSource(file: FileData, signal?: AbortSignal): ByteSource {
	if (file instanceof Uint8Array) {
		return stored(file.byteLength, async (from) => file.subarray(from), signal);
	}
	if (file instanceof Blob) {
		const portion = async (from: number) =>
			new Uint8Array(await file.slice(from, from + PORTION).arrayBuffer());
		return stored(file.size, portion, signal);
	}
	return streamed(file, signal);
}

/** A file that can be read from any place. */
function stored(
	size: number,
	portion: (from: number) => Promise<Uint8Array>,
	signal?: AbortSignal,
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

function streamed(file: AsyncIterable<Uint8Array>, signal?: AbortSignal): ByteSource {
	const iterator = file[Symbol.asyncIterator]();
	let hasEnded = false;
	return {
		async next() {
			throwIfAborted(signal);
			if (hasEnded) return undefined;
			const part = await orAborted(iterator.next(), signal).catch((error: unknown) => {
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
