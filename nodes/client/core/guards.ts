/** Whether a value is an object with members: not null and not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Python's JSON fails at about a thousand levels, and so do recursive functions in JavaScript not long after. */
export const MAX_LEVELS = 500;

/** Whether a value is nested to more than so many levels. Goes no deeper: recursion fails for deep values. */
export function isDeeperThan(value: unknown, max = MAX_LEVELS): boolean {
	return isNested(value) && isContainerDeeperThan(value, max);
}

function isContainerDeeperThan(container: object, max: number): boolean {
	if (Array.isArray(container)) {
		for (const member of container as unknown[]) if (isMemberDeeperThan(member, max)) return true;
		return false;
	}
	// Object.values() would make a list for each object of a workflow.
	for (const name in container) {
		if (!Object.hasOwn(container, name)) continue;
		if (isMemberDeeperThan((container as Record<string, unknown>)[name], max)) return true;
	}
	return false;
}

const isMemberDeeperThan = (member: unknown, max: number): boolean =>
	max <= 0 || (isNested(member) && isContainerDeeperThan(member, max - 1));

const isNested = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
