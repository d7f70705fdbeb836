import type { NodeInput } from '../objectInfo/inputs';
import type { InputAddress } from '../workflow/declaredInputs';

/** An input that the author of a workflow offers to be set from outside. */
export interface MarkedInput {
	/** Display name. */
	label: string;
	/** Where the author offers it: App Mode, a primitive node, a subgraph instance, a title, or ComfyUI Deploy. */
	from: 'app' | 'primitive' | 'subgraph' | 'title' | 'external';
	/** Every input that receives the value; never empty. */
	targets: InputAddress[];
}

/** An input of a workflow that a user can set. */
export interface WorkflowField {
	/** `nodeId.input` of the first target; stable while the node exists. */
	id: string;
	/** What the input is for, such as `Steps`, or the author's name for it; unique within its first 27 characters. */
	label: string;
	/** Every input that receives the value; usually one. */
	targets: InputAddress[];
	/** Declaration in the node type; undefined for a type that is not installed. */
	declared?: NodeInput;
	/** Value in the workflow. */
	value: unknown;
	/** Whether the author offers it (see {@link MarkedInput}). */
	marked: boolean;
	/** Whether users often change it: texts, pictures, seeds, sizes, models, strengths. */
	important: boolean;
}
