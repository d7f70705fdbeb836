/** Input of a node in the editor's format. */
export interface UiInput {
	name: string;
	type: string;
	/** Id of the link that ends here. */
	linkId?: string;
	/** Name of the field that this socket belongs to. */
	widget?: string;
	label?: string;
}

/** Output of a node in the editor's format. */
interface UiOutput {
	name: string;
	type: string;
}

/** Node in the editor's format. */
export interface UiNode {
	id: string;
	type: string;
	/** 2 is muted, 4 is bypassed; anything else runs. */
	mode: number;
	title?: string;
	inputs: UiInput[];
	outputs: UiOutput[];
	/** A list by position, or an object by name; third-party files have anything here. */
	values: unknown;
	/** Newer editors write the values by name too. */
	namedValues?: Record<string, unknown>;
	properties: Record<string, unknown>;
}

/** Connection in the editor's format. */
export interface UiLink {
	id: string;
	originId: string;
	originSlot: number;
	targetId: string;
	targetSlot: number;
}

/** Nodes and the links between them: the workflow itself, or the inside of a subgraph. */
export interface UiGraph {
	name: string;
	nodes: Map<string, UiNode>;
	links: Map<string, UiLink>;
}

export const MUTED = 2;
export const BYPASSED = 4;

/** Whether a node takes part in a run. */
export const isActive = ({ mode }: UiNode): boolean => mode !== MUTED && mode !== BYPASSED;
