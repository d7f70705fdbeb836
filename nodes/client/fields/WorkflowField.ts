import type { NodeInput } from '../objectInfo/inputs';
import type { InputAddress } from '../workflow/declaredInputs';

/** An input that the author of a workflow meant to be set from outside. */
export interface MarkedInput {
	/** Its name for people. */
	label: string;
	from: 'primitive' | 'subgraph' | 'title' | 'external';
	/** All that one value goes to; never empty. */
	targets: InputAddress[];
}

/** An input of a workflow that a person may set. */
export interface WorkflowField {
	/** `nodeId.input` of the first target; stays the same while the node is there. */
	id: string;
	/** `title · input`, or the name that the author gave it. Each label occurs once. */
	label: string;
	/** Everything the value goes to; mostly one input. */
	targets: InputAddress[];
	/** What the node type says about it; undefined for a type that is not installed. */
	declared?: NodeInput;
	/** What the workflow has there now. */
	value: unknown;
	/** Whether the author marked it. */
	marked: boolean;
	/** Whether people change it often: texts, pictures, seeds, sizes, models, strengths. */
	important: boolean;
}
