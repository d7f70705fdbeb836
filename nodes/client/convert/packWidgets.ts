import { isRecord } from '../core/guards';
import type { UiNode } from './types';
import type { Field } from './widgets/fields';
import type { InputSpec } from './widgets/spec';

/** The values of a node after the changes that the front end of its pack makes when it loads a file. */
export interface PackValues {
	values: unknown;
	named?: Record<string, unknown>;
	/** Inputs that the pack's front end makes; the class does not declare them. */
	added: Array<[name: string, value: unknown]>;
}

/**
 * Reads a node's values as the front end of its pack does: rows of LoRAs become inputs, fields without a declaration
 * get their names, and older files are upgraded.
 * @param fields the fields of the class
 */
export function readPackValues(node: UiNode, fields: readonly Field[]): PackValues {
	const upgraded = upgradeEfficiency(node.type, upgradeVideoHelper(node.type, node.values), fields);
	if (!Array.isArray(upgraded))
		return { values: withLoras(upgraded, node), named: withLoras(node.namedValues, node), added: [] };
	const names = FIELD_NAMES.get(node.type);
	if (names) return { values: named(names, upgraded), added: [] };
	if (!upgraded.some(isLora)) return { values: upgraded, named: node.namedValues, added: [] };
	const rows = upgraded.filter(isLora);
	return {
		values: upgraded.filter((value) => !isLora(value) && !isSpacer(value)),
		added: rows.map((row, index) => [`lora_${index + 1}`, sentLora(row, node)]),
	};
}

/** Fields that rgthree's front end makes for classes without declared inputs, in the order of their values. */
const FIELD_NAMES = new Map([
	['Power Puter (rgthree)', ['outputs', 'code']],
	['Power Primitive (rgthree)', ['type', 'value']],
]);

function named(names: string[], values: unknown[]): Record<string, unknown> {
	const entries = names.flatMap((name, index) =>
		index < values.length ? [[name, values[index]] as const] : [],
	);
	return Object.fromEntries(
		entries.map(([name, value]) => [name, name === 'outputs' ? sentOutputs(value) : value]),
	);
}

/** The first versions of Power Puter saved a single output type as text, and called BOOLEAN "BOOL". */
function sentOutputs(value: unknown): unknown {
	const list: unknown = isRecord(value) ? value.outputs : [value];
	if (!Array.isArray(list)) return value;
	return { outputs: list.map((type: unknown) => (type === 'BOOL' ? 'BOOLEAN' : type)) };
}

type Lora = Record<string, unknown>;

/** A row of a LoRA stack, `{ on, lora, strength }`. */
const isLora = (value: unknown): value is Lora => isRecord(value) && 'lora' in value && 'strength' in value;

/** Headers, dividers and buttons between the rows. */
const isSpacer = (value: unknown) => value === '' || isRecord(value);

/** The second strength is only sent where the node shows it. */
function sentLora({ strengthTwo, ...row }: Lora, { properties }: UiNode): Lora {
	const isShown = properties['Show Strengths'] === 'Separate Model & Clip';
	return isShown ? { ...row, strengthTwo: strengthTwo ?? 1 } : row;
}

/** Values by name, with each row of a LoRA stack as it is sent. */
function withLoras<T>(values: T, node: UiNode): T {
	if (!isRecord(values)) return values;
	const entries = Object.entries(values).map(([name, value]) => [
		name,
		isLora(value) ? sentLora(value, node) : value,
	]);
	return Object.fromEntries(entries) as T;
}

/** Names of the values in lists of VideoHelperSuite before it saved by name. */
const VIDEO_HELPER_LISTS = new Map<string, Array<string | undefined>>([
	['VHS_LoadImages', ['directory', undefined, 'image_load_cap', 'skip_first_images', 'select_every_nth']],
	['VHS_LoadImagesPath', ['directory', 'image_load_cap', 'skip_first_images', 'select_every_nth']],
	['VHS_VideoCombine', ['frame_rate', 'loop_count', 'filename_prefix', 'format', 'pingpong', 'save_image']],
	[
		'VHS_LoadVideo',
		['video', 'force_rate', 'force_size', 'frame_load_cap', 'skip_first_frames', 'select_every_nth'],
	],
	[
		'VHS_LoadVideoPath',
		['video', 'force_rate', 'force_size', 'frame_load_cap', 'skip_first_frames', 'select_every_nth'],
	],
]);

/** VideoHelperSuite replaced `force_size` by a width and a height, and renamed `save_image`. */
function upgradeVideoHelper(type: string, values: unknown): unknown {
	if (!type.startsWith('VHS_')) return values;
	const names = VIDEO_HELPER_LISTS.get(type);
	const list =
		Array.isArray(values) && names && values.length >= names.length ? (values as unknown[]) : undefined;
	const byName = list
		? Object.fromEntries(names?.flatMap((name, index) => (name ? [[name, list[index]]] : [])) ?? [])
		: values;
	if (!isRecord(byName)) return values;
	const { force_size: size, save_image: saves, ...others } = byName;
	return {
		...others,
		...(type === 'VHS_VideoCombine' && saves !== undefined && { save_output: others.save_output ?? saves }),
		...(type !== 'VHS_VideoCombine' && saves !== undefined && { save_image: saves }),
		...(typeof size === 'string' && sizeOf(size)),
	};
}

/** `Disabled`, `Custom Width`, `Custom Height`, or `640x?`; 0 keeps the size of the video. */
function sizeOf(size: string): { custom_width?: number; custom_height?: number } {
	if (size.includes('x')) {
		const [width, height] = size
			.split('x')
			.map((part) => (part === '?' ? 0 : Number.parseInt(part, 10) || 0));
		return { custom_width: width, custom_height: height };
	}
	return {
		...(['Disabled', 'Custom Height'].includes(size) && { custom_width: 0 }),
		...(['Disabled', 'Custom Width'].includes(size) && { custom_height: 0 }),
	};
}

/** First choices of combos that only insert their value into a text: the front end always sends the first choice. */
const PICKER = /^.{0,4}Select the .{1,60} add to the text$/u;

/**
 * A field's value as the front ends of packs send it.
 * - A combo that inserts its value into a text (Impact, Inspire, Easy-Use) keeps its first choice.
 * - A truth value that was a combo in older files, and a combo that was a truth value.
 */
export function upgradeValue({ shownAs, choices, options }: InputSpec, saved: unknown): unknown {
	if (shownAs === 'COMBO') {
		const [first] = choices;
		if (typeof first === 'string' && (PICKER.test(first) || first === '#PRESET')) return first;
		const isMode = typeof saved === 'boolean' && choices.includes('populate') && choices.includes('fixed');
		return isMode ? (saved ? 'populate' : 'fixed') : saved;
	}
	if (shownAs !== 'BOOLEAN' || typeof saved !== 'string') return saved;
	if (saved === options.label_on) return true;
	return saved === options.label_off ? false : saved;
}

/** Fields that Efficiency Nodes added to its loaders in version 2. */
const LOADER_FIELDS = ['token_normalization', 'weight_interpretation'];

/** Adds the values of two fields to lists of Efficiency Nodes 1, as the front end of version 2 does. */
function upgradeEfficiency(type: string, values: unknown, fields: readonly Field[]): unknown {
	if (type !== 'Efficient Loader' && type !== 'Eff. Loader SDXL') return values;
	const at = fields.filter(({ saved }) => saved).findIndex(({ name }) => name === LOADER_FIELDS[0]);
	if (!Array.isArray(values) || at < 0 || typeof values[at] !== 'number') return values;
	return [...(values.slice(0, at) as unknown[]), 'none', 'comfy', ...(values.slice(at) as unknown[])];
}
