import type { NodeInput } from '../objectInfo/inputs';
import { isSeedInput } from '../workflow/seeds';

/** Inputs that users change most often, in this order. */
const CATEGORIES = ['text', 'file', 'seed', 'steps', 'guidance', 'size', 'model', 'strength'] as const;

/** Rank of all other inputs, after the ones that users often change. */
export const UNIMPORTANT = CATEGORIES.length;

const TEXT =
	/^(text|prompt|caption|lyrics|tags|instruction)s?(_|$)|(_|^)(prompt|text)$|^(clip_[lg]|t5xxl|positive|negative)$/i;
const GUIDANCE = /^(cfg|guidance)(_scale)?$|_cfg$/i;
const SIZE = /^(width|height|length|duration|seconds|frames|num_frames|batch_size|megapixels|resolution)$/i;
const MODEL = /^(ckpt|unet|lora|model|gguf|diffusion_model)_name$/i;
/** A member of a row in a LoRA stack. */
const STACKED_MODEL = /^lora$/i;
const STRENGTH = /^(strength|strength_model|strength_clip|denoise|lora_strength|weight)$/i;

/**
 * Rank of an input in a form: 0 is first; {@link UNIMPORTANT} inputs are shown on request only.
 * @param value value in the workflow
 */
export function importanceOf(input: string, declared: NodeInput | undefined, value: unknown): number {
	const category = categoryOf(input.split('.').pop() ?? input, declared, value);
	return category ? CATEGORIES.indexOf(category) : UNIMPORTANT;
}

function categoryOf(
	name: string,
	declared: NodeInput | undefined,
	value: unknown,
): (typeof CATEGORIES)[number] | undefined {
	if (declared?.upload) return 'file';
	const isText = declared ? declared.type === 'STRING' : typeof value === 'string';
	if (isText && !declared && STACKED_MODEL.test(name)) return 'model';
	if (isText) return TEXT.test(name) || declared?.multiline ? 'text' : undefined;
	if (isSeedInput(name)) return 'seed';
	if (MODEL.test(name)) return 'model';
	if (declared?.choices) return undefined;
	if (/^(steps|num_steps|num_inference_steps)$/i.test(name)) return 'steps';
	if (GUIDANCE.test(name)) return 'guidance';
	if (SIZE.test(name)) return 'size';
	return STRENGTH.test(name) ? 'strength' : undefined;
}
