import { InvalidInputError } from '../../core/errors';
import { BigInteger } from '../../core/json';
import { show } from '../../core/text';

type Inputs = Record<string, unknown>;

/** Inputs without the ones that have no value at all. */
export function givenInputs(inputs: Inputs): Inputs {
	return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/**
 * Inputs as the open-source web app takes them: texts and numbers. Integers beyond 2^53 go as text, which
 * its nodes read digit by digit; as numbers they would be rounded there.
 * @throws InvalidInputError that names the input it does not take
 */
export function plainInputs(inputs: Inputs): Record<string, string | number> {
	const plain = Object.entries(givenInputs(inputs)).map(([name, value]) => [name, plainValue(name, value)]);
	return Object.fromEntries(plain);
}

function plainValue(name: string, value: unknown): string | number {
	if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
	if (value instanceof BigInteger) return value.digits;
	throw new InvalidInputError(
		`The input ${show(name)} is ${show(value)}, but this ComfyUI Deploy (the open-source web app) takes only texts and numbers.`,
		value === null
			? 'Leave the input out to have the default of the deployment, or give it a value.'
			: 'Give it as a text or a number that the node behind the input understands, such as JSON text for a list; the hosted ComfyUI Deploy takes other values too.',
	);
}
