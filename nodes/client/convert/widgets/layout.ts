import { fieldsOf, fieldsOf3dView, type Field } from './fields';
import {
	inEditorOrder,
	isField,
	mayBeCustomField,
	readSpec,
	readSpecs,
	specsOf,
	type InputSpec,
} from './spec';
import { textOf } from '../../core/text';
import { isRecord } from '../../core/guards';
import type { NodeDefinition } from '../../objectInfo/types';

/** One input socket of a node in the editor. */
export interface Socket {
	name: string;
	type: string;
	/** The socket belongs to the field of the same name. */
	isField: boolean;
}

/** Fields and sockets, in the editor's order. */
interface Layout {
	fields: Field[];
	sockets: Socket[];
	/** Names of growing groups (`COMFY_AUTOGROW_V3`): their members are `name.member`. */
	groups: string[];
}

/** Fields, sockets and outputs of a class in the editor. */
export interface ClassLayout extends Layout {
	className: string;
	specs: InputSpec[];
	/** Types of the outputs. */
	outputs: string[];
	/** Inputs of each option of a dynamic combo, and of each number of rows of a dynamic group. */
	variants: WeakMap<InputSpec, Map<unknown, Layout>>;
}

const known = new WeakMap<NodeDefinition, Map<string, ClassLayout>>();

/** The layout of a class; computed once per definition. */
export function layoutOf(definition: NodeDefinition, className: string): ClassLayout {
	const layouts = known.get(definition) ?? new Map<string, ClassLayout>();
	known.set(definition, layouts);
	const layout = layouts.get(className) ?? buildLayout(definition, className);
	layouts.set(className, layout);
	return layout;
}

/**
 * The layout in which inputs of custom types are fields; undefined when the class has no such input.
 * @param isOutput whether any node type of the server outputs a type
 */
export function customLayoutOf(
	definition: NodeDefinition,
	className: string,
	isOutput: (type: string) => boolean,
): ClassLayout | undefined {
	const isCustom = (spec: InputSpec) => mayBeCustomField(spec, isOutput);
	if (!layoutOf(definition, className).specs.some(isCustom)) return undefined;
	return buildLayout(definition, className, (spec) => isField(spec) || isCustom(spec));
}

function buildLayout(
	definition: NodeDefinition,
	className: string,
	isShown: (spec: InputSpec) => boolean = isField,
): ClassLayout {
	const specs = specsOf(definition, className);
	const ordered = inEditorOrder(specs, definition.input_order);
	const outputs = (Array.isArray(definition.output) ? definition.output : []).map((type) =>
		Array.isArray(type) ? 'COMBO' : type === 'COMFY_MATCHTYPE_V3' ? '*' : textOf(type),
	);
	const layout: ClassLayout = {
		fields: [],
		sockets: [],
		groups: [],
		className,
		specs,
		outputs,
		variants: new WeakMap(),
	};
	for (const spec of ordered) if (!isShown(spec)) addSocket(layout, spec);
	for (const spec of ordered) if (isShown(spec)) addField(layout, spec, className);
	return layout;
}

/** Adds a socket; a growing group has its first members from the start. */
function addSocket(layout: Layout, spec: InputSpec): void {
	if (spec.type === 'COMFY_AUTOGROW_V3') {
		layout.groups.push(spec.name);
		for (const member of membersOf(spec)) addInput(layout, member);
		return;
	}
	layout.sockets.push({ name: spec.name, type: socketType(spec), isField: false });
}

/** Types whose field never has a socket. */
const WITHOUT_SOCKET = new Set(['COMFY_DYNAMICGROUP_V3', 'COMFY_BRANCH_INPUT_NAMES']);

function addField(layout: Layout, spec: InputSpec, className = ''): void {
	const before = new Set(layout.fields.map(({ name }) => name));
	const is3dView = spec.shownAs === 'LOAD_3D';
	layout.fields.push(...(is3dView ? fieldsOf3dView(spec, className, before) : fieldsOf(spec)));
	if (spec.options.socketless || WITHOUT_SOCKET.has(spec.shownAs)) return;
	layout.sockets.push({ name: spec.name, type: spec.type, isField: true });
}

function addInput(layout: Layout, spec: InputSpec): void {
	if (isField(spec)) addField(layout, spec);
	else addSocket(layout, spec);
}

function socketType({ type, options }: InputSpec): string {
	if (type !== 'COMFY_MATCHTYPE_V3') return type;
	const allowed = isRecord(options.template) ? options.template.allowed_types : undefined;
	return typeof allowed === 'string' ? allowed : '*';
}

const MAX_MEMBERS = 100;

/** The members that a growing group has before it has connections. */
function membersOf({ name, options }: InputSpec): InputSpec[] {
	const template = isRecord(options.template) ? options.template : {};
	const inputs = readSpecs(template.input);
	const names = Array.isArray(template.names) ? template.names.map(textOf) : undefined;
	const max = names?.length ?? (typeof template.max === 'number' ? template.max : MAX_MEMBERS);
	const min = typeof template.min === 'number' ? template.min : 1;
	const count = Math.min(Math.max(1, min + 1), max, MAX_MEMBERS);
	const prefix = typeof template.prefix === 'string' ? template.prefix : '';
	return Array.from({ length: count }, (_, index) =>
		inputs.map((input) => ({
			...input,
			name: `${name}.${names ? names[index] : (inputs.length === 1 ? prefix : input.name) + index}`,
		})),
	).flat();
}

/** Whether the value of a field decides which other inputs exist. */
export const opensInputs = (spec: InputSpec): boolean =>
	spec.shownAs === 'COMFY_DYNAMICCOMBO_V3' || spec.shownAs === 'COMFY_DYNAMICGROUP_V3' || hasFormats(spec);

/**
 * Whether each choice of a combo has fields of its own, as VideoHelperSuite declares it:
 * `formats: { 'video/webm': [['crf', 'INT', { default: 20 }]] }`.
 */
const hasFormats = ({ shownAs, options: { formats } }: InputSpec): boolean =>
	shownAs === 'COMBO' && isRecord(formats) && Object.values(formats).some(Array.isArray);

/** The inputs of all formats, whichever is chosen. */
export function formatInputs(spec: InputSpec): string[] {
	if (!hasFormats(spec) || !isRecord(spec.options.formats)) return [];
	return Object.values(spec.options.formats).flatMap((inputs) =>
		(Array.isArray(inputs) ? inputs : []).map((input: unknown) =>
			textOf(Array.isArray(input) ? input[0] : ''),
		),
	);
}

/** The inputs of the chosen option or of all rows; empty when the choice is not one of the options. */
export function variantOf(layout: ClassLayout, spec: InputSpec, choice: unknown): Layout {
	const variants = layout.variants.get(spec) ?? new Map<unknown, Layout>();
	layout.variants.set(spec, variants);
	const found = variants.get(choice) ?? buildVariant(spec, choice);
	variants.set(choice, found);
	return found;
}

function buildVariant(spec: InputSpec, choice: unknown): Layout {
	if (spec.shownAs === 'COMFY_DYNAMICGROUP_V3') return buildRows(spec, choice);
	if (hasFormats(spec)) return buildFormat(spec, choice);
	const option = spec.choices.find((item) => isRecord(item) && item.key === choice);
	const layout: Layout = { fields: [], sockets: [], groups: [] };
	if (!isRecord(option) || !isRecord(option.inputs)) return layout;
	for (const [group, optional] of [
		[option.inputs.required, false],
		[option.inputs.optional, true],
	] as const) {
		for (const [name, raw] of Object.entries(isRecord(group) ? group : {})) {
			addInput(layout, readSpec(`${spec.name}.${name}`, raw, optional));
		}
	}
	return layout;
}

/** The inputs of a format: `[name, type, options]`. */
function buildFormat({ options: { formats } }: InputSpec, choice: unknown): Layout {
	const layout: Layout = { fields: [], sockets: [], groups: [] };
	const inputs = isRecord(formats) && Object.hasOwn(formats, textOf(choice)) ? formats[textOf(choice)] : [];
	for (const input of Array.isArray(inputs) ? (inputs as unknown[]) : []) {
		if (!Array.isArray(input)) continue;
		const [name, ...declared]: unknown[] = input;
		addInput(layout, readSpec(textOf(name), declared, false));
	}
	return layout;
}

/** The inputs of a dynamic group: `group.0.member`, `group.1.member` and so on. */
function buildRows({ name, options }: InputSpec, count: unknown): Layout {
	const layout: Layout = { fields: [], sockets: [], groups: [] };
	const max = typeof options.max === 'number' ? options.max : MAX_MEMBERS;
	const rows = typeof count === 'number' ? Math.min(count, max, MAX_MEMBERS) : 0;
	for (let row = 0; row < rows; row++) {
		for (const spec of readSpecs(options.template))
			addInput(layout, { ...spec, name: `${name}.${row}.${spec.name}` });
	}
	return layout;
}
