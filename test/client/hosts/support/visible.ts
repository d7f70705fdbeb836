import { inspect } from 'node:util';

/** Everything that a person or a log could come to see of a value. */
export function visible(value: unknown): string {
	const own = value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value;
	return `${JSON.stringify(own)} ${inspect(value, { depth: 8, showHidden: true })} ${String(value)}`;
}

/** A secret in all the shapes in which it may come back. */
export function shapesOf(secret: string): string[] {
	return [
		secret,
		encodeURIComponent(secret),
		new URLSearchParams({ secret }).toString().slice('secret='.length),
		btoa(secret),
	];
}
