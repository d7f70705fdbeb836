import { BigInteger } from '../core/json';
import { isLink } from '../core/ApiWorkflow';

/**
 * Gives a value that was typed as text the type of the value it replaces: numbers stay numbers and
 * "false" does not become true (the server would make any non-empty text true).
 * @param current the value in the workflow
 */
export function coerceLike(current: unknown, value: unknown): unknown {
	if (typeof value !== 'string' || isLink(current)) return value;
	if (typeof current === 'number' || current instanceof BigInteger) return toNumber(value) ?? value;
	if (typeof current === 'boolean') return toBoolean(value) ?? value;
	return value;
}

/** A number that keeps all digits of a 64-bit integer; undefined when the text is none. */
export function toNumber(given: string): number | BigInteger | undefined {
	const text = given.trim();
	if (text === '' || !Number.isFinite(Number(text))) return undefined;
	const isLong = /^-?[1-9]\d{15,}$/.test(text) && !Number.isSafeInteger(Number(text));
	return isLong ? new BigInteger(text) : Number(text);
}

/** What people write for yes and no; undefined when it is neither. */
export function toBoolean(text: string): boolean | undefined {
	if (/^(true|yes|on|1)$/i.test(text.trim())) return true;
	if (/^(false|no|off|0)$/i.test(text.trim())) return false;
	return undefined;
}
