import {
	foundNode,
	isExtension,
	placeOf,
	asJson,
	type FoundNode,
	type KnownNode,
} from '../objectInfo/KnownNode';
import { findCycles } from '../objectInfo/graph';
import type { NodeInput } from '../objectInfo/inputs';
import { listed, show, textOf } from '../core/text';
import {
	describeNode,
	describePlace,
	describeValue,
	problemAt,
	type Check,
	type FindingKind,
} from './FindingKind';
import type { BadLink, Cycle } from './WorkflowReport';

/** Connections that the server refuses for certain. Those to nodes that do not exist count as missing inputs. */
export const badLinks: FindingKind<'badLinks'> = {
	kind: 'badLinks',
	checkNode: (node, check) => findLinks(node, check).certain,
	describe: describeBadLink,
	problems: (found) => [problemAt(found, SERVER_TYPES[found.problem], describeBadLink(found))],
	dependsOnCatalogue: ({ outputs }) => outputs !== undefined,
};

/** Connections that the server refuses unless an extension accepts them, one sentence for each. */
export function describeDoubtfulLinks(node: KnownNode, check: Check): string[] {
	return findLinks(node, check).doubtful.map(describeBadLink);
}

/**
 * Checks the connections of a node. What involves an extension is doubtful: extensions have types that equal
 * several others, and nodes with any number of outputs.
 */
function findLinks(known: KnownNode, { known: all }: Check): { certain: BadLink[]; doubtful: BadLink[] } {
	const findings = { certain: [] as BadLink[], doubtful: [] as BadLink[] };
	for (const input of known.inputs) {
		const { name, type } = input;
		const value = Object.hasOwn(known.node.inputs, name) ? known.node.inputs[name] : undefined;
		if (!Array.isArray(value)) continue;
		const fault = shapeFault(value, known) ?? sourceFault(value as [string, number], input, all);
		if (!fault) continue;
		const { from, ...facts } = fault;
		const isDoubtful = from && [from, known].some(({ definition }) => isExtension(definition));
		findings[isDoubtful ? 'doubtful' : 'certain'].push({
			...placeOf(known, name),
			value: asJson(value),
			type,
			...facts,
		});
	}
	return findings;
}

type Fault = Pick<BadLink, 'problem' | 'source' | 'outputs' | 'fittingSlots'> & {
	/** The node whose outputs do not fit. Missing when the connection is malformed. */
	from?: KnownNode;
};

/** A connection is the id of a node as text and the number of one of its outputs. */
function shapeFault(value: unknown[], { workflow }: KnownNode): Fault | undefined {
	if (value.length !== 2) return { problem: 'not_a_link' };
	const [id, slot] = value;
	if (typeof id !== 'string') return { problem: 'bad_source' };
	if (Number.isInteger(slot) || typeof slot === 'boolean') return undefined; // in Python, true is 1
	return {
		problem: 'bad_slot',
		...(Object.hasOwn(workflow, id) && { source: foundNode(workflow, id) }),
	};
}

function sourceFault(
	[id, given]: [string, number | boolean],
	{ type }: NodeInput,
	all: Map<string, KnownNode>,
): Fault | undefined {
	const source = all.get(id);
	const outputs = source?.definition.output;
	if (!source || !Array.isArray(outputs)) return undefined; // missing, not installed, or without readable outputs
	const fault = (problem: BadLink['problem']): Fault => ({
		problem,
		source: foundNode(source.workflow, id),
		outputs: outputs.map(typeName),
		fittingSlots: [...outputs.keys()].filter((slot) => fitsInput(outputs[slot], type)),
		from: source,
	});
	const received = outputs.at(Number(given)); // Python counts from the end when it is negative
	if (received === undefined) {
		const growing = outputs.some((output) => output === '*');
		return growing ? undefined : fault('no_such_slot');
	}
	return fitsInput(received, type) ? undefined : fault('type_mismatch');
}

const typeName = (type: unknown) => (Array.isArray(type) ? 'COMBO' : textOf(type));

/**
 * Whether an output fits an input, by the server's rules. Fits where the catalogue does not say enough.
 * @param received the type of the output: a name, names with commas between, or a list of choices
 * @param wanted the type of the input
 */
function fitsInput(received: unknown, wanted: string): boolean {
	if (typeof received !== 'string') return true; // a list of choices: servers differ in which ones fit
	if (isDynamic(received) || isDynamic(wanted)) return true;
	if (received === wanted) return true;
	const [given, taken] = [typesIn(received), typesIn(wanted)];
	return given.includes('*') || taken.includes('*') || given.some((type) => taken.includes(type));
}

/** Types such as COMFY_MATCHTYPE_V3 are replaced by others when the node is used. */
function isDynamic(type: string): boolean {
	return type.startsWith('COMFY_');
}

const typesIn = (union: string) => union.split(',').map((type) => type.trim());

/** The error type of the server for each problem of a connection. */
const SERVER_TYPES: Record<BadLink['problem'], string> = {
	not_a_link: 'bad_linked_input',
	type_mismatch: 'return_type_mismatch',
	bad_source: 'exception_during_validation',
	bad_slot: 'exception_during_validation',
	no_such_slot: 'exception_during_validation',
};

function describeBadLink(link: BadLink): string {
	const place = describePlace(link);
	const source = link.source ? describeNode(link.source) : 'another node';
	const [id, slot]: unknown[] = Array.isArray(link.value) ? link.value : [];
	switch (link.problem) {
		case 'not_a_link':
			return `${place} is the list ${describeValue(link.value)}, which the server takes for a connection. Write a list as {"__value__": [...]}.`;
		case 'bad_source':
			return `${place} is connected to ${describeValue(id)}, but a node is named by its ID as text, as in ["4", 0].`;
		case 'bad_slot':
			return `${place} is connected to output ${describeValue(slot)} of ${source}, but outputs are counted from 0.`;
		case 'no_such_slot':
			return `${place} is connected to output ${describeValue(slot)} of ${source}, which ${describeOutputs(link)}.`;
		case 'type_mismatch':
			return `${place} takes ${link.type}, but output ${describeValue(slot)} of ${source} gives ${typeAt(link, slot)}.${describeFittingSlots(link)}`;
	}
}

function describeOutputs({ outputs = [] }: BadLink): string {
	if (outputs.length === 0) return 'has no outputs';
	const all = outputs.map((type, slot) => `${slot} (${type})`);
	return `has only ${outputs.length > 1 ? 'outputs' : 'output'} ${listed(all, 8)}`;
}

function typeAt({ outputs = [] }: BadLink, slot: unknown): string {
	return show(outputs.at(Number(slot)) ?? 'nothing').slice(1, -1);
}

function describeFittingSlots({ fittingSlots = [] }: BadLink): string {
	return fittingSlots.length > 0 ? ` Output ${listed(fittingSlots.map(String))} would fit.` : '';
}

/** Nodes that depend on each other, so that none of them can start. */
export const cycles: FindingKind<'cycles'> = {
	kind: 'cycles',
	find: ({ workflow, sources, checkedIds }) =>
		findCycles(sources, checkedIds).map((ids) => ({ nodes: ids.map((id) => foundNode(workflow, id)) })),
	describe: describeCycle,
	problems: (found) => [problemAt(found.nodes[0], 'dependency_cycle', describeCycle(found))],
	nodes: ({ nodes }) => nodes,
	dependsOnCatalogue: () => false,
};

function describeCycle({ nodes }: Cycle): string {
	const names = [...nodes, nodes[0]].map((node: FoundNode) => describeNode(node));
	if (nodes.length === 1) return `${names[0]} is connected to itself.`;
	const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
	return `The connections form a circle, so that nothing in it can start: ${shown.join(' needs ')}.`;
}
