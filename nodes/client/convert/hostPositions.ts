import { BigInteger } from '../core/json';
import type { UiDefinition } from './definitions';
import type { Target } from './subgraphs/promotedWidgets';
import { fieldsOf, isControlValue } from './widgets/fields';
import type { Spec } from './widgets/spec';

/**
 * Inputs that were fields when the file was saved. A class may have lost the field behind one since; its
 * value still has a place.
 */
export function fieldInputs(definition: UiDefinition, targets: Map<string, Target>, count: number): string[] {
	if (targets.size === count) return [...targets.keys()];
	const inputs = [...definition.nodes.values()].flatMap((node) => node.inputs);
	const fields = new Set(inputs.filter(({ widget }) => widget !== undefined).map(({ linkId }) => linkId));
	const marked = definition.inputs.filter(
		({ name, linkIds }) => targets.has(name) || linkIds.some((id) => fields.has(id)),
	);
	return marked.length === count ? marked.map(({ name }) => name) : [...targets.keys()];
}

/** Leaves out what happens to a seed after a run, where the list is longer than the fields are many. */
export function align(specs: Array<Spec | undefined>, saved: unknown[]): unknown[] {
	if (saved.length <= specs.length) return saved;
	let position = 0;
	return specs.map((spec) => {
		const value = saved[position++];
		const hasControl = spec && fieldsOf(spec).some(({ kind }) => kind === 'control');
		if (hasControl && isControlValue(saved[position])) position++;
		return value;
	});
}

/** Whether a saved value can be one of a field; values stand by position and can have slipped. */
export function fits({ shownAs }: Spec, value: unknown): boolean {
	switch (shownAs) {
		case 'INT':
		case 'FLOAT':
			return typeof value === 'number' || value instanceof BigInteger;
		case 'BOOLEAN':
			return typeof value === 'boolean';
		case 'STRING':
		case 'TEXTAREA':
		case 'MARKDOWN':
			return typeof value === 'string';
		case 'COMBO':
		case 'COMFY_DYNAMICCOMBO_V3':
			return typeof value !== 'object' || Array.isArray(value);
		default:
			return true;
	}
}
