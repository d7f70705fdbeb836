import type { NodeProblem } from '../core/errors';
import type { KnownNode } from '../objectInfo/KnownNode';
import { badLinks, cycles } from './connections';
import { missingFiles } from './files';
import type { Check, FindingKind } from './FindingKind';
import { missingInputs, missingNodeTypes, unknownInputs } from './inputs';
import { badValues, missingChoices } from './values';
import type { Findings, FindingTypes, WorkflowReport } from './WorkflowReport';

type Kind = keyof FindingTypes;

/** Every kind of finding, in the order in which texts list them. A new kind is one more row. */
const KINDS: readonly FindingKind[] = [
	missingNodeTypes,
	missingChoices,
	missingFiles,
	missingInputs,
	badValues,
	badLinks,
	cycles,
	unknownInputs,
];

/** The kinds for which the server refuses a workflow. */
const REFUSED = KINDS.filter(({ problems }) => problems !== undefined);

/** What the server says about a workflow in which nothing can be saved or shown. */
export const NO_OUTPUT =
	'The workflow has no output node, such as Save Image, so the server does not run it.';

/** The lists of findings of a report, all empty. */
export function noFindings(): Findings {
	return Object.fromEntries(KINDS.map(({ kind }) => [kind, []])) as unknown as Findings;
}

/** Looks for every kind of finding in a workflow. Asks no server. */
export function findAll(check: Check): Findings {
	const lists = KINDS.map((row) => [
		row.kind,
		[...findInNodes(row, check.checkedNodes, check), ...(row.find?.(check) ?? [])],
	]);
	return Object.fromEntries(lists) as unknown as Findings;
}

/** Checks one node for what the server refuses. @returns one sentence for each finding */
export function checkNode(node: KnownNode, check: Check): string[] {
	const lists = REFUSED.map((row) => [row.kind, findInNodes(row, [node], check)]);
	return refusedFindings(Object.fromEntries(lists) as unknown as Findings).map(({ describe }) => describe());
}

function findInNodes<K extends Kind>(
	row: FindingKind<K>,
	nodes: KnownNode[],
	check: Check,
): Array<FindingTypes[K]> {
	return nodes.flatMap((node) => row.checkNode?.(node, check) ?? []);
}

/** The nodes that cannot run because of the findings. */
export function faultyNodes(findings: Findings): Array<{ nodeId: string }> {
	return refusedFindings(findings).flatMap(({ nodes }) => nodes());
}

/** Whether a finding may disappear with a newer catalogue. */
export function dependOnCatalogue(findings: Findings): boolean {
	return refusedFindings(findings).some((finding) => finding.dependsOnCatalogue());
}

/** The findings of a report as a refusal of the server lists them, with its error types. */
export function problemsOf(report: Findings): NodeProblem[] {
	return refusedFindings(report).flatMap(({ problems }) => problems());
}

/** Why a workflow cannot run, one sentence for each finding; empty when it can run. */
export function reportText(report: WorkflowReport): string[] {
	if (report.ok) return [];
	const found = refusedFindings(report).map(({ describe }) => describe());
	if (found.length > 0) return found;
	const { servers, unsuitableServers = [] } = report;
	if (servers?.length !== 0 || report.outputNodes.length === 0) return [NO_OUTPUT];
	const lacks = unsuitableServers.map(({ server, reason }) => `${server}: ${reason}`).join('; ');
	return [`No single server of the pool has all that the workflow needs. ${lacks}.`];
}

/** A finding together with what its kind says about it. */
interface RefusedFinding {
	describe(): string;
	problems(): NodeProblem[];
	nodes(): Array<{ nodeId: string }>;
	dependsOnCatalogue(): boolean;
}

function refusedFindings(findings: Findings): RefusedFinding[] {
	return REFUSED.flatMap((row) => bindKind(row, findings));
}

function bindKind<K extends Kind>(row: FindingKind<K>, findings: Findings): RefusedFinding[] {
	const list: Array<FindingTypes[K]> = findings[row.kind];
	return list.map((finding) => ({
		describe: () => row.describe(finding),
		problems: () => row.problems?.(finding) ?? [],
		nodes: () => row.nodes?.(finding) ?? [finding as { nodeId: string }],
		dependsOnCatalogue: () => row.dependsOnCatalogue?.(finding) ?? true,
	}));
}
