import type {
	BadLink,
	BadValue,
	Cycle,
	MissingChoice,
	MissingFile,
	MissingInput,
	MissingNodeType,
	UnknownInput,
} from '../check/WorkflowReport';

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
