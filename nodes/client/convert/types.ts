/** Input of a node in the editor's format. */
export interface UiInput {
	name: string;
	type: string;
	/** Id of the link to this input. */
	linkId?: string;
	/** Name of the field of this socket. */
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
	/** 2: muted, 4: bypassed; any other mode runs. */
	mode: number;
	title?: string;
	inputs: UiInput[];
	outputs: UiOutput[];
	/** A list by position, or an object by name; third-party files have any JSON here. */
	values: unknown;
	/** Values by name, which newer editors add. */
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

/** Whether a node runs. */
export const isActive = ({ mode }: UiNode): boolean => mode !== MUTED && mode !== BYPASSED;
