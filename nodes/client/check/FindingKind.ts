import type { ApiWorkflow } from '../core/ApiWorkflow';
import { nameNode } from '../core/ApiWorkflow';
import type { NodeProblem } from '../core/errors';
import { show } from '../core/text';
import type { FoundNode, KnownNode, Place } from '../objectInfo/KnownNode';
import { suggestChoices } from '../objectInfo/choices';
import type { Sources } from '../objectInfo/graph';
import type { Choice } from '../objectInfo/inputs';
import { suggestNodeTypes } from '../objectInfo/nodeTypes';
import type { ObjectInfo } from '../objectInfo/types';
import type { ModelSources } from './models';
import type { FindingTypes } from './WorkflowReport';

/** A workflow, the catalogue it is checked against, and which of its nodes the server checks and runs. */
export interface Check {
	workflow: ApiWorkflow;
	objectInfo: ObjectInfo;
	/** Nodes of installed types, by id. */
	known: Map<string, KnownNode>;
	/** Ids of the output nodes that are to run. */
	outputNodes: string[];
	/** The connections that the server follows when it checks. */
	sources: Sources;
	/** All connections; the server follows them when it runs the workflow. */
	allSources: Sources;
	/** Ids of the nodes that the server checks, those of unknown types included. */
	checkedIds: Set<string>;
	/** The known nodes that the server checks before it runs the workflow. */
	checkedNodes: KnownNode[];
	/** The known nodes that run although the server does not check them. */
	uncheckedNodes: KnownNode[];
	/** Ids of the nodes that no output node needs; empty when only some outputs are to run. */
	idleNodes: string[];
	suggestions: SuggestionCache;
	/** Where the workflow says that its models come from. */
	modelSources: ModelSources;
}

/** One kind of finding: how it is found, and how it is described. The table in `findings.ts` lists all of them. */
export type FindingKind<K extends keyof FindingTypes = keyof FindingTypes> = {
	[P in K]: {
		/** The member of the report that holds these findings. */
		kind: P;
		/** Finds them in one node. Runs for each node that the server checks. */
		checkNode?(node: KnownNode, check: Check): Array<FindingTypes[P]>;
		/** Finds those that concern the whole workflow. */
		find?(check: Check): Array<FindingTypes[P]>;
		/** One sentence, or two with a suggestion. */
		describe(finding: FindingTypes[P]): string;
		/** The finding as the server's refusal lists it. Missing when the server does not refuse the workflow for it. */
		problems?(finding: FindingTypes[P]): NodeProblem[];
		/** The nodes that cannot run because of it. Default: the node that the finding names. */
		nodes?(finding: FindingTypes[P]): Array<{ nodeId: string }>;
		/** Whether it may disappear with a newer catalogue, such as after an installation. Default: yes. */
		dependsOnCatalogue?(finding: FindingTypes[P]): boolean;
	};
}[K];

/** A finding with the error type that the server gives to it. Leaves out what the finding does not have. */
export function problemAt(
	{ nodeId, nodeTitle, nodeType, input, value }: FoundNode & Partial<Place> & { value?: unknown },
	type: string,
	text: string,
): NodeProblem {
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

/** `"Save" (SaveImage, node 9)`, safe to show. */
export const describeNode = ({ nodeId, nodeTitle, nodeType }: FoundNode) =>
	show(nameNode(nodeId, nodeTitle, nodeType), 120).slice(1, -1);

/** `"images" of "Save" (SaveImage, node 9)`. */
export const describePlace = (place: Place) => `"${place.input}" of ${describeNode(place)}`;

/** A value in quotes. The report keeps long integers as text so that no digit is lost; they are shown as numbers. */
export const describeValue = (value: unknown) =>
	typeof value === 'string' && /^-?\d{16,}$/.test(value) ? value.slice(0, 40) : show(value);

/** ` Did you mean "a" or "b"?`, or nothing. */
export const describeSuggestions = (choices: unknown[]) =>
	choices.length > 0 ? ` Did you mean ${choices.map((choice) => show(choice)).join(' or ')}?` : '';

/** Comparing names takes time, and there may be thousands of models and as many mistakes. */
const MAX_COMPARED = 10_000;

/** Suggests names for unknown ones. Searches once for each name, and stops after {@link MAX_COMPARED} comparisons. */
export class SuggestionCache {
	private readonly found = new WeakMap<object, Map<unknown, unknown[]>>();
	private compared = 0;

	/** Installed node types that are similar to an unknown one, best first. */
	nodeTypes(name: string, objectInfo: ObjectInfo): string[] {
		const count = () => Object.keys(objectInfo).length;
		return this.once(objectInfo, name, count, () => suggestNodeTypes(name, objectInfo));
	}

	/** Choices that are similar to a value which is not among them, best first. */
	choices(choices: readonly Choice[], value: unknown): Choice[] {
		return this.once(
			choices,
			value,
			() => choices.length,
			() => suggestChoices(choices, value),
		);
	}

	private once<T>(among: object, name: unknown, count: () => number, search: () => T[]): T[] {
		const cached = this.found.get(among) ?? new Map<unknown, unknown[]>();
		this.found.set(among, cached);
		const before = cached.get(name);
		if (before) return before as T[];
		if (this.compared >= MAX_COMPARED) return [];
		this.compared += count();
		const found = search();
		cached.set(name, found);
		return found;
	}
}
