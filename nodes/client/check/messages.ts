import { listed, show } from '../core/text';
import { nameNode } from '../core/ApiWorkflow';
import type {
	BadLink,
	BadValue,
	Cycle,
	MissingChoice,
	MissingFile,
	MissingInput,
	MissingNodeType,
	UnknownInput,
	WorkflowReport,
} from './WorkflowReport';
import type { FoundNode, Place } from '../objectInfo/KnownNode';
import type { NodeProblem } from '../core/errors';

/** Findings in words, one sentence or two each. */

function ofNodeType({ nodeType, nodeIds, didYouMean }: MissingNodeType): string {
	const nodes = `${nodeIds.length > 1 ? 'nodes' : 'node'} ${listed(nodeIds, 10)}`;
	return `The node type ${show(nodeType)} (${nodes}) is not installed.${guess(didYouMean)}`;
}

export function ofChoice({ value, didYouMean, ...place }: MissingChoice): string {
	return `${where(place)} is ${show(value)}, which the server does not offer.${guess(didYouMean)}`;
}

export function ofInput({ connectedTo, ...place }: MissingInput): string {
	return connectedTo === undefined
		? `${where(place)} has neither a value nor a connection.`
		: `${where(place)} is connected to node ${show(connectedTo, 40).slice(1, -1)}, which is not in the workflow.`;
}

const WANTED: Record<string, string> = { INT: 'a whole number', FLOAT: 'a number' };

export function ofValue({ value, type, problem, limit, ...place }: BadValue): string {
	const is = `${where(place)} is ${shown(value)}`;
	if (problem === 'value_smaller_than_min') return `${is}, but has to be at least ${limit}.`;
	if (problem === 'value_bigger_than_max') return `${is}, but may be at most ${limit}.`;
	return `${is}, but has to be ${WANTED[type] ?? 'of type'} (${type}).`;
}

export function ofLink(link: BadLink): string {
	const place = where(link);
	const source = link.source ? nameOf(link.source) : 'another node';
	const slot: unknown = Array.isArray(link.value) ? link.value[1] : undefined;
	switch (link.problem) {
		case 'not_a_link':
			return `${place} is the list ${shown(link.value)}, which the server takes for a connection. Write a list as {"__value__": [...]}.`;
		case 'bad_source':
			return `${place} is connected to ${shown((link.value as unknown[])[0])}, but a node is named by its ID as text, as in ["4", 0].`;
		case 'bad_slot':
			return `${place} is connected to output ${shown(slot)} of ${source}, but outputs are counted from 0.`;
		case 'no_such_slot':
			return `${place} is connected to output ${shown(slot)} of ${source}, which ${outputsOf(link)}.`;
		case 'type_mismatch':
			return `${place} takes ${link.type}, but output ${shown(slot)} of ${source} gives ${typeAt(link, slot)}.${fitting(link)}`;
	}
}

function ofCycle({ nodes }: Cycle): string {
	const names = [...nodes, nodes[0]].map(nameOf);
	if (nodes.length === 1) return `${names[0]} is connected to itself.`;
	const shownNames = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
	return `The connections form a circle, so that nothing in it can start: ${shownNames.join(' needs ')}.`;
}

function ofFile({ value, didYouMean, ...place }: MissingFile): string {
	return `${where(place)} is the file ${show(value)}, which is not on the server.${guess(didYouMean)}`;
}

export function unverified(place: Place & { value: string }): string {
	return `${where(place)} is the file ${show(place.value)}, and whether it is on the server cannot be told before it runs.`;
}

export function ofUnknownInput({ didYouMean, ...place }: UnknownInput): string {
	return `${where(place)} is not an input of that node type; the server passes over it.${guess(didYouMean)}`;
}

function outputsOf({ outputs = [] }: BadLink): string {
	if (outputs.length === 0) return 'has no outputs';
	const all = outputs.map((type, slot) => `${slot} (${type})`);
	return `has only ${outputs.length > 1 ? 'outputs' : 'output'} ${listed(all, 8)}`;
}

function typeAt({ outputs = [] }: BadLink, slot: unknown): string {
	return show(outputs.at(Number(slot)) ?? 'nothing').slice(1, -1);
}

function fitting({ fittingSlots = [] }: BadLink): string {
	return fittingSlots.length > 0 ? ` Output ${listed(fittingSlots.map(String))} would fit.` : '';
}

/** Long integers are texts in a report so that no digit is lost; they read as numbers. */
const shown = (value: unknown) =>
	typeof value === 'string' && /^-?\d{16,}$/.test(value) ? value.slice(0, 40) : show(value);
const nameOf = ({ nodeId, nodeTitle, nodeType }: FoundNode) =>
	show(nameNode(nodeId, nodeTitle, nodeType), 120).slice(1, -1);
const where = (place: Place) => `"${place.input}" of ${nameOf(place)}`;
const guess = (choices: unknown[]) =>
	choices.length > 0 ? ` Did you mean ${choices.map((choice) => show(choice)).join(' or ')}?` : '';

/** The findings of a report with the names that the server gives to such mistakes, one for each node. */
export function problemsOf(report: WorkflowReport): NodeProblem[] {
	return [
		...report.missingNodeTypes.flatMap((missing) =>
			missing.nodeIds.map((nodeId) => ({
				nodeId,
				nodeType: missing.nodeType,
				type: 'missing_node_type',
				text: ofNodeType({ ...missing, nodeIds: [nodeId] }),
			})),
		),
		...report.missingChoices.map((found) => at(found, 'value_not_in_list', ofChoice(found))),
		...report.missingFiles.map((found) => at(found, 'custom_validation_failed', ofFile(found))),
		...report.missingInputs.map((found) =>
			at(
				found,
				found.connectedTo === undefined ? 'required_input_missing' : 'exception_during_validation',
				ofInput(found),
			),
		),
		...report.badValues.map((found) => at(found, found.problem, ofValue(found))),
		...report.badLinks.map((found) => at(found, LINK_PROBLEMS[found.problem], ofLink(found))),
		...report.cycles.map((cycle) => at(cycle.nodes[0], 'dependency_cycle', ofCycle(cycle))),
	];
}

const LINK_PROBLEMS = {
	not_a_link: 'bad_linked_input',
	type_mismatch: 'return_type_mismatch',
	bad_source: 'exception_during_validation',
	bad_slot: 'exception_during_validation',
	no_such_slot: 'exception_during_validation',
};

function at(
	found: FoundNode & Partial<Place> & { value?: unknown },
	type: string,
	text: string,
): NodeProblem {
	const { nodeId, nodeTitle, nodeType, input, value } = found;
	return {
		nodeId,
		nodeTitle,
		nodeType,
		type,
		...(input !== undefined && { input }),
		...(value !== undefined && { received: value }),
		text,
	};
}

/** Why a workflow cannot run, one sentence for each finding; empty when it can. */
export function reportText(report: WorkflowReport): string[] {
	if (report.ok) return [];
	const found = [
		...report.missingNodeTypes.map(ofNodeType),
		...report.missingChoices.map(ofChoice),
		...report.missingFiles.map(ofFile),
		...report.missingInputs.map(ofInput),
		...report.badValues.map(ofValue),
		...report.badLinks.map(ofLink),
		...report.cycles.map(ofCycle),
	];
	return found.length > 0 ? found : [NO_OUTPUT];
}

/** Nothing to save or show; the server refuses such a workflow. */
export const NO_OUTPUT =
	'The workflow has no output node, such as Save Image, so the server does not run it.';
