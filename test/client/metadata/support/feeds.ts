import { Readable } from 'node:stream';
import type { FileData } from '../../../../nodes/client';

/** The forms in which a file may be handed over. */

export async function* inPortions(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export const FORMS: Array<[form: string, make: (bytes: Uint8Array) => FileData]> = [
	['as bytes', (bytes) => bytes],
	['as bytes that are part of larger memory', (bytes) => Buffer.concat([Buffer.alloc(3), bytes]).subarray(3)],
	['as a Blob', (bytes) => new Blob([bytes])],
	['byte by byte', (bytes) => inPortions(bytes, 1)],
	['in portions of seven bytes', (bytes) => inPortions(bytes, 7)],
	['as a stream of Node.js', (bytes) => Readable.from(inPortions(bytes, 100))],
	['as a stream of the web', (bytes) => new Blob([bytes]).stream() as unknown as FileData],
];

/** A stream that reports how it ended. */
export class Watched implements AsyncIterable<Uint8Array> {
	given = 0;
	closed = 0;

	constructor(private readonly portions: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		try {
			for await (const portion of this.portions) {
				this.given += portion.length;
				yield portion;
			}
		} finally {
			this.closed++;
		}
	}
}
