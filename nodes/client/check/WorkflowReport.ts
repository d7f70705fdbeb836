import type { FoundNode, Place } from '../objectInfo/KnownNode';
import type { Choice } from '../objectInfo/inputs';

/** What a check can find in a workflow. All of it is plain JSON. */

/** A node type that is not installed. */
export interface MissingNodeType {
	nodeType: string;
	nodeIds: string[];
	didYouMean: string[];
}

/** A value that the server does not offer, such as a model that is not installed. */
export interface MissingChoice extends Place {
	value: unknown;
	/** Choices, spelled as the server expects them. */
	didYouMean: Choice[];
	/** The first choices of the server, at most 20. */
	offered: Choice[];
	/** Number of all choices of the server; 0 when nothing is installed. */
	offeredCount: number;
	/** Where the workflow says that the model comes from. */
	source?: { url: string; directory: string };
}

/** A model that a workflow uses and the server does not have. */
export interface MissingModel {
	/** Name of the file, as the workflow has it. */
	name: string;
	/** The folder in ComfyUI's `models` that it belongs into; missing when it is not known. */
	directory?: string;
	/** Address to download it from, if the workflow knows one. */
	url?: string;
	/** The inputs that name it. */
	usedBy: Place[];
}

/** A required input without a value or a connection, or any input connected to a node that does not exist. */
export interface MissingInput extends Place {
	/** The type that the input takes. */
	type: string;
	/** Id of the node it is connected to, which is not in the workflow. */
	connectedTo?: string;
}

/** A value that the server cannot convert to the type of the input, or that is out of range. */
export interface BadValue extends Place {
	/** As the server receives it; a text where a number would lose digits. */
	value: unknown;
	/** `INT`, `FLOAT` or another type that has a range. */
	type: string;
	/** The server's error type. */
	problem: 'invalid_input_type' | 'value_smaller_than_min' | 'value_bigger_than_max';
	/** The smallest or the largest value that the input takes, where that is the problem. */
	limit?: number;
}

/** A connection that the server cannot follow, or whose output has another type than the input. */
export interface BadLink extends Place {
	/** The connection as it is written in the workflow. */
	value: unknown;
	/** The type that the input takes. */
	type: string;
	/**
	 * `not_a_link`: a list that is not a pair; a list value has to be wrapped. `bad_source`: the id of the node
	 * is not a text. `bad_slot`: the output is not a whole number. `no_such_slot`: the source has fewer outputs.
	 * `type_mismatch`: the output has another type.
	 */
	problem: 'not_a_link' | 'bad_source' | 'bad_slot' | 'no_such_slot' | 'type_mismatch';
	/** The node it comes from, if known. */
	source?: FoundNode;
	/** Types of the outputs of the source, by slot. */
	outputs?: string[];
	/** Slots of the source that fit the input. */
	fittingSlots?: number[];
}

/** Nodes that depend on each other: each depends on the next one, and the last on the first. */
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
	/** Files, spelled as the server expects them. */
	didYouMean: Choice[];
}

/** An input that the node type does not have. The server ignores it. */
export interface UnknownInput extends Place {
	/** Required inputs without a value that have a similar name. */
	didYouMean: string[];
}

/** The finding of each kind. */
export interface FindingTypes {
	missingNodeTypes: MissingNodeType;
	missingChoices: MissingChoice;
	missingInputs: MissingInput;
	badValues: BadValue;
	badLinks: BadLink;
	cycles: Cycle;
	/** Uploaded files that are known not to be on the server; the catalogue alone does not show that. */
	missingFiles: MissingFile;
	/** Inputs that the server ignores. A workflow with unknown inputs can still be `ok`. */
	unknownInputs: UnknownInput;
}

/** All findings of a check, by kind. */
export type Findings = { [Kind in keyof FindingTypes]: Array<FindingTypes[Kind]> };

/** Whether a server can run a workflow, and what prevents it. Plain JSON. */
export interface WorkflowReport extends Findings {
	/** Every output can run: there is an output, and the server refuses nothing. */
	ok: boolean;
	nodeCount: number;
	/** Class names in use, sorted. */
	nodeTypes: string[];
	/** Ids of the output nodes, of those that were requested. */
	outputNodes: string[];
	/** Those that the server does not run. It runs the others; when all fail it refuses the workflow. */
	failingOutputs: string[];
	/** On a pool: the servers that have all that the workflow needs; without one the workflow is not `ok`. */
	servers?: string[];
	/** On a pool: the other servers, with what each of them lacks, or why it does not answer. */
	unsuitableServers?: Array<{ server: string; reason: string }>;
	/** The models among the missing choices, each once. */
	missingModels: MissingModel[];
	/** One sentence each. */
	warnings: string[];
}
