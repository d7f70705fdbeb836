import { InvalidInputError, ValidationError } from '../errors';
import type { Submission } from '../hosts/Host';
import { toProblems, type NodeErrors } from '../protocol/validation';
import type { ApiWorkflow } from '../workflow/types';

/** How to hand in a job. */
export interface QueueOptions {
	/** Our own lower-case UUID; a fresh one when left out. */
	promptId?: string;
	/** Before everything that is queued. */
	front?: boolean;
	/** Explicit priority; lower runs first. Never use the same twice. */
	number?: number;
	/** Further members of `extra_data`. */
	extraData?: Record<string, unknown>;
	/** The editor's workflow, to be embedded into the files that are made. */
	uiWorkflow?: Record<string, unknown>;
	/** Run only these output nodes (ids). */
	outputNodes?: string[];
	/** Treat a workflow of which only some outputs passed the check as a failure (and take it back). Default false. */
	failOnNodeErrors?: boolean;
	/** Subscribe to events first, so that nothing of the run is missed. Default true. */
	events?: boolean;
	signal?: AbortSignal;
}

/**
 * What is handed to the host.
 * @throws InvalidInputError for a prompt ID that is no lower-case UUID, which servers from 0.25.0 on refuse
 */
export function toSubmission(workflow: ApiWorkflow, clientId: string, options: QueueOptions): Submission {
	const promptId = options.promptId ?? crypto.randomUUID();
	if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(promptId)) {
		throw new InvalidInputError(
			`The prompt ID "${promptId.slice(0, 60)}" is not a lower-case UUID.`,
			'Leave it empty to have one made, or use one like 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d.',
		);
	}
	return {
		workflow,
		promptId,
		clientId,
		front: options.front,
		number: options.number,
		outputNodes: options.outputNodes,
		extraData: {
			...options.extraData,
			// null here makes newer servers answer 500 to everybody who lists the jobs
			...(options.uiWorkflow && { extra_pnginfo: { workflow: options.uiWorkflow } }),
		},
	};
}

/** The error for a job of which the server took only a part. */
export function partlyRefused(nodeErrors: NodeErrors, workflow: ApiWorkflow): ValidationError {
	const problems = toProblems(nodeErrors, workflow);
	return new ValidationError(
		`ComfyUI would leave some outputs out: ${problems.map(({ text }) => text).join(' ')}`,
		'prompt_outputs_failed_validation',
		problems,
		'Correct the named inputs, or let partial workflows run ("On Partial Errors": "Warn").',
	);
}
