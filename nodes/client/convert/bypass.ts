import type { Shape } from './nodeShapes';

/**
 * The input that stands in for an output of a bypassed node.
 * @param wanted type of the input at the far end
 * @returns index of the input, or -1
 */
export function bypassSlot({ slots, outputTypes }: Shape, output: number, wanted: string): number {
	if (slots.length === 0) return -1;
	if (wanted === '*' || wanted === '') return slots.length > output ? output : 0;
	const given = outputTypes[output] ?? '*';
	const fits = (type: string) => compatible(type, given) && compatible(type, wanted);
	if (output < slots.length && fits(slots[output].type)) return output;
	const exact = slots.findIndex(({ type }) => type === wanted);
	return exact >= 0 ? exact : slots.findIndex(({ type }) => fits(type));
}

/** Whether an output of one type may be connected to an input of another. */
function compatible(one: string, other: string): boolean {
	if (isAny(one) || isAny(other) || one === other) return true;
	const names = one.toLowerCase().split(',');
	const others = new Set(other.toLowerCase().split(','));
	return names.some((name) => others.has(name) || isAny(name)) || others.has('*') || others.has('');
}

const isAny = (type: string) => type === '*' || type === '';
