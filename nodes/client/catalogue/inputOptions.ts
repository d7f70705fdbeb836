import type { NodeInput } from '../objectInfo/inputs';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';

/** What can stand in a list of choices. */
export type Choice = string | number | boolean | null;

type Options = Record<string, unknown>;
type Facts = Omit<NodeInput, 'name' | 'required' | 'type' | 'kind' | 'variants'>;

/**
 * Reads the options of an input. Members that the server left out are left out here too, so that the
 * result is plain JSON.
 * @param declared the type as the server wrote it: a name, or the older way of giving choices, a list
 */
export function readOptions(type: string, declared: unknown, options: Options): Facts {
	const facts: Facts = {
		default: options.default,
		min: number(options.min),
		max: number(options.max),
		step: number(options.step),
		multiline: flag(options.multiline),
		tooltip: typeof options.tooltip === 'string' && options.tooltip ? options.tooltip : undefined,
		choices: readChoices(type, declared, options),
		multiselect: flag(options.multiselect),
		upload: flag(Object.entries(options).some(([name, value]) => name.endsWith('_upload') && Boolean(value))),
		remote: readRoute(options.remote) ?? readRoute(options.remote_combo),
		members: type === 'COMFY_AUTOGROW_V3' ? readMembers(options.template) : undefined,
	};
	return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}

/** A list as type (V1), `options` of a COMBO (V2, V3), or the keys of a choice that brings inputs along. */
function readChoices(type: string, declared: unknown, { options }: Options): Choice[] | undefined {
	if (Array.isArray(declared)) return declared.filter(isChoice);
	if (!Array.isArray(options)) return undefined;
	if (type === 'COMFY_DYNAMICCOMBO_V3') return options.filter(isRecord).map(({ key }) => key as Choice);
	return type === 'COMBO' ? options.filter(isChoice) : undefined;
}

/** Where the editor asks for the choices; empty when that is not told. */
function readRoute(remote: unknown): string | undefined {
	return isRecord(remote) ? textOf(remote.route ?? '') : undefined;
}

function readMembers(template: unknown): NodeInput['members'] {
	if (!isRecord(template)) return undefined;
	const { prefix, names, min, max } = template;
	return {
		...(typeof prefix === 'string' && { prefix }),
		...(Array.isArray(names) && { names: names.map(textOf) }),
		...(typeof min === 'number' && { min }),
		...(typeof max === 'number' && { max }),
	};
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const flag = (value: unknown) => (value === true ? true : undefined);
const isChoice = (value: unknown): value is Choice =>
	value === null || ['string', 'number', 'boolean'].includes(typeof value);
