import type { NodeInput } from '../objectInfo/inputs';
import { knownNodes, type KnownNode } from '../objectInfo/KnownNode';
import { allSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { isLink, type ApiNode, type ApiWorkflow, titleOf } from '../core/ApiWorkflow';
import { importanceOf, UNIMPORTANT } from './importance';
import { marksOf } from './markedInputs';
import { rolesOf, type Role } from './roles';
import type { InputAddress } from '../workflow/declaredInputs';
import { usualFileInput } from './knownFileInputs';
import type { MarkedInput, WorkflowField } from './WorkflowField';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import { textOf } from '../core/text';

/** A form of more fields than this is no help. */
const MAX_IMPORTANT = 30;

/** A field whose label is still to be found. */
interface Candidate extends InputAddress {
	declared?: NodeInput;
	value: unknown;
	rank: number;
}

/**
 * The inputs of a workflow that a person may set, those first that its author marked, then those that people
 * change most: texts, files, seeds, steps, sizes, models, strengths.
 * @param objectInfo empty for hosts that do not tell their node types: names and values decide then
 * @param marks what is marked beside what the workflow itself says; `toApiFormat` finds such marks in the
 * editor's format
 */
export function listFields(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	marks: readonly MarkedInput[] = [],
): WorkflowField[] {
	const roles = rolesOf(workflow);
	const labels = new Labels(workflow, objectInfo, roles);
	const candidates = candidatesOf(workflow, objectInfo);
	const marked = markedFields([...marks, ...marksOf(workflow, objectInfo)], candidates, labels);
	const taken = new Set(marked.flatMap(({ targets }) => targets.map(idOf)));
	const others = [...candidates.values()]
		.filter((candidate) => !taken.has(idOf(candidate)))
		.sort((a, b) => a.rank - b.rank || roleRank(roles, a) - roleRank(roles, b));
	return [
		...marked,
		...others.map(({ nodeId, input, declared, value, rank }, index) => ({
			id: idOf({ nodeId, input }),
			label: labels.of({ nodeId, input }),
			targets: [{ nodeId, input }],
			declared,
			value,
			marked: false,
			important: rank < UNIMPORTANT && marked.length + index < MAX_IMPORTANT,
		})),
	];
}

/** How an input is written in one word. */
const idOf = ({ nodeId, input }: InputAddress) => `${nodeId}.${input}`;

/** Every input that holds a value, by its id. What no output needs is not important. */
function candidatesOf(workflow: ApiWorkflow, objectInfo: ObjectInfo): Map<string, Candidate> {
	const known = knownNodes(workflow, objectInfo);
	const needed = neededNodes(allSources(workflow), outputNodesOf(workflow, objectInfo), known);
	const found = new Map<string, Candidate>();
	for (const [nodeId, node] of Object.entries(workflow)) {
		const { inputs } = node;
		for (const { input, declared } of settable(node, known.get(nodeId))) {
			const value = Object.hasOwn(inputs, input) ? inputs[input] : declared?.default;
			if (isLink(value)) continue;
			const rank = needed.has(nodeId) ? importanceOf(input, declared, value) : UNIMPORTANT;
			found.set(idOf({ nodeId, input }), { nodeId, input, declared, value, rank });
		}
	}
	return found;
}

/** Of a type that is not installed, all that the workflow gives it. */
function settable(node: ApiNode, known?: KnownNode): Array<{ input: string; declared?: NodeInput }> {
	if (!known)
		return Object.keys(node.inputs).map((input) => ({ input, declared: usualFileInput(node, input) }));
	return known.inputs
		.filter(({ kind }) => kind === 'value')
		.map((declared) => ({ input: declared.name, declared }));
}

function markedFields(
	marks: MarkedInput[],
	candidates: Map<string, Candidate>,
	labels: Labels,
): WorkflowField[] {
	const taken = new Set<string>();
	return marks.flatMap(({ label, targets: all }): WorkflowField[] => {
		const targets = all.filter((target) => candidates.has(idOf(target)) && !taken.has(idOf(target)));
		if (targets.length === 0) return [];
		targets.forEach((target) => taken.add(idOf(target)));
		const [{ nodeId }] = targets;
		const id = idOf(targets[0]);
		const { declared, value } = candidates.get(id) as Candidate;
		return [
			{ id, label: labels.unique(label, nodeId), targets, declared, value, marked: true, important: true },
		];
	});
}

const roleRank = (roles: Map<string, Role>, { nodeId }: InputAddress) =>
	roles.get(nodeId) === 'negative' ? 1 : 0;

/** Names inputs for people: `Sampler · steps`. */
class Labels {
	private readonly used = new Set<string>();

	constructor(
		private readonly workflow: ApiWorkflow,
		private readonly objectInfo: ObjectInfo,
		private readonly roles: Map<string, Role>,
	) {}

	/** The name of an input by its node; what a title does not tell, the role does, and then the ID. */
	of({ nodeId, input }: InputAddress): string {
		const { class_type: type } = this.workflow[nodeId];
		const own = titleOf(this.workflow, nodeId)?.trim() || type;
		const shown = textOf(definitionOf(type, this.objectInfo)?.display_name || type);
		const title = own === type ? shown : own;
		const role = this.roles.get(nodeId);
		const untitled = title === shown && role ? ` (${role})` : '';
		return this.unique(`${title}${untitled} · ${input}`, nodeId);
	}

	/** A label that no other input has. */
	unique(label: string, nodeId: string): string {
		const numbered = this.used.has(label) ? `${label} #${nodeId}` : label;
		this.used.add(numbered);
		return numbered;
	}
}
