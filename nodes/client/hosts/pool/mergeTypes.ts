import { isRecord } from '../../core/guards';
import { isPartial, markPartial } from '../../objectInfo/partial';
import type { InputSpec, NodeDefinition, ObjectInfo } from '../../objectInfo/types';

/** The node types of several servers as one catalogue: what at least one of them has. */

/** The node types of one server. */
export interface ServerTypes {
	server: string;
	objectInfo: ObjectInfo;
}

/**
 * Merges catalogues. A choice that several servers list, such as a model, is listed once. The member `servers` of a node
 * type names the servers that have it.
 * @param nodeTypes those that were asked for; default all
 */
export function mergeTypes(catalogues: readonly ServerTypes[], nodeTypes?: readonly string[]): ObjectInfo {
	const byType = new Map<string, Array<{ server: string; definition: NodeDefinition }>>();
	for (const { server, objectInfo } of catalogues) {
		for (const [type, definition] of Object.entries(objectInfo)) {
			if (!isRecord(definition)) continue;
			const others = byType.get(type) ?? [];
			others.push({ server, definition });
			byType.set(type, others);
		}
	}
	const merged = Object.fromEntries(
		[...byType].map(([type, found]) => [
			type,
			{
				...mergeDefinitions(found.map(({ definition }) => definition)),
				servers: found.map(({ server }) => server),
			},
		]),
	);
	const asked = nodeTypes && catalogues.some(({ objectInfo }) => isPartial(objectInfo));
	return asked ? markPartial(merged, nodeTypes) : merged;
}

/** The first definition, with the choices of all. */
export function mergeDefinitions(definitions: readonly NodeDefinition[]): NodeDefinition {
	const [first, ...others] = definitions;
	if (others.length === 0) return first;
	return { ...first, input: mergeInputs(definitions.map(({ input }) => input)) };
}

type Inputs = NodeDefinition['input'];

function mergeInputs(inputs: readonly Inputs[]): Inputs {
	const [first] = inputs;
	if (!isRecord(first)) return first;
	const groups = (['required', 'optional'] as const).flatMap((group) => {
		const specs = first[group];
		if (!isRecord(specs)) return [];
		const merged = Object.entries(specs).map(([name, spec]) => {
			const all = inputs.map((input) =>
				isRecord(input) && isRecord(input[group]) ? input[group][name] : undefined,
			);
			return [name, mergeSpecs(spec as InputSpec, all)];
		});
		return [[group, Object.fromEntries(merged)]];
	});
	return { ...first, ...(Object.fromEntries(groups) as Inputs) };
}

/** An input with the choices of all servers, in both notations of a choice. */
function mergeSpecs(first: InputSpec, all: ReadonlyArray<InputSpec | undefined>): InputSpec {
	if (!Array.isArray(first)) return first;
	const [type, options] = first;
	if (Array.isArray(type)) {
		const lists = all.map((spec) => (Array.isArray(spec) && Array.isArray(spec[0]) ? spec[0] : []));
		return options === undefined ? [union(lists)] : [union(lists), options];
	}
	if (type !== 'COMBO' || !isRecord(options) || !Array.isArray(options.options)) return first;
	const lists = all.map((spec) => {
		const given = Array.isArray(spec) && isRecord(spec[1]) ? spec[1].options : undefined;
		return Array.isArray(given) ? given : [];
	});
	return [type, { ...options, options: union(lists) }];
}

const union = (lists: readonly unknown[][]): unknown[] => [...new Set(lists.flat())];
