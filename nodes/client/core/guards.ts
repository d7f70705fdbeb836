/** Whether a value is an object with members: not null and not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Python's JSON fails at about a thousand levels, and so do recursive functions in JavaScript not long after. */
export const MAX_LEVELS = 500;

/** Whether a value is nested to more than so many levels. Goes level by level: recursion fails for deep values. */
export function isDeeperThan(value: unknown, max = MAX_LEVELS): boolean {
	let level: unknown[] = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > max) return true;
		level = level.flatMap((item) =>
			typeof item === 'object' && item !== null && !ArrayBuffer.isView(item) ? Object.values(item) : [],
		);
	}
	return false;
}
