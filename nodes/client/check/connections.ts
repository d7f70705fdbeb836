import { asJson, foundNode, isExtension, placeOf, type KnownNode } from '../objectInfo/KnownNode';
import type { BadLink } from './WorkflowReport';
import type { NodeInput } from '../objectInfo/inputs';
import { textOf } from '../core/text';

/** Connections that the server refuses, and those of which that is likely but not certain. */
interface LinkFindings {
	certain: BadLink[];
	doubtful: BadLink[];
}

/**
 * Looks at the connections of a node. Connections to nodes that are not there count as missing inputs. What
 * concerns an extension is doubtful: extensions have types that equal several, and outputs without end.
 */
export function findBadLinks(known: KnownNode, all: Map<string, KnownNode>): LinkFindings {
	const findings: LinkFindings = { certain: [], doubtful: [] };
	for (const input of known.inputs) {
		const { name, type } = input;
		const value = Object.hasOwn(known.node.inputs, name) ? known.node.inputs[name] : undefined;
		if (!Array.isArray(value)) continue;
		const fault = shapeFault(value, known) ?? sourceFault(value as [string, number], input, all);
		if (!fault) continue;
		const { doubtful, ...facts } = fault;
		const isDoubtful =
			doubtful &&
			(doubtful.some(({ definition }) => isExtension(definition)) || isExtension(known.definition));
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
	/** Nodes that make it doubtful when they come from extensions. */
	doubtful?: KnownNode[];
};

/** A connection is the id of a node as text and the number of one of its outputs. */
function shapeFault(value: unknown[], { workflow }: KnownNode): Fault | undefined {
	if (value.length !== 2) return { problem: 'not_a_link' };
	const [id, slot] = value;
	if (typeof id !== 'string') return { problem: 'bad_source' };
	if (Number.isInteger(slot) || typeof slot === 'boolean') return undefined; // Python counts with truth values
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
	if (!source || !Array.isArray(outputs)) return undefined; // not there, not installed, or described in another way
	const facts = {
		source: foundNode(source.workflow, id),
		outputs: outputs.map(typeName),
		fittingSlots: [...outputs.keys()].filter((slot) => fitsInput(outputs[slot], type)),
		doubtful: [source],
	};
	const received = outputs.at(Number(given)); // Python counts from the end when it is negative
	if (received === undefined) {
		const growing = outputs.some((output) => output === '*');
		return growing ? undefined : { problem: 'no_such_slot', ...facts };
	}
	return fitsInput(received, type) ? undefined : { problem: 'type_mismatch', ...facts };
}

const typeName = (type: unknown) => (Array.isArray(type) ? 'COMBO' : textOf(type));

/** Whether what comes out of one node may go into another, as the server decides it. */

/**
 * Whether an output fits an input. What cannot be told from the catalogue fits.
 * @param received the type of the output: a name, names with commas between, or a list of choices
 * @param wanted the type of the input
 */
function fitsInput(received: unknown, wanted: string): boolean {
	if (typeof received !== 'string') return true; // choices: only the very same ones fit, which servers see differently
	if (isDynamic(received) || isDynamic(wanted)) return true;
	if (received === wanted) return true;
	const [given, taken] = [typesIn(received), typesIn(wanted)];
	return given.includes('*') || taken.includes('*') || given.some((type) => taken.includes(type));
}

/** Types such as COMFY_MATCHTYPE_V3 stand for others. */
function isDynamic(type: string): boolean {
	return type.startsWith('COMFY_');
}

const typesIn = (union: string) => union.split(',').map((type) => type.trim());
