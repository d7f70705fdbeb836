import { textOf } from '../core/text';
import { isRecord } from '../core/guards';
import type { InputSpec, NodeDefinition } from './types';

/** One input of a node type, the same for all of ComfyUI's notations. */
export interface NodeInput {
	name: string;
	required: boolean;
	/** `INT`, `FLOAT`, `STRING`, `BOOLEAN`, `COMBO` or the type of a connection, such as `MODEL`. */
	type: string;
	/** Whether a person fills it in or another node's output is connected to it. */
	kind: 'value' | 'connection';
	default?: unknown;
	min?: number;
	max?: number;
	step?: number;
	multiline?: boolean;
	tooltip?: string;
	/** What may be chosen; empty when nothing is installed, absent when the server does not list it here. */
	choices?: Choice[];
	/** Several choices may be taken at once. */
	multiselect?: boolean;
	/** The input takes an uploaded file: names in subfolders and annotated names are valid besides the choices. */
	upload?: boolean;
	/** Route of the server that lists the choices. */
	remote?: string;
	/** Inputs that come with a choice; their names are `this.that`. */
	variants?: Array<{ choice: Choice; inputs: NodeInput[] }>;
	/** A group that grows: its members are the inputs `this.member`, and each takes what `input` says. */
	members?: { prefix?: string; names?: string[]; min?: number; max?: number; input?: NodeInput };
	/** All inputs and outputs of a node with the same `id` have the same type: one of `types`, or any. */
	match?: { id: string; types?: string[] };
}

type Group = Record<string, InputSpec>;

/** Types that the editor shows a field for; anything else can only be connected. */
const VALUE_TYPES = new Set(
	(
		'INT FLOAT BOOLEAN STRING COMBO MARKDOWN TEXTAREA COLOR COLORS BOUNDING_BOX BOUNDING_BOXES CURVE RANGE CHART ' +
		'GALLERIA PAINTER IMAGECOMPARE COMFY_DYNAMICCOMBO_V3 IMAGEUPLOAD AUDIOUPLOAD AUDIO_UI AUDIO_RECORD WEBCAM ' +
		'LOAD_3D LOAD_3D_ANIMATION'
	).split(' '),
);

/**
 * The inputs of a node type in the order of the editor. Those that the server fills in are left out.
 */
export function listInputs(definition: NodeDefinition): NodeInput[] {
	return fromGroups(definition.input, '', definition.input_order);
}

/**
 * The inputs that a node with these values has: {@link listInputs} and, for each choice that brings
 * inputs along, those of the choice that was taken.
 */
export function activeInputs(definition: NodeDefinition, values: Record<string, unknown>): NodeInput[] {
	return withVariants(listInputs(definition), values);
}

/** The given inputs and, for each choice that brings inputs along, those of the choice that was taken. */
export function withVariants(inputs: NodeInput[], values: Record<string, unknown>): NodeInput[] {
	return inputs.flatMap((input) => {
		const taken = input.variants?.find(({ choice }) => choice === values[input.name]);
		return taken ? [input, ...withVariants(taken.inputs, values)] : [input];
	});
}

/** The given inputs and those that come with any choice. */
export function withAllVariants(inputs: NodeInput[]): NodeInput[] {
	return inputs.flatMap((input) => [
		input,
		...withAllVariants((input.variants ?? []).flatMap((variant) => variant.inputs)),
	]);
}

/** Whether a name is one that the members of a group that grows have. */
export function isMemberOf({ name: group, members }: NodeInput, name: string): boolean {
	if (!members || !name.startsWith(`${group}.`)) return false;
	const member = name.slice(group.length + 1);
	if (members.names) return members.names.includes(member);
	const { prefix = '', max = Infinity } = members;
	const index = member.slice(prefix.length);
	return member.startsWith(prefix) && /^\d+$/.test(index) && Number(index) < max;
}

function fromGroups(input: unknown, prefix: string, order?: NodeDefinition['input_order']): NodeInput[] {
	const groups = isRecord(input) ? input : {};
	const required = toGroup(groups.required);
	const optional = toGroup(groups.optional);
	const names = new Set([
		...toNames(order?.required),
		...toNames(order?.optional),
		...Object.keys(required),
		...Object.keys(optional),
	]);
	return [...names].flatMap((name) => {
		if (Object.hasOwn(required, name)) return [toInput(prefix + name, required[name], true)];
		return Object.hasOwn(optional, name) ? [toInput(prefix + name, optional[name], false)] : [];
	});
}

function toInput(name: string, spec: unknown, required: boolean): NodeInput {
	const [declared, second]: unknown[] = Array.isArray(spec) ? spec : ['*'];
	const options = isRecord(second) ? second : {};
	const type = Array.isArray(declared) ? 'COMBO' : textOf(declared);
	const shownAs = typeof options.widgetType === 'string' ? options.widgetType : type;
	const kind = VALUE_TYPES.has(shownAs) && options.forceInput !== true ? 'value' : 'connection';
	const variants = type === 'COMFY_DYNAMICCOMBO_V3' && { variants: toVariants(options.options, `${name}.`) };
	return { name, required, type, kind, ...readOptions(type, declared, options), ...variants };
}

function toVariants(options: unknown, prefix: string): NonNullable<NodeInput['variants']> {
	return (Array.isArray(options) ? options : [])
		.filter(isRecord)
		.map(({ key, inputs }) => ({ choice: key as Choice, inputs: fromGroups(inputs, prefix) }));
}

const toGroup = (value: unknown): Group => (isRecord(value) ? (value as Group) : {});
const toNames = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);

/** A choice of an input. */
export type Choice = string | number | boolean | null;

type Options = Record<string, unknown>;
type Facts = Omit<NodeInput, 'name' | 'required' | 'type' | 'kind' | 'variants'>;

/**
 * Reads the options of an input. Members that the server left out are left out here too, so that the
 * result is plain JSON.
 * @param declared the type as the server wrote it: a name, or the older way of giving choices, a list
 */
function readOptions(type: string, declared: unknown, options: Options): Facts {
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
		match: type === 'COMFY_MATCHTYPE_V3' ? readMatch(options.template) : undefined,
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

/** The route that the editor loads the choices from; empty when the definition does not name it. */
function readRoute(remote: unknown): string | undefined {
	return isRecord(remote) ? textOf(remote.route ?? '') : undefined;
}

function readMembers(template: unknown): NodeInput['members'] {
	if (!isRecord(template)) return undefined;
	const { prefix, names, min, max } = template;
	const [input] = fromGroups(template.input, '');
	return {
		...(typeof prefix === 'string' && { prefix }),
		...(Array.isArray(names) && { names: names.map(textOf) }),
		...(typeof min === 'number' && { min }),
		...(typeof max === 'number' && { max }),
		...(input && { input }),
	};
}

function readMatch(template: unknown): NodeInput['match'] {
	if (!isRecord(template) || typeof template.template_id !== 'string') return undefined;
	const types = textOf(template.allowed_types ?? '*').split(',');
	return { id: template.template_id, ...(!types.includes('*') && { types }) };
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const flag = (value: unknown) => (value === true ? true : undefined);
const isChoice = (value: unknown): value is Choice =>
	value === null || ['string', 'number', 'boolean'].includes(typeof value);
