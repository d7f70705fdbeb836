import type { NodeInput } from '../objectInfo/inputs';
import { knownNodes, type KnownNode } from '../objectInfo/KnownNode';
import { allSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { isLink, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { importanceOf, UNIMPORTANT } from './importance';
import { authorsName, labelsOf } from './labels';
import { findMarkedInputs } from './markedInputs';
import { rolesOf, type Role } from './roles';
import { findMember, isPlainObject, type InputAddress } from '../workflow/declaredInputs';
import type { MarkedInput, WorkflowField } from './WorkflowField';
import type { ObjectInfo } from '../objectInfo/types';

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
	const candidates = candidatesOf(workflow, objectInfo);
	const marked = markedFields([...markedInputs, ...findMarkedInputs(workflow, objectInfo)], candidates);
	const taken = new Set(marked.flatMap(({ targets }) => targets.map(idOf)));
	const others = [...candidates.values()]
		.filter((candidate) => !taken.has(idOf(candidate)))
		.sort((a, b) => a.rank - b.rank || roleRank(roles, a) - roleRank(roles, b))
		.map(({ nodeId, input, declared, value, rank }, index) => ({
			id: idOf({ nodeId, input }),
			label: '',
			targets: [{ nodeId, input }],
			declared,
			value,
			marked: false,
			important: rank < UNIMPORTANT && marked.length + index < MAX_IMPORTANT,
		}));
	const fields = [...marked, ...others];
	const unlabelled = fields.map(({ targets: [target], declared, label, important }) => ({
		target,
		declared,
		given: label,
		important,
	}));
	const labels = labelsOf(unlabelled, { workflow, objectInfo, roles });
	return fields.map((field, index) => ({ ...field, label: labels[index] }));
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

/** The fields that the author offers, under the author's names. */
function markedFields(markedInputs: MarkedInput[], candidates: Map<string, Candidate>): WorkflowField[] {
	const taken = new Set<string>();
	return markedInputs.flatMap((mark): WorkflowField[] => {
		const targets = mark.targets.filter((target) => candidates.has(idOf(target)) && !taken.has(idOf(target)));
		if (targets.length === 0) return [];
		targets.forEach((target) => taken.add(idOf(target)));
		const id = idOf(targets[0]);
		const { declared, value } = candidates.get(id) as Candidate;
		const label = authorsName(mark, targets[0]) ?? '';
		return [{ id, label, targets, declared, value, marked: true, important: true }];
	});
}

const roleRank = (roles: Map<string, Role>, { nodeId }: InputAddress) =>
	roles.get(nodeId) === 'negative' ? 1 : 0;

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
