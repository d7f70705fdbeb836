import { choicesOf, type InputSpec } from '../catalogue/NodeDefinition';
import type { Has } from '../version';
import { repr, show, showFloat, toBool, toFloat, toInt } from '../wire/pythonText';
import { configOf, problem, type Problem } from './problems';

/** Above this many choices an error does not repeat them. */
const MAX_CHOICES_SHOWN = 20;

/** `{"__value__": x}` means a plain x where a list would be read as a link. */
export function unwrap(value: unknown): unknown {
	const wrapped = value !== null && typeof value === 'object' && '__value__' in value;
	return wrapped ? (value as { __value__: unknown }).__value__ : value;
}

/** The value as the server stores it: INT, FLOAT, STRING and BOOLEAN are converted, all else stays. */
export function coerce(type: InputSpec[0], value: unknown): unknown {
	switch (type) {
		case 'INT':
			return toInt(value);
		case 'FLOAT':
			return toFloat(value);
		case 'STRING':
			return show(value);
		case 'BOOLEAN':
			return toBool(value);
		default:
			return value;
	}
}

function shown(spec: InputSpec, value: unknown): string {
	return spec[0] === 'FLOAT' && typeof value === 'number' ? showFloat(value) : show(value);
}

function outOfRange(name: string, spec: InputSpec, value: unknown): Problem | undefined {
	if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
	const { min, max } = (spec[1] ?? {}) as { min?: number | bigint; max?: number | bigint };
	const info = { input_name: name, input_config: configOf(spec), received_value: value };
	if (min !== undefined && value < min)
		return problem(
			'value_smaller_than_min',
			`Value ${shown(spec, value)} smaller than min of ${shown(spec, min)}`,
			name,
			info,
		);
	if (max !== undefined && value > max)
		return problem(
			'value_bigger_than_max',
			`Value ${shown(spec, value)} bigger than max of ${shown(spec, max)}`,
			name,
			info,
		);
	return undefined;
}

function contains(choices: unknown[], value: unknown): boolean {
	return choices.includes(value) || (typeof value === 'bigint' && choices.includes(Number(value)));
}

/** Choices of the older kind are always checked, `COMBO` ones from 0.8.0 on. */
function notInList(name: string, spec: InputSpec, value: unknown, has: Has): Problem | undefined {
	const [type, options] = spec;
	if (!Array.isArray(type) && !(type === 'COMBO' && has('combosChecked'))) return undefined;
	const choices = choicesOf(spec) ?? [];
	const many = has('combosChecked') && Boolean(options?.['multiselect']) && Array.isArray(value);
	const wrong = (many ? (value as unknown[]) : [value]).filter((one) => !contains(choices, one));
	if (wrong.length === 0) return undefined;
	const tooMany = choices.length > MAX_CHOICES_SHOWN;
	const list = tooMany ? `(list of length ${choices.length})` : show(choices);
	const values = has('combosChecked') ? wrong.map(repr).join(', ') : `'${show(value)}'`;
	return problem('value_not_in_list', 'Value not in list', `${name}: ${values} not in ${list}`, {
		input_name: name,
		input_config: tooMany ? null : configOf(spec),
		received_value: value,
	});
}

export function checkValue(name: string, spec: InputSpec, value: unknown, has: Has): Problem | undefined {
	return outOfRange(name, spec, value) ?? notInList(name, spec, value, has);
}
