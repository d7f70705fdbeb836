/** Python's JSON gives up at about a thousand levels, and so do recursive functions here not long after. */
export const MAX_LEVELS = 500;

/** Whether a value holds values in values to more than so many levels. Goes level by level: recursion is what deep values break. */
export function isDeeperThan(value: unknown, max = MAX_LEVELS): boolean {
	let level: unknown[] = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > max) return true;
		level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
	}
	return false;
}
