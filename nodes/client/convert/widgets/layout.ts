import { fieldsOf, type Field } from './fields';
import { inEditorOrder, isField, readSpec, readSpecs, specsOf, type Spec } from './spec';
import { textOf } from '../../core/text';
import { isRecord } from '../../core/guards';
import type { NodeDefinition } from '../../objectInfo/types';

/** One input socket of a node as the editor builds it. */
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
	/** Names of the groups that grow: their members are `name.member`. */
	groups: string[];
}

/** What a class looks like in the editor. */
export interface ClassLayout extends Layout {
	specs: Spec[];
	/** Types of the outputs. */
	outputs: string[];
	/** Of a choice that brings inputs along: what each choice brings. */
	variants: WeakMap<Spec, Map<unknown, Layout>>;
}

const known = new WeakMap<NodeDefinition, Map<string, ClassLayout>>();

/** The layout of a class; worked out once for each definition. */
export function layoutOf(definition: NodeDefinition, className: string): ClassLayout {
	const layouts = known.get(definition) ?? new Map<string, ClassLayout>();
	known.set(definition, layouts);
	const layout = layouts.get(className) ?? buildLayout(definition, className);
	layouts.set(className, layout);
	return layout;
}

function buildLayout(definition: NodeDefinition, className: string): ClassLayout {
	const specs = specsOf(definition, className);
	const ordered = inEditorOrder(specs, definition.input_order);
	const outputs = (Array.isArray(definition.output) ? definition.output : []).map((type) =>
		Array.isArray(type) ? 'COMBO' : type === 'COMFY_MATCHTYPE_V3' ? '*' : textOf(type),
	);
	const layout: ClassLayout = {
		fields: [],
		sockets: [],
		groups: [],
		specs,
		outputs,
		variants: new WeakMap(),
	};
	for (const spec of ordered) if (!isField(spec)) addSocket(layout, spec);
	for (const spec of ordered) if (isField(spec)) addField(layout, spec);
	return layout;
}

/** Sockets of every kind that is no field; groups that grow have their first members at once. */
function addSocket(layout: Layout, spec: Spec): void {
	if (spec.type === 'COMFY_AUTOGROW_V3') {
		layout.groups.push(spec.name);
		for (const member of membersOf(spec)) addInput(layout, member);
		return;
	}
	layout.sockets.push({ name: spec.name, type: socketType(spec), isField: false });
}

function addField(layout: Layout, spec: Spec): void {
	layout.fields.push(...fieldsOf(spec));
	if (spec.options.socketless) return;
	layout.sockets.push({ name: spec.name, type: spec.type, isField: true });
}

function addInput(layout: Layout, spec: Spec): void {
	if (isField(spec)) addField(layout, spec);
	else addSocket(layout, spec);
}

function socketType({ type, options }: Spec): string {
	if (type !== 'COMFY_MATCHTYPE_V3') return type;
	const allowed = isRecord(options.template) ? options.template.allowed_types : undefined;
	return typeof allowed === 'string' ? allowed : '*';
}

const MAX_MEMBERS = 100;

/** The members that a growing group has before anything is connected to it. */
function membersOf({ name, options }: Spec): Spec[] {
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

/** What a choice brings along; nothing when the choice is not one of the list. */
export function variantOf(layout: ClassLayout, spec: Spec, choice: unknown): Layout {
	const variants = layout.variants.get(spec) ?? new Map<unknown, Layout>();
	layout.variants.set(spec, variants);
	const found = variants.get(choice) ?? buildVariant(spec, choice);
	variants.set(choice, found);
	return found;
}

function buildVariant(spec: Spec, choice: unknown): Layout {
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
