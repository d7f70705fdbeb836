import type { NodeInput } from '../../objectInfo/inputs';
import { BigInteger } from '../../core/json';
import { isRecord } from '../../core/guards';

/** An input with a value, and its definition if the catalogue has it. */
export interface InputOfNode {
	nodeId: string;
	nodeType: string;
	name: string;
	value: unknown;
	known?: NodeInput;
}

const MODEL_FILE = /\.(safetensors|ckpt|pth?|bin|gguf|sft|onnx)$/i;
/** Any ending, also with the folder that it is in: `a.png [output]`. Not the `.5` of `v1.5`. */
const ANY_FILE = /\.[a-z][a-z\d]{1,11}( \[(input|output|temp)\])?$/i;
/** For model formats with endings of their own, such as TensorRT engines. */
const MODEL_INPUT = /(?:^|_)(?:ckpt|lora|vae|unet|clip|net|model|gligen|hypernetwork|encoder)_name\d*$/;
const FILE_INPUT = /^(image|mask|video|audio|file|model_file)$/;
const TEXT_INPUT = /^(text|prompt)s?\d*(_|$)|_(text|prompt)s?\d*$/i;
const OTHER_TEXT =
	/^(positive|negative|clip_[lgh]|t5xxl|llama|tags|lyrics|caption|instructions?|wildcards?)$/i;

/** The model files that an input names. */
export function modelsIn(input: InputOfNode): string[] {
	const { name, known } = input;
	if (known?.upload || known?.multiline) return [];
	// A file that may be chosen instead of a model file is one too, whatever its ending.
	const anyFile = known?.choices
		? known.choices.some((choice) => typeof choice === 'string' && MODEL_FILE.test(choice))
		: MODEL_INPUT.test(name);
	return namesIn(input.value).filter((value) => (anyFile ? ANY_FILE : MODEL_FILE).test(value));
}

/** The uploaded files that an input loads. */
export function filesIn(input: InputOfNode): string[] {
	const { name, nodeType, known } = input;
	// VHS and others add the upload button in the editor only, so that the catalogue does not tell.
	if (!known?.upload && !(FILE_INPUT.test(name) && /load/i.test(nodeType))) return [];
	return namesIn(input.value).filter(
		(value) => ANY_FILE.test(value) && (known?.upload || !MODEL_FILE.test(value)),
	);
}

/** The text of an input for free text; empty for other inputs. */
export function textIn(input: InputOfNode): string[] {
	const { value, name, nodeType, known } = input;
	if (typeof value !== 'string' || modelsIn(input).length > 0) return [];
	const named = TEXT_INPUT.test(name) || OTHER_TEXT.test(name);
	const isText = known
		? known.type === 'STRING' && (known.multiline === true || named)
		: named || (/^(value|string)$/.test(name) && /multiline/i.test(nodeType));
	return isText ? [value] : [];
}

/** Names in a value: a text, a list of several, or an object such as `{on: true, lora: "a.safetensors"}`. */
function namesIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (!isRecord(value) || value instanceof BigInteger || value.on === false) return [];
	const members = Array.isArray(value.__value__) ? value.__value__ : Object.values(value);
	return members.filter((member) => typeof member === 'string');
}
