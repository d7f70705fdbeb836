import type { InputSpec } from './spec';
import { isRecord } from '../../core/guards';

/** One field of a node in the editor. */
export interface Field {
	name: string;
	/** `control` and `filter` belong to the field before them; a `button` has no value of its own. */
	kind: 'value' | 'control' | 'filter' | 'button';
	/** Whether `widgets_values` contains the field. */
	saved: boolean;
	/** Whether its value is sent to the server. */
	sent: boolean;
	spec: InputSpec;
}

const CONTROL_WORDS = new Set(['fixed', 'increment', 'decrement', 'randomize', 'increment-wrap']);

/** Whether a value can be that of a control-after-generate field; old files have booleans. */
export function isControlValue(value: unknown): boolean {
	return typeof value === 'boolean' || CONTROL_WORDS.has(value as string);
}

/** The fields that the editor shows for one input, in order. */
export function fieldsOf(spec: InputSpec): Field[] {
	const field = (kind: Field['kind'], overrides: Partial<Field> = {}): Field => ({
		name: spec.name,
		kind,
		saved: true,
		sent: kind === 'value',
		spec,
		...overrides,
	});
	switch (spec.shownAs) {
		case 'IMAGEUPLOAD':
		case 'AUDIOUPLOAD':
		case 'CAMERA_ANGLE_VIEW':
			return [field('button')];
		case 'AUDIO_UI':
		case 'CAMERA_INFO_STATE':
		case 'RESOLUTION_PREVIEW':
			return [field('button', { saved: false })];
		case 'IMAGECOMPARE':
			return [field('value', { saved: false })];
		case 'COMFY_DYNAMICGROUP_V3':
			return [field('value', { sent: false })];
		case 'LOAD_3D_ANIMATION':
			return [...buttons3d(), field('value')];
		default:
			return [field('value'), ...companions(spec).map((kind) => field(kind))];
	}
}

/** Classes whose 3D view has the name `viewport_state`; all others have `image`. */
const VIEWPORT_CLASSES = new Set([
	'Preview3DAdvanced',
	'Save3DAdvanced',
	'PreviewGaussianSplat',
	'PreviewPointCloud',
	'SaveGaussianSplat',
	'SavePointCloud',
]);

/**
 * The fields that the editor shows for `LOAD_3D`: the view, and the upload buttons in a class that has a model file.
 * @param before names of the fields before this one
 */
export function fieldsOf3dView(spec: InputSpec, className: string, before: ReadonlySet<string>): Field[] {
	const name = VIEWPORT_CLASSES.has(className) ? 'viewport_state' : 'image';
	const view: Field = { name, kind: 'value', saved: true, sent: true, spec };
	return before.has('model_file') ? [...buttons3d(), view] : [view];
}

/** Buttons of 3D nodes; the editor sends their values too. */
const BUTTONS_3D = [
	['upload 3d model', 'upload3dmodel'],
	['upload extra resources', 'uploadExtraResources'],
	['clear', 'clear'],
] as const;

const buttons3d = () => BUTTONS_3D.map(([name, value]) => preset(name, value));

function preset(name: string, value: string): Field {
	const spec = {
		name,
		type: 'STRING',
		shownAs: 'STRING',
		options: { default: value },
		choices: [],
		optional: true,
	};
	return { name, kind: 'value', saved: true, sent: true, spec };
}

/** The fields that follow a value: control after generate, filter, refresh button. */
function companions({ name, shownAs, options }: InputSpec): Array<Field['kind']> {
	const control = options.control_after_generate;
	if (shownAs === 'INT') {
		const wanted = control ?? (name === 'seed' || name === 'noise_seed');
		return wanted ? ['control'] : [];
	}
	// Editors before 1.46 had this type for a seed; packs still declare it.
	if (shownAs === 'INT:seed' || shownAs === 'INT:noise_seed') return ['control'];
	if (shownAs === 'FLOAT') return control ? ['control'] : [];
	if (shownAs !== 'COMBO') return [];
	const refresh = isRecord(options.remote) && options.remote.refresh_button;
	return [...(refresh ? (['button'] as const) : []), ...(control ? (['control', 'filter'] as const) : [])];
}

/** The value of a new node in the editor. */
export function defaultOf({ type, shownAs, options, choices }: InputSpec): unknown {
	const given = options.default;
	// A field of a pack's own kind has the default of its type.
	switch (
		typeof options.widgetType === 'string' && ['INT', 'FLOAT', 'STRING'].includes(type) ? type : shownAs
	) {
		case 'INT':
		case 'FLOAT':
			return given ?? 0;
		case 'BOOLEAN':
			return given ?? false;
		case 'STRING':
		case 'TEXTAREA':
		case 'MARKDOWN':
			return given ?? '';
		case 'COLOR':
			return given ?? '#000000';
		case 'COLORS':
		case 'BOUNDING_BOXES':
			return given ?? [];
		case 'BOUNDING_BOX':
			return given ?? { x: 0, y: 0, width: 512, height: 512 };
		case 'RANGE':
			return given ?? { min: 0, max: 1 };
		case 'COMBO':
			return isRecord(options.multi_select) ? [] : given || choices[0];
		case 'COMFY_DYNAMICCOMBO_V3':
			return isRecord(choices[0]) ? choices[0].key : undefined;
		case 'COMFY_DYNAMICGROUP_V3':
			return typeof options.min === 'number' ? options.min : 0;
		case 'IMAGECOMPARE':
			return ['', ''];
		case 'LIGHT_INFO_PREVIEW':
			return Array.isArray(given) ? given : [];
		case 'AUDIO_RECORD':
		case 'COMFY_BRANCH_SELECTOR':
		case 'LOAD_3D':
		case 'LOAD_3D_ADVANCED':
		case 'LOAD_3D_ANIMATION':
		case 'PREVIEW_3D':
		case 'PREVIEW_3D_ANIMATION':
			return given ?? '';
		default:
			return given;
	}
}
