import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { MissingFile, WorkflowReport } from './WorkflowReport';
import { foundNode, knownNodes } from '../objectInfo/KnownNode';
import { lookInto } from './checkNode';
import { findLooseLinks, findMissingNodeTypes, findUnknownInputs } from './inputs';
import {
	allSources,
	checkedSources,
	dependentNodes,
	neededNodes,
	outputNodesOf,
	findCycles,
} from '../objectInfo/graph';
import { Suggestions } from './Suggestions';
import { doubtsOf, warningsOf } from './warnings';
import type { ObjectInfo } from '../objectInfo/types';

export type { WorkflowReport };

/** What a check may be told beside workflow and catalogue. */
export interface CheckDetails {
	/** Only these output nodes are to run (ids); all of them when left out. */
	outputNodes?: readonly string[];
	/** Those of `uploadedFiles` that are known not to be on the server. */
	missingFiles?: MissingFile[];
}

/**
 * Finds out before anything is sent what a server would refuse. Nodes that no output depends on are not
 * looked into, as the server does not either; their types have to be installed all the same. What an
 * extension's own check refuses or lets pass cannot be foreseen.
 */
export function checkWorkflow(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ outputNodes: wanted, missingFiles = [] }: CheckDetails = {},
): WorkflowReport {
	const suggestions = new Suggestions();
	const known = knownNodes(workflow, objectInfo);
	const outputNodes = outputNodesOf(workflow, objectInfo, wanted);
	const [sources, everySource] = [checkedSources(workflow, known), allSources(workflow)];
	const checked = neededNodes(sources, outputNodes, known);
	const running = neededNodes(everySource, outputNodes, known);
	const runningNodes = [...known.values()].filter(({ nodeId }) => running.has(nodeId));
	const nodes = runningNodes.filter(({ nodeId }) => checked.has(nodeId));
	const unchecked = runningNodes.filter(({ nodeId }) => !checked.has(nodeId));
	// those that were not asked for are idle on purpose
	const idleNodes = wanted ? [] : Object.keys(workflow).filter((id) => !running.has(id));

	const missingNodeTypes = findMissingNodeTypes(workflow, objectInfo, suggestions);
	const { doubtfulLinks, ...findings } = lookInto(nodes, known, suggestions);
	const looseLinks = runningNodes.flatMap(findLooseLinks);
	const cycles = findCycles(sources, checked).map((ids) => ({
		nodes: ids.map((id) => foundNode(workflow, id)),
	}));
	const faulty = [
		...Object.values(findings).flat(),
		...cycles.flatMap(({ nodes: all }) => all),
		...missingFiles,
	];
	const failing = [...dependentNodes(faulty, sources), ...dependentNodes(looseLinks, everySource)];
	const failingIds = new Set(missingNodeTypes.length > 0 ? outputNodes : failing);
	const unknownInputs = nodes.flatMap(findUnknownInputs);
	return {
		ok: outputNodes.length > 0 && missingNodeTypes.length + faulty.length + looseLinks.length === 0,
		nodeCount: Object.keys(workflow).length,
		nodeTypes: [...new Set(Object.values(workflow).map((node) => node.class_type))].sort(),
		outputNodes,
		failingOutputs: outputNodes.filter((id) => failingIds.has(id)),
		missingNodeTypes,
		...findings,
		missingInputs: [...findings.missingInputs, ...looseLinks],
		cycles,
		missingFiles,
		unknownInputs,
		warnings: [
			...doubtsOf(doubtfulLinks, lookInto(unchecked, known, suggestions)),
			...warningsOf({ workflow, known, idleNodes, outputNodes, unknownInputs }),
		],
	};
}
