import { InvalidInputError } from 'comfyui-workflows-client';

interface NumberRules {
	min: number;
	/** For a field that is empty. */
	byDefault: number;
	whole?: boolean;
}

/** A number of a field of a node, also from an environment variable. @throws InvalidInputError that names the field */
export function readNumber(
	value: string | number | undefined,
	field: string,
	{ min, byDefault, whole = false }: NumberRules,
): number {
	if (value === undefined || String(value).trim() === '') return byDefault;
	const number = Number(value);
	if (Number.isFinite(number) && number >= min && (!whole || Number.isInteger(number))) return number;
	throw new InvalidInputError(
		`"${field}" has to be a ${whole ? 'whole ' : ''}number, ${min} or more.`,
		'Correct it in the node, or the environment variable that it takes.',
	);
}
