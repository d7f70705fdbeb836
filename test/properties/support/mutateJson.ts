import fc, { type Arbitrary } from 'fast-check';
import { BigInteger } from '../../../nodes/client/core/json';
import { weirdKey, weirdValue } from './weird';

type Kind = 'replace' | 'remove' | 'add' | 'copy' | 'swap' | 'rename';

interface Change {
	kind: Kind;
	/** Where: the way down from the root. */
	at: number[];
	from: number[];
	key: string;
	value: unknown;
}

const way = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 9 });
const change: Arbitrary<Change> = fc.record({
	kind: fc.constantFrom<Kind>('replace', 'replace', 'remove', 'add', 'copy', 'swap', 'rename'),
	at: way,
	from: way,
	key: weirdKey,
	value: weirdValue,
});

/** Valid documents of which a few places are changed: what such a program is most likely to get. */
export function mutated<T>(valid: readonly T[], most = 6): Arbitrary<T> {
	return fc
		.tuple(fc.constantFrom(...valid), fc.array(change, { maxLength: most }))
		.map(([document, changes]) => changes.reduce<unknown>(apply, copyOf(document)) as T);
}

type Holder = Record<string, unknown>;

/** The holder and the name of the place that a way leads to. */
function placeOf(root: unknown, steps: number[]): [Holder, string] | undefined {
	let place: [Holder, string] | undefined;
	let value = root;
	for (const step of steps) {
		if (typeof value !== 'object' || value === null || value instanceof BigInteger) break;
		const keys = Object.keys(value);
		if (keys.length === 0) break;
		const key = keys[step % keys.length];
		place = [value as Holder, key];
		value = (value as Holder)[key];
	}
	return place;
}

function apply(root: unknown, { kind, at, from, key, value }: Change): unknown {
	const place = placeOf(root, at);
	if (!place) return root;
	const [holder, name] = place;
	const other = placeOf(root, from);
	if (kind === 'replace')
		define(holder, name, copyOf(value)); // what is generated is shared
	else if (kind === 'remove') delete holder[name];
	else if (kind === 'add') define(holder, key, copyOf(value));
	else if (kind === 'rename') define(holder, key, copyOf(holder[name]));
	else if (other) {
		const found = copyOf(other[0][other[1]]); // a copy, or there would be circles
		if (kind === 'swap') define(other[0], other[1], copyOf(holder[name]));
		define(holder, name, found);
	}
	return root;
}

/** A copy as JSON.parse would make it; 64-bit integers stay what they are. */
function copyOf(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || value instanceof BigInteger) return value;
	if (Array.isArray(value)) return value.map(copyOf);
	const copy: Holder = {};
	for (const [name, item] of Object.entries(value)) define(copy, name, copyOf(item));
	return copy;
}

/** As JSON.parse does it: a member, whatever its name. */
function define(holder: Holder, name: string, value: unknown): void {
	if (Array.isArray(holder) && !/^\d{1,4}$/.test(name)) return;
	Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
}
