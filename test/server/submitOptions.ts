/** How another client would queue a prompt. */
export interface SubmitOptions {
	clientId?: string;
	promptId?: string;
	number?: number;
	front?: boolean;
	extraData?: Record<string, unknown>;
	partialExecutionTargets?: string[];
}

/** The body of POST /prompt for these options. */
export function submissionBody(prompt: object, options: SubmitOptions): Record<string, unknown> {
	const given = {
		prompt: structuredClone(prompt),
		client_id: options.clientId,
		prompt_id: options.promptId,
		number: options.number,
		front: options.front,
		extra_data: options.extraData,
		partial_execution_targets: options.partialExecutionTargets,
	};
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
