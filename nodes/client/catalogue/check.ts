import type { ObjectInfo } from '../hosts/selfHosted/Catalogue';
import type { ApiWorkflow } from '../workflow/types';
import {
	findMissingChoices,
	findMissingInputs,
	findMissingNodeTypes,
	knownNodes,
	type MissingChoice,
	type MissingInput,
	type MissingNodeType,
} from './findings';
import { outputNodesOf, runningNodesOf } from './runningNodes';
import { warnOfDeprecated, warnOfIdleNodes, warnOfNoOutput, warnOfPartnerNodes } from './warnings';

/** Whether a server can run a workflow, and what it lacks. Plain JSON. */
export interface WorkflowReport {
	/** Every output can run: nothing is missing, and there is an output. */
	ok: boolean;
	nodeCount: number;
	/** Class names in use, sorted. */
	nodeTypes: string[];
	/** Ids of the nodes that make it runnable. */
	outputNodes: string[];
	missingNodeTypes: MissingNodeType[];
	missingChoices: MissingChoice[];
	missingInputs: MissingInput[];
	/** One sentence each. */
	warnings: string[];
}

/**
 * Compares a workflow with what a server offers. Nodes that no output depends on are not looked into, as
 * the server does not either; their types have to be installed all the same.
 */
export function checkWorkflow(workflow: ApiWorkflow, objectInfo: ObjectInfo): WorkflowReport {
	const outputNodes = outputNodesOf(workflow, objectInfo);
	const running = runningNodesOf(workflow, objectInfo);
	const runningIds = Object.keys(workflow).filter((id) => running.has(id)); // in the order of the workflow
	const nodes = knownNodes(workflow, runningIds, objectInfo);
	const missingNodeTypes = findMissingNodeTypes(workflow, objectInfo);
	const missingChoices = nodes.flatMap(findMissingChoices);
	const missingInputs = nodes.flatMap(findMissingInputs);
	const missing = [missingNodeTypes, missingChoices, missingInputs];
	return {
		ok: outputNodes.length > 0 && missing.every((list) => list.length === 0),
		nodeCount: Object.keys(workflow).length,
		nodeTypes: [...new Set(Object.values(workflow).map((node) => node.class_type))].sort(),
		outputNodes,
		missingNodeTypes,
		missingChoices,
		missingInputs,
		warnings: [
			...(missingNodeTypes.length > 0 ? [] : warnOfNoOutput(outputNodes)), // the missing one may be it
			...warnOfIdleNodes(workflow, running),
			...warnOfDeprecated(workflow, objectInfo),
			...warnOfPartnerNodes(workflow, objectInfo),
		],
	};
}
