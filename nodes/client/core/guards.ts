/** Whether a value is an object with members: not null and not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Python's JSON fails at about a thousand levels, and so do recursive functions in JavaScript not long after. */
export const MAX_LEVELS = 500;

/** Whether a value is nested to more than so many levels. Goes level by level: recursion fails for deep values. */
export function isDeeperThan(value: unknown, max = MAX_LEVELS): boolean {
	let level = isNested(value) ? [value] : [];
	let hasValues = true;
	for (let depth = 0; hasValues; depth++) {
		if (depth > max) return true;
		hasValues = false;
		const next: object[] = []; // without the plain values, which are by far the most
		for (const item of level) {
			for (const member of Array.isArray(item) ? (item as unknown[]) : (Object.values(item) as unknown[])) {
				hasValues = true;
				if (isNested(member)) next.push(member);
			}
		}
		level = next;
	}
	return false;
}

const isNested = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
