import { titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { cutText, textOf } from '../core/text';
import type { NodeInput } from '../objectInfo/inputs';
import { definitionOf, type ObjectInfo } from '../objectInfo/types';
import type { InputAddress } from '../workflow/declaredInputs';
import type { Role } from './roles';
import type { MarkedInput } from './WorkflowField';

/** Characters of a label that a narrow form shows, such as the panel of a node in n8n. */
const VISIBLE_CHARACTERS = 27;

/** Names come from files of any kind. */
const MAX_NAME = 200;

/** A field that needs a label. */
export interface Unlabelled {
	/** The input that the label names. */
	target: InputAddress;
	declared?: NodeInput;
	/** The author's name for it. */
	given?: string;
	important: boolean;
}

/** What labels depend on besides the fields. */
interface Surroundings {
	workflow: ApiWorkflow;
	objectInfo: ObjectInfo;
	roles: Map<string, Role>;
}

/** A field on its way to a label. */
interface Open {
	index: number;
	field: Unlabelled;
	name: string;
	title: string;
	/** What its title has that the titles of fields with the same name do not begin with. */
	ending: string;
}

/**
 * Labels for the fields of a form: `Steps`, `Positive Prompt`, or the author's name. Where two would be equal, the title
 * of the node follows, and its id where the titles are equal too: `Steps · Refiner`, `Steps #12 · KSampler`. Labels
 * differ within the first {@link VISIBLE_CHARACTERS}.
 * @returns one label for each field, in the same order
 */
export function labelsOf(fields: readonly Unlabelled[], surroundings: Surroundings): string[] {
	const labels = new Map<number, string>();
	const taken = new Set<string>();
	let open = fields.map((field, index): Open => {
		const title = nodeTitle(field.target.nodeId, surroundings);
		return { index, field, name: nameOf(field, title, surroundings), title, ending: '' };
	});
	const attempts: Array<(one: Open) => string | undefined> = [
		({ name, field }) => (!field.given && VAGUE.has(name) ? undefined : name),
		({ name, title }) => `${name} · ${title}`,
		({ name, ending }) => (ending ? `${name} · ${ending}` : undefined),
		({ name, title, field }) => numbered(name, title, field.target.nodeId),
		({ name, index }) => `${shorten(name, VISIBLE_CHARACTERS - 9)} (${index + 1})`,
	];
	for (const [round, labelOf] of attempts.entries()) {
		if (round === 2) findEndings(open);
		const groups = groupBy(open, (one) => visible(labelOf(one) ?? ''));
		open = [...groups].flatMap(([key, group]) => {
			// A field that is hidden at first takes no plain name from one that is shown.
			const shown = round === 0 ? group.filter(({ field }) => field.important) : [];
			const only = group.length === 1 ? group[0] : shown.length === 1 ? shown[0] : undefined;
			if (!only || !key || taken.has(key)) return group;
			labels.set(only.index, labelOf(only) as string);
			taken.add(key);
			return group.filter((one) => one !== only);
		});
	}
	return fields.map((_, index) => labels.get(index) ?? `Input ${index + 1}`);
}

/** Names that say nothing without the node. */
const VAGUE = new Set('Any Data Index Input Item List Mode Name Option Output String Type Value'.split(' '));

function groupBy<T>(list: T[], keyOf: (one: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const one of list) {
		const key = keyOf(one);
		const group = groups.get(key);
		if (group) group.push(one);
		else groups.set(key, [one]);
	}
	return groups;
}

/** `BASE` and `REFINER` of `KSampler - BASE` and `KSampler - REFINER`, as these fit where the titles do not. */
function findEndings(fields: Open[]): void {
	for (const group of groupBy(fields, ({ name }) => name).values()) {
		const [first, ...others] = group.map(({ title }) => title);
		let length = first.length;
		for (const title of others) {
			let same = 0;
			while (same < length && title[same] === first[same]) same++;
			length = same;
		}
		while (length > 0 && /[\p{L}\p{N}]/u.test(first[length - 1])) length--;
		for (const one of group) one.ending = one.title.slice(length).trim();
	}
}

const visible = (label: string) => label.slice(0, VISIBLE_CHARACTERS);

/** `Steps #12 · KSampler`: the id is among the visible characters. */
function numbered(name: string, title: string, nodeId: string): string {
	const id = ` #${nodeId}`;
	return `${shorten(name, VISIBLE_CHARACTERS - id.length)}${id} · ${title}`;
}

const shorten = (text: string, max: number) =>
	text.length > max ? `${cutText(text, Math.max(max - 1, 1))}…` : text;

function nodeTitle(nodeId: string, { workflow, objectInfo }: Surroundings): string {
	const { class_type: type } = workflow[nodeId];
	const title = titleOf(workflow, nodeId)?.trim() || type;
	const shown = title === type ? textOf(definitionOf(type, objectInfo)?.display_name || type) : title;
	return shorten(shown, MAX_NAME);
}

/** The author's name, or what the input is for. */
function nameOf({ target, declared, given }: Unlabelled, title: string, surroundings: Surroundings): string {
	if (given) return shorten(given, MAX_NAME);
	const { workflow, objectInfo, roles } = surroundings;
	const { nodeId, input } = target;
	const { class_type: type } = workflow[nodeId];
	if (declared?.upload) return fileName(input, type);
	if (isPrompt(input, type, declared, objectInfo)) return promptName(input, roles.get(nodeId));
	if (input === 'value') return `${title} Value`;
	if (input === 'model_name' && /upscale/i.test(type)) return 'Upscale Model';
	if (input === 'clip_name' && /vision/i.test(type)) return 'CLIP Vision';
	return humanName(declared?.choices ? input.replace(/_name(?=\d*$)/, '') : input, input);
}

/** What a loader loads. */
function fileName(input: string, type: string): string {
	if (input !== 'file') return humanName(input);
	return ['Video', 'Audio', 'Image'].find((kind) => type.includes(kind)) ?? 'File';
}

/** Inputs for the text of a prompt; for some models, one for each text encoder. */
const PROMPT = /^(?:prompt|text|value|string|clip_[lgh]|text_[lgh]|t5xxl|llama)$/;

function isPrompt(
	input: string,
	type: string,
	declared: NodeInput | undefined,
	objectInfo: ObjectInfo,
): boolean {
	if (!PROMPT.test(input) || (declared && declared.type !== 'STRING')) return false;
	if (input === 'prompt') return true;
	const outputs: unknown = definitionOf(type, objectInfo)?.output;
	return Array.isArray(outputs) ? outputs.includes('CONDITIONING') : /encode/i.test(type);
}

/** `Positive Prompt`, `Negative Prompt (T5XXL)`. */
function promptName(input: string, role: Role | undefined): string {
	const name = role ? `${role === 'positive' ? 'Positive' : 'Negative'} Prompt` : 'Prompt';
	const encoder = ['prompt', 'text', 'value', 'string'].includes(input) ? '' : ` (${humanName(input)})`;
	return name + encoder;
}

/** Inputs whose names say too little. */
const NAMES = new Map([
	['ckpt_name', 'Checkpoint'],
	['unet_name', 'Diffusion Model'],
	['diffusion_model_name', 'Diffusion Model'],
	['clip_name', 'Text Encoder'],
	['clip_name1', 'Text Encoder 1'],
	['clip_name2', 'Text Encoder 2'],
	['clip_name3', 'Text Encoder 3'],
	['clip_name4', 'Text Encoder 4'],
	['control_net_name', 'ControlNet'],
	['n', 'Number of Outputs'],
	['noise_seed', 'Seed'],
	['strength_model', 'Model Strength'],
	['strength_clip', 'CLIP Strength'],
]);

/** What the editor writes where the author gave no name: `turbo_mode`. */
const IDENTIFIER = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** The author's name for an input; undefined when the editor only repeats the name of the input. */
export function authorsName({ label, from }: MarkedInput, { input }: InputAddress): string | undefined {
	if (label === input) return undefined;
	const isWritten = from === 'title' || from === 'external' || !IDENTIFIER.test(label);
	return isWritten ? label : humanName(label);
}

/** Words that are not written like others. */
const WORDS = new Map(
	'LoRA VAE CLIP CFG FPS ID URL API T5XXL GLIGEN RGB HDR GPU LLM PhotoMaker CRF JSON CSV UI X Y Z'
		.split(' ')
		.map((word) => [word.toLowerCase(), word]),
);

/**
 * The name of an input for people: `Batch Size` for `batch_size`, `LoRA 1 Strength` for `lora_1.strength`.
 * @param known the name by which the input is known; default: the same
 */
export function humanName(input: string, known = input): string {
	const special = NAMES.get(known);
	if (special) return special;
	const words = wordsOf(input);
	const isRepeated = words.length > 2 && words.at(-1) === words[0];
	const name = (isRepeated ? words.slice(0, -1) : words).join(' ');
	const dot = input.lastIndexOf('.');
	return name.length > VISIBLE_CHARACTERS && dot >= 0 ? humanName(input.slice(dot + 1)) : name || input;
}

function wordsOf(input: string): string[] {
	return cutText(input, 200)
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.split(/[\s_.]+/)
		.filter(Boolean)
		.map((word) => WORDS.get(word.toLowerCase()) ?? word.charAt(0).toUpperCase() + word.slice(1));
}
