import { textOf } from '../../core/text';
import { isRecord } from '../../core/guards';
import type { NodeDefinition } from '../../objectInfo/types';

/** One input as `/object_info` declares it, in any of its notations. */
export interface InputSpec {
	name: string;
	/** `COMBO` where the type is a list of choices. */
	type: string;
	/** Type of the field in the editor: `widgetType` if the class declares one, else the type. */
	shownAs: string;
	options: Record<string, unknown>;
	/** Choices of a combo. */
	choices: unknown[];
	optional: boolean;
}

/** Types for which the editor shows a field; any other type is a socket. */
const FIELDS = new Set(
	(
		'INT FLOAT BOOLEAN STRING COMBO MARKDOWN TEXTAREA COLOR COLORS BOUNDING_BOX BOUNDING_BOXES CURVE RANGE CHART ' +
		'GALLERIA PAINTER IMAGECOMPARE COMPOSITOR VIDEO_EDIT RESOLUTION_PREVIEW LIGHT_INFO_PREVIEW ' +
		'COMFY_DYNAMICCOMBO_V3 COMFY_DYNAMICGROUP_V3 IMAGEUPLOAD AUDIOUPLOAD AUDIO_UI AUDIO_RECORD WEBCAM LOAD_3D ' +
		'LOAD_3D_ADVANCED LOAD_3D_ANIMATION PREVIEW_3D PREVIEW_3D_ANIMATION CAMERA_INFO_STATE CAMERA_ANGLE_VIEW ' +
		'COMFY_BRANCH_SELECTOR COMFY_BRANCH_INPUT_NAMES'
	).split(' '),
);

/** Whether the editor shows a field for an input. */
export function isField({ shownAs, options }: InputSpec): boolean {
	return (FIELDS.has(shownAs) || typeof options.widgetType === 'string') && !options.forceInput;
}

/**
 * Whether an input may be a field that a pack's own front end makes: no node type outputs its type, or any type fits.
 * @param isOutput whether any node type of the server outputs a type
 */
export function mayBeCustomField(spec: InputSpec, isOutput: (type: string) => boolean): boolean {
	const { type, options, optional } = spec;
	const isAny = type === '*' && !optional; // a node that holds a value of any type
	const isOwnType = isAny || (/^\w+(?::\w+)?$/.test(type) && !type.startsWith('COMFY_') && !isOutput(type));
	return isOwnType && !options.forceInput && !isField(spec);
}

/** Reads `[type, options]`; the options may be missing. */
export function readSpec(name: string, raw: unknown, optional: boolean): InputSpec {
	const [declared, second]: unknown[] = Array.isArray(raw) ? raw : ['*'];
	const given = isRecord(second) ? second : {};
	// The editor shows only a socket for an optional input with `defaultInput`; a required one also has a field.
	const options = optional && given.defaultInput ? { ...given, forceInput: true } : given;
	const type = Array.isArray(declared) ? 'COMBO' : textOf(declared);
	const choices = Array.isArray(declared) ? declared : given.options;
	return {
		name,
		type,
		shownAs: typeof options.widgetType === 'string' ? options.widgetType : type,
		options,
		choices: Array.isArray(choices) ? choices : [],
		optional,
	};
}

/** `required` and `optional` inputs, in declared order. */
export function readSpecs(group: unknown): InputSpec[] {
	const { required, optional } = isRecord(group) ? group : {};
	return [
		...Object.entries(isRecord(required) ? required : {}).map(([name, raw]) => readSpec(name, raw, false)),
		...Object.entries(isRecord(optional) ? optional : {}).map(([name, raw]) => readSpec(name, raw, true)),
	];
}

/**
 * Inputs of a class in declared order, with those that the editor adds to classes that load or play media.
 */
export function specsOf(definition: NodeDefinition, className: string): InputSpec[] {
	const specs = new Map<string, InputSpec>();
	for (const spec of [...readSpecs(definition.input)]) {
		if (spec.optional) addOwn(specs, definition, className);
		specs.set(spec.name, spec);
	}
	addOwn(specs, definition, className);
	return [...specs.values()];
}

const PLAYERS = new Set([
	'LoadAudio',
	'SaveAudio',
	'PreviewAudio',
	'SaveAudioMP3',
	'SaveAudioOpus',
	'SaveAudioAdvanced',
]);

function addOwn(specs: Map<string, InputSpec>, definition: NodeDefinition, className: string): void {
	const add = (name: string, type: string) => {
		if (specs.get(name)?.type !== type) specs.set(name, readSpec(name, [type], false));
	};
	const required = definition.input?.required;
	if (!isRecord(required)) return;
	if (PLAYERS.has(className)) add('audioUI', 'AUDIO_UI');
	const media = Object.entries(required).map(([name, raw]) => readSpec(name, raw, false));
	if (media.some(isMediaUpload)) add('upload', 'IMAGEUPLOAD');
	if (media.some(({ name, options }) => name === 'audio' && options.audio_upload === true)) {
		add('upload', 'AUDIOUPLOAD');
	}
	if (className === 'SaveGLB' || className === 'Preview3D') add('image', 'PREVIEW_3D');
	if (className === 'Preview3DAnimation') add('image', 'PREVIEW_3D_ANIMATION');
	if (className === 'Load3DAdvanced') add('viewport_state', 'LOAD_3D_ADVANCED');
}

function isMediaUpload({ type, options }: InputSpec): boolean {
	return (
		type === 'COMBO' && Boolean(options.image_upload || options.video_upload || options.animated_image_upload)
	);
}

/** The order in which the editor builds fields and sockets: `input_order` first, then the rest. */
export function inEditorOrder(specs: InputSpec[], order: NodeDefinition['input_order']): InputSpec[] {
	if (!isRecord(order)) return specs;
	const byName = new Map(specs.map((spec) => [spec.name, spec]));
	const named = (names: unknown, optional: boolean) =>
		(Array.isArray(names) ? names : [])
			.map((name) => byName.get(textOf(name)))
			.filter((spec): spec is InputSpec => spec?.optional === optional);
	return [...new Set([...named(order.required, false), ...named(order.optional, true), ...specs])];
}
