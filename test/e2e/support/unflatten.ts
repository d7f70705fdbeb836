/**
 * Reads what n8n stores of an execution: a list of values, in which strings inside of objects and lists are
 * places in that list.
 */
export function unflatten(text: string): unknown {
	const values = JSON.parse(text) as unknown[];
	const known = new Map<number, unknown>();
	const at = (place: number): unknown => {
		const value = values[place];
		if (typeof value !== 'object' || value === null) return value;
		if (known.has(place)) return known.get(place);
		const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
		known.set(place, copy);
		for (const [key, member] of Object.entries(value))
			(copy as Record<string, unknown>)[key] = typeof member === 'string' ? at(Number(member)) : member;
		return copy;
	};
	return at(0);
}
