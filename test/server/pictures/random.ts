import { createHash } from 'node:crypto';

/** A number from 0 to 1, the same sequence for the same words. */
export type Random = () => number;

export function seededRandom(...words: unknown[]): Random {
	const digest = createHash('sha256').update(words.map(String).join('\u0000')).digest();
	let state = digest.readUInt32LE(0) | 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 0x1_0000_0000;
	};
}
