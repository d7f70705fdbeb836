/** How the editor treats node types that exist only in the editor and never run. */
export type VirtualNodeKind =
	/** Output n has the source of input n. */
	| 'pass-through'
	/** Writes its value into the connected fields. */
	| 'primitive'
	/** The output has the source of the set node with the same name. */
	| 'get'
	/** Notes, labels and buttons. */
	| 'ui-only'
	/** Connects other nodes without links. */
	| 'broadcast';

const KINDS: ReadonlyArray<readonly [VirtualNodeKind, string[]]> = [
	[
		'pass-through',
		[
			'Reroute',
			'Reroute (rgthree)',
			'SetNode',
			'easy setNode',
			'Node Collector (rgthree)',
			'Node Combiner (rgthree)',
		],
	],
	['primitive', ['PrimitiveNode']],
	['get', ['GetNode', 'easy getNode']],
	[
		'ui-only',
		[
			'Note',
			'MarkdownNote',
			'Label (rgthree)',
			'Bookmark (rgthree)',
			'Fast Groups Muter (rgthree)',
			'Fast Groups Bypasser (rgthree)',
			'Fast Muter (rgthree)',
			'Fast Bypasser (rgthree)',
			'Fast Actions Button (rgthree)',
			'Mute / Bypass Repeater (rgthree)',
			'Mute / Bypass Relay (rgthree)',
			'Random Unmuter (rgthree)',
			'Note Plus (mtb)',
		],
	],
	[
		'broadcast',
		[
			'Anything Everywhere',
			'Anything Everywhere?',
			'Anything Everywhere3',
			'Prompts Everywhere',
			'Seed Everywhere',
		],
	],
];

const KIND_OF = new Map(KINDS.flatMap(([kind, types]) => types.map((type) => [type, kind] as const)));

/** The kind of a node type that exists in the editor only; `undefined` for any other type. */
export function virtualNodeKind(type: string): VirtualNodeKind | undefined {
	return KIND_OF.get(type);
}

const SET_NODES = new Set(['SetNode', 'easy setNode']);

/** Whether this is a set node, which names its input for get nodes. */
export const isSetNode = (type: string): boolean => SET_NODES.has(type);
