import type { FoundNode, Place } from '../objectInfo/KnownNode';
import type { Choice } from '../objectInfo/inputs';

/** What a check can find in a workflow. All of it is plain JSON. */

/** A node type that is not installed. */
export interface MissingNodeType {
	nodeType: string;
	nodeIds: string[];
	didYouMean: string[];
}

/** A value that the server does not offer, such as a model that is not there. */
export interface MissingChoice extends Place {
	value: unknown;
	/** Choices as they have to be written. */
	didYouMean: Choice[];
}

/** A required input without a value or a connection, or any input connected to nothing. */
export interface MissingInput extends Place {
	/** What it takes. */
	type: string;
	/** Id of the node it is connected to, which is not in the workflow. */
	connectedTo?: string;
}

/** A value that the server cannot convert to the type of the input, or that is out of range. */
export interface BadValue extends Place {
	/** As the server gets it; a text where a number would lose digits. */
	value: unknown;
	/** `INT`, `FLOAT` or another type that has a range. */
	type: string;
	/** The name that the server gives to this mistake. */
	problem: 'invalid_input_type' | 'value_smaller_than_min' | 'value_bigger_than_max';
	/** The least or the greatest value that it takes, where that is the problem. */
	limit?: number;
}

/** A connection that the server cannot follow, or that brings something else than the input takes. */
export interface BadLink extends Place {
	/** The connection as it is written. */
	value: unknown;
	/** What the input takes. */
	type: string;
	/**
	 * `not_a_link`: a list that is no pair, which a value has to be wrapped for. `bad_source`: the node is not
	 * named by a text. `bad_slot`: the output is not given by its number. `no_such_slot`: the source has
	 * fewer outputs. `type_mismatch`: the output is of another type.
	 */
	problem: 'not_a_link' | 'bad_source' | 'bad_slot' | 'no_such_slot' | 'type_mismatch';
	/** Where it comes from, as far as that is known. */
	source?: FoundNode;
	/** Types of the outputs of the source, by slot. */
	outputs?: string[];
	/** Slots of the source that the input would take. */
	fittingSlots?: number[];
}

/** Nodes that need each other, each the next one and the last one the first. */
export interface Cycle {
	nodes: FoundNode[];
}

/** A value that names an uploaded file. */
export interface UploadedFilePlace extends Place {
	value: string;
	file: { filename: string; subfolder: string; type: 'input' | 'output' | 'temp' };
}

/** A file that is not on the server. */
export interface MissingFile extends UploadedFilePlace {
	/** Files as they have to be written. */
	didYouMean: Choice[];
}

/** An input that the node type does not have. The server passes over it. */
export interface UnknownInput extends Place {
	/** Required inputs without a value that may be meant. */
	didYouMean: string[];
}

/** Whether a server can run a workflow, and what is in the way. Plain JSON. */
export interface WorkflowReport {
	/** Every output can run: the server would refuse nothing, and there is an output. */
	ok: boolean;
	nodeCount: number;
	/** Class names in use, sorted. */
	nodeTypes: string[];
	/** Ids of the nodes that make it runnable, of those that were asked for. */
	outputNodes: string[];
	/** Those of them that the server would not run; it runs the others, and refuses the workflow without any. */
	failingOutputs: string[];
	missingNodeTypes: MissingNodeType[];
	missingChoices: MissingChoice[];
	missingInputs: MissingInput[];
	badValues: BadValue[];
	badLinks: BadLink[];
	cycles: Cycle[];
	/** Uploaded files that are known not to be on the server; the catalogue alone does not tell. */
	missingFiles: MissingFile[];
	/** Inputs that the server passes over. They do not make a workflow not ok. */
	unknownInputs: UnknownInput[];
	/** One sentence each. */
	warnings: string[];
}
