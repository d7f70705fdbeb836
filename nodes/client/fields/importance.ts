import type { NodeInput } from '../objectInfo/inputs';
import { isSeedInput } from '../workflow/seeds';

/** What people change first, in this order. */
const KINDS = ['text', 'file', 'seed', 'steps', 'guidance', 'size', 'model', 'strength'] as const;

/** Stands behind all that people change often. */
export const UNIMPORTANT = KINDS.length;

const TEXT =
	/^(text|prompt|caption|lyrics|tags|instruction)s?(_|$)|(_|^)(prompt|text)$|^(clip_[lg]|t5xxl|positive|negative)$/i;
const GUIDANCE = /^(cfg|guidance)(_scale)?$|_cfg$/i;
const SIZE = /^(width|height|length|duration|seconds|frames|num_frames|batch_size|megapixels|resolution)$/i;
const MODEL = /^(ckpt|unet|lora|model|gguf|diffusion_model)_name$/i;
const STRENGTH = /^(strength|strength_model|strength_clip|denoise|lora_strength|weight)$/i;

/**
 * How early in a form an input belongs: 0 comes first, {@link UNIMPORTANT} is shown on request only.
 * @param value what the workflow has there
 */
export function importanceOf(input: string, declared: NodeInput | undefined, value: unknown): number {
	const kind = kindOf(input.split('.').pop() ?? input, declared, value);
	return kind ? KINDS.indexOf(kind) : UNIMPORTANT;
}

function kindOf(
	name: string,
	declared: NodeInput | undefined,
	value: unknown,
): (typeof KINDS)[number] | undefined {
	if (declared?.upload) return 'file';
	const isText = declared ? declared.type === 'STRING' : typeof value === 'string';
	if (isText) return TEXT.test(name) || declared?.multiline ? 'text' : undefined;
	if (isSeedInput(name)) return 'seed';
	if (MODEL.test(name)) return 'model';
	if (declared?.choices) return undefined;
	if (/^(steps|num_steps|num_inference_steps)$/i.test(name)) return 'steps';
	if (GUIDANCE.test(name)) return 'guidance';
	if (SIZE.test(name)) return 'size';
	return STRENGTH.test(name) ? 'strength' : undefined;
}
