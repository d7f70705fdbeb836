/** Whether what comes out of one node may go into another, as the server decides it. */

/**
 * Whether an output fits an input. What cannot be told from the catalogue fits.
 * @param received the type of the output: a name, names with commas between, or a list of choices
 * @param wanted the type of the input
 */
export function fitsInput(received: unknown, wanted: string): boolean {
	if (typeof received !== 'string') return true; // choices: only the very same ones fit, which servers see differently
	if (isDynamic(received) || isDynamic(wanted)) return true;
	if (received === wanted) return true;
	const [given, taken] = [typesIn(received), typesIn(wanted)];
	return given.includes('*') || taken.includes('*') || given.some((type) => taken.includes(type));
}

/** Types such as COMFY_MATCHTYPE_V3 stand for others. */
function isDynamic(type: string): boolean {
	return type.startsWith('COMFY_');
}

const typesIn = (union: string) => union.split(',').map((type) => type.trim());
