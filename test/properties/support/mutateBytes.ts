import fc, { type Arbitrary } from 'fast-check';

type Kind = 'set' | 'cut' | 'insert' | 'remove' | 'repeat' | 'length' | 'splice';

interface Change {
	kind: Kind;
	/** Where, as a share of the length. */
	at: number;
	count: number;
	bytes: Uint8Array;
}

const LENGTHS = [
	'00000000',
	'ffffffff',
	'7fffffff',
	'80000000',
	'00000001',
	'fffffff0',
	'0000ffff',
	'01000000',
];

const change: Arbitrary<Change> = fc.record({
	kind: fc.constantFrom<Kind>(
		'set',
		'set',
		'cut',
		'insert',
		'remove',
		'repeat',
		'length',
		'length',
		'splice',
	),
	at: fc.double({ min: 0, max: 1, noNaN: true }),
	count: fc.oneof(fc.nat(16), fc.nat(600)),
	bytes: fc.oneof(
		fc.uint8Array({ minLength: 1, maxLength: 12 }),
		fc.constantFrom(...LENGTHS.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))),
	),
});

/** Valid files of which some bytes are changed, lost, repeated, or come from another file. */
export function mutatedBytes(valid: readonly Buffer[], most = 5): Arbitrary<Buffer> {
	const file = fc.constantFrom(...valid);
	return fc
		.tuple(file, file, fc.array(change, { minLength: 1, maxLength: most }))
		.map(([bytes, other, changes]) =>
			changes.reduce((now, one) => apply(now, one, other), Buffer.from(bytes)),
		);
}

function apply(file: Buffer, { kind, at, count, bytes }: Change, other: Buffer): Buffer {
	// heads matter most: half of the changes are within the first 300 bytes
	const place = Math.floor(at < 0.5 ? at * 2 * Math.min(file.length, 300) : (at - 0.5) * 2 * file.length);
	const [before, after] = [file.subarray(0, place), file.subarray(place)];
	switch (kind) {
		case 'set':
			return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
		case 'length':
			return Buffer.concat([before, bytes.subarray(0, 4), after.subarray(4)]);
		case 'cut':
			return Buffer.from(before);
		case 'insert':
			return Buffer.concat([before, bytes, after]);
		case 'remove':
			return Buffer.concat([before, after.subarray(count)]);
		case 'repeat':
			return Buffer.concat([before, after.subarray(0, count), after.subarray(0, count), after]);
		case 'splice':
			return Buffer.concat([before, other.subarray(Math.floor(at * other.length))]);
	}
}
