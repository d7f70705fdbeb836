import type { NodeInput } from '../objectInfo/inputs';
import { knownNodes, type KnownNode } from '../objectInfo/KnownNode';
import { allSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { isLink, type ApiNode, type ApiWorkflow, titleOf } from '../core/ApiWorkflow';
import { importanceOf, UNIMPORTANT } from './importance';
import { findMarkedInputs } from './markedInputs';
import { rolesOf, type Role } from './roles';
import { findMember, isPlainObject, type InputAddress } from '../workflow/declaredInputs';
import type { MarkedInput, WorkflowField } from './WorkflowField';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import { textOf } from '../core/text';

/** Max number of fields that a form shows at first. */
const MAX_IMPORTANT = 30;

/** A field without its label. */
interface Candidate extends InputAddress {
	declared?: NodeInput;
	value: unknown;
	rank: number;
}

/**
 * Lists the inputs of a workflow that a user can set: first those that its author marked, then those that users
 * often change (texts, files, seeds, steps, sizes, models, strengths), then the rest.
 * @param objectInfo node types of the server; empty for hosts that do not list them, then names and values decide
 * @param markedInputs inputs that the editor's format marks, as `toApiFormat` returns them; inputs that the API
 * format marks are added
 */
export function listFields(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	markedInputs: readonly MarkedInput[] = [],
): WorkflowField[] {
	const roles = rolesOf(workflow);
	const labels = new Labels(workflow, objectInfo, roles);
	const candidates = candidatesOf(workflow, objectInfo);
	const marked = markedFields(
		[...markedInputs, ...findMarkedInputs(workflow, objectInfo)],
		candidates,
		labels,
	);
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

/** Address of an input as one string. */
const idOf = ({ nodeId, input }: InputAddress) => `${nodeId}.${input}`;

/** Every input with a value, by its id. Inputs of nodes that no output needs are unimportant. */
function candidatesOf(workflow: ApiWorkflow, objectInfo: ObjectInfo): Map<string, Candidate> {
	const known = knownNodes(workflow, objectInfo);
	const needed = neededNodes(allSources(workflow), outputNodesOf(workflow, objectInfo), known);
	const found = new Map<string, Candidate>();
	for (const [nodeId, node] of Object.entries(workflow)) {
		const { inputs } = node;
		for (const { input, declared } of settable(node, known.get(nodeId))) {
			const member = findMember(node, input);
			const value = member
				? member.object[member.member]
				: Object.hasOwn(inputs, input)
					? inputs[input]
					: declared?.default;
			if (isLink(value)) continue;
			const rank = needed.has(nodeId) ? importanceOf(input, declared, value) : UNIMPORTANT;
			found.set(idOf({ nodeId, input }), { nodeId, input, declared, value, rank });
		}
	}
	return found;
}

/** The inputs of a node that take a value; for a type that is not installed, all inputs in the workflow. */
function settable(node: ApiNode, known?: KnownNode): Array<{ input: string; declared?: NodeInput }> {
	if (!known) {
		return Object.keys(node.inputs)
			.flatMap((input) => membersOf(node, input) ?? [input])
			.map((input) => ({ input, declared: knownFileInput(node, input) }));
	}
	const names = new Set(known.inputs.map(({ name }) => name));
	const undeclared = Object.keys(node.inputs).filter((input) => !names.has(input));
	return [
		...known.inputs
			.filter(({ kind }) => kind === 'value')
			.map((declared) => ({ input: declared.name, declared })),
		...undeclared.flatMap((input) => membersOf(node, input) ?? []).map((input) => ({ input })),
	];
}

/** `lora_1.strength` and so on, for an input whose value is an object; undefined for any other input. */
function membersOf({ inputs }: ApiNode, input: string): string[] | undefined {
	const value = inputs[input];
	return isPlainObject(value) ? Object.keys(value).map((member) => `${input}.${member}`) : undefined;
}

function markedFields(
	markedInputs: MarkedInput[],
	candidates: Map<string, Candidate>,
	labels: Labels,
): WorkflowField[] {
	const taken = new Set<string>();
	return markedInputs.flatMap(({ label, targets: all }): WorkflowField[] => {
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

/** Makes unique labels: `Sampler · steps`. */
class Labels {
	private readonly used = new Set<string>();

	constructor(
		private readonly workflow: ApiWorkflow,
		private readonly objectInfo: ObjectInfo,
		private readonly roles: Map<string, Role>,
	) {}

	/** Label from the node's title. Nodes without a title get their role, and duplicates get their id. */
	of({ nodeId, input }: InputAddress): string {
		const { class_type: type } = this.workflow[nodeId];
		const own = titleOf(this.workflow, nodeId)?.trim() || type;
		const shown = textOf(definitionOf(type, this.objectInfo)?.display_name || type);
		const title = own === type ? shown : own;
		const role = this.roles.get(nodeId);
		const untitled = title === shown && role ? ` (${role})` : '';
		return this.unique(`${title}${untitled} · ${input}`, nodeId);
	}

	/** Adds the node id to a label that is taken. */
	unique(label: string, nodeId: string): string {
		const numbered = this.used.has(label) ? `${label} #${nodeId}` : label;
		this.used.add(numbered);
		return numbered;
	}
}

/** Inputs that take a file, of ComfyUI's own loaders and of VideoHelperSuite. */
const FILE_INPUTS = new Map([
	['LoadImage', 'image'],
	['LoadImageMask', 'image'],
	['LoadImageOutput', 'image'],
	['LoadAudio', 'audio'],
	['LoadVideo', 'file'],
	['VHS_LoadVideo', 'video'],
	['VHS_LoadAudioUpload', 'audio'],
]);

/** Declares an input that takes a file without asking the server's node types; undefined for all others. */
export function knownFileInput({ class_type: type }: ApiNode, input: string): NodeInput | undefined {
	if (FILE_INPUTS.get(type) !== input) return undefined;
	return { name: input, required: true, type: 'COMBO', kind: 'value', upload: true };
}
