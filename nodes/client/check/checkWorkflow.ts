import type { ApiWorkflow } from '../core/ApiWorkflow';
import { allSources, checkedSources, dependentNodes, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { knownNodes } from '../objectInfo/KnownNode';
import type { ObjectInfo } from '../objectInfo/types';
import type { ModelSource } from '../workflow/modelSources';
import { SuggestionCache, type Check } from './FindingKind';
import { faultyNodes, findAll } from './findings';
import { missingModelsOf, ModelSources } from './models';
import { warningsOf } from './warnings';
import type { Findings, MissingFile, WorkflowReport } from './WorkflowReport';

export type { WorkflowReport };

/** What a check can use besides the workflow and the catalogue. */
export interface CheckDetails {
	/** Only these output nodes are to run (ids). Default: all of them. */
	outputNodes?: readonly string[];
	/** Uploaded files that are known not to be on the server. */
	missingFiles?: MissingFile[];
	/** Where its models come from, as `modelSources` finds it in the editor's format. */
	models?: readonly ModelSource[];
}

/**
 * Finds what a server would refuse in a workflow, before anything is sent. Like the server, it does not check
 * nodes that no output depends on; only their types have to be installed. It cannot predict what the own check
 * of an extension's node refuses or accepts.
 */
export function checkWorkflow(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ outputNodes, missingFiles = [], models }: CheckDetails = {},
): WorkflowReport {
	const check = prepareCheck(workflow, objectInfo, { outputNodes, models });
	return toReport(check, { ...findAll(check), missingFiles });
}

/** Finds out which nodes of a workflow a server checks and runs. */
export function prepareCheck(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ outputNodes: wanted, models }: Pick<CheckDetails, 'models' | 'outputNodes'>,
): Check {
	const known = knownNodes(workflow, objectInfo);
	const outputNodes = outputNodesOf(workflow, objectInfo, wanted);
	const [sources, everySource] = [checkedSources(workflow, known), allSources(workflow)];
	const checkedIds = neededNodes(sources, outputNodes, known);
	const runningIds = neededNodes(everySource, outputNodes, known);
	const running = [...known.values()].filter(({ nodeId }) => runningIds.has(nodeId));
	return {
		workflow,
		objectInfo,
		known,
		outputNodes,
		sources,
		allSources: everySource,
		checkedIds,
		checkedNodes: running.filter(({ nodeId }) => checkedIds.has(nodeId)),
		uncheckedNodes: running.filter(({ nodeId }) => !checkedIds.has(nodeId)),
		// nodes of outputs that were not requested are idle on purpose
		idleNodes: wanted ? [] : Object.keys(workflow).filter((id) => !runningIds.has(id)),
		suggestions: new SuggestionCache(),
		modelSources: new ModelSources(models),
	};
}

/** The report about a workflow with these findings. */
export function toReport(check: Check, findings: Findings): WorkflowReport {
	const { workflow, outputNodes, sources } = check;
	const faulty = faultyNodes(findings);
	const looseLinks = findings.missingInputs.filter(({ connectedTo }) => connectedTo !== undefined);
	const failing = [...dependentNodes(faulty, sources), ...dependentNodes(looseLinks, check.allSources)];
	const failingIds = new Set(findings.missingNodeTypes.length > 0 ? outputNodes : failing);
	return {
		ok: outputNodes.length > 0 && faulty.length === 0,
		nodeCount: Object.keys(workflow).length,
		nodeTypes: [...new Set(Object.values(workflow).map((node) => node.class_type))].sort(),
		outputNodes,
		failingOutputs: outputNodes.filter((id) => failingIds.has(id)),
		...findings,
		missingModels: missingModelsOf(findings.missingChoices),
		warnings: warningsOf(check, findings),
	};
}
