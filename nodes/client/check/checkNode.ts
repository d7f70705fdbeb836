import { findBadLinks } from './connections';
import { findBadValues } from './values';
import type { BadLink, BadValue, MissingChoice, MissingInput } from './WorkflowReport';
import type { KnownNode } from '../objectInfo/KnownNode';
import { findMissingInputs, findMissingChoices } from './inputs';
import type { Suggestions } from './Suggestions';

/** What is wrong with single nodes. */
export interface NodeFindings {
	missingChoices: MissingChoice[];
	missingInputs: MissingInput[];
	badValues: BadValue[];
	badLinks: BadLink[];
	/** Connections that may be wrong; an extension decides. */
	doubtfulLinks: BadLink[];
}

/**
 * Looks into nodes one by one.
 * @param all the nodes that they may be connected to
 */
export function lookInto(
	nodes: KnownNode[],
	all: Map<string, KnownNode>,
	suggestions: Suggestions,
): NodeFindings {
	const links = nodes.map((node) => findBadLinks(node, all));
	return {
		missingChoices: nodes.flatMap((node) => findMissingChoices(node, suggestions)),
		missingInputs: nodes.flatMap(findMissingInputs),
		badValues: nodes.flatMap(findBadValues),
		badLinks: links.flatMap(({ certain }) => certain),
		doubtfulLinks: links.flatMap(({ doubtful }) => doubtful),
	};
}
