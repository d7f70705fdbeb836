import { UsageError } from '../errors';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of Node.js fire at once beyond 2^31 ms. */
const MAX_MS = 2 ** 31 - 1;

/** Reads a duration such as `90`, `90s`, `5m`, `1.5h`. @returns ms @throws UsageError */
export function parseDuration(text: string, name: string): number {
	const found = /^(\d{1,9}(?:\.\d{1,3})?)\s?([a-z]{0,3})$/.exec(text.trim().toLowerCase());
	const ms = found ? Number(found[1]) * (UNITS[found[2] || 's'] ?? Number.NaN) : Number.NaN;
	if (ms > 0 && ms <= MAX_MS) return Math.round(ms);
	throw new UsageError(`${name} is not a duration: ${text}`, 'Write it like 90s, 5m or 1h; at most 24 days.');
}

/** Reads a whole number. @throws UsageError */
export function parseCount(text: string, name: string, { min = 0, max = 100_000 } = {}): number {
	const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
	if (number >= min && number <= max) return number;
	throw new UsageError(`${name} has to be a whole number from ${min} to ${max}; it is ${text}`);
}
