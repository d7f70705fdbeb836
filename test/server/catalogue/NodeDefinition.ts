/** `[type]` or `[type, options]`; a list as type is a choice of the older kind. */
export type InputSpec = [string | unknown[], Record<string, unknown>?];

export interface NodeDefinition {
	input: {
		required?: Record<string, InputSpec>;
		optional?: Record<string, InputSpec>;
		hidden?: Record<string, unknown>;
	};
	output: (string | unknown[])[];
	output_node: boolean;
	name: string;
	[member: string]: unknown;
}

/** The choices of an input of either kind, or undefined when it offers none. */
export function choicesOf([type, options]: InputSpec): unknown[] | undefined {
	if (Array.isArray(type)) return type;
	if (type !== 'COMBO' || !Array.isArray(options?.['options'])) return undefined;
	return options['options'];
}
