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

/**
 * Types that the front ends of ComfyUI and of the packs that most public workflows use register as virtual
 * (`isVirtualNode`): rgthree, KJNodes, Easy-Use, mtb, Crystools, Custom-Scripts, VideoHelperSuite, Use Everywhere. The
 * front ends of the others (Impact, Inspire, WAS, Efficiency, Comfyroll, essentials, IPAdapter Plus, AnimateDiff-Evolved,
 * LayerStyle, controlnet_aux, tinyterra, GGUF, Florence2) register none.
 */
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
			'Power Conductor (rgthree)',
			'Note Plus (mtb)',
			'easy bookmark',
			'Show Metadata [Crystools]',
			'PresetText|pysssss',
			'VHS_SelectLatest',
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

/** Types that a server has too, but that the front end of their pack never sends. */
const NEVER_SENT = new Set(['VHS_SelectLatest']);

/** Whether a node of this type is not sent, although the server has the type. */
export const isNeverSent = (type: string): boolean => NEVER_SENT.has(type);

/** Types that write a value which the file does not have into the connected fields. */
const GIVES_VALUE = new Set(['PresetText|pysssss', 'VHS_SelectLatest']);

/** Whether a node that exists only in the editor writes a value into the connected fields. */
export const givesValue = (type: string): boolean => GIVES_VALUE.has(type);

const SET_NODES = new Set(['SetNode', 'easy setNode']);

/** Whether this is a set node, which names its input for get nodes. */
export const isSetNode = (type: string): boolean => SET_NODES.has(type);
