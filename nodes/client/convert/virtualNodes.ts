/** What the editor does with nodes that exist in the editor only and never run. */
export type VirtualKind =
	/** Output n is what is connected to input n. */
	| 'passes'
	/** Writes its value into the fields that it is connected to. */
	| 'primitive'
	/** Output is the input of the set node of the same name. */
	| 'gets'
	/** Says or shows something. */
	| 'decorates'
	/** Connects others without links in the file. */
	| 'broadcasts';

const KINDS: ReadonlyArray<readonly [VirtualKind, string[]]> = [
	['passes', ['Reroute', 'Reroute (rgthree)', 'SetNode', 'easy setNode', 'Node Collector (rgthree)']],
	['primitive', ['PrimitiveNode']],
	['gets', ['GetNode', 'easy getNode']],
	[
		'decorates',
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
		],
	],
	[
		'broadcasts',
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
export function virtualKind(type: string): VirtualKind | undefined {
	return KIND_OF.get(type);
}

const SETTERS = new Set(['SetNode', 'easy setNode']);

/** Whether a node gives its input a name for get nodes. */
export const isSetter = (type: string): boolean => SETTERS.has(type);
