import { InvalidInputError, NotSupportedError, ValidationError } from '../core/errors';
import type { Host, Submission } from '../hosts/Host';
import { toProblems, type NodeErrors } from '../protocol/validation';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { assertConnected } from '../protocol/safeToSend';

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
	/** Runs a workflow that the host keeps, with these inputs, instead of one that is sent. */
	deployment?: Submission['deployment'];
	/** Where the host is to report the end of the job to. */
	callbackUrl?: string;
	/** What only this host knows, such as a GPU, a priority or a time limit; see the host. */
	hostOptions?: Record<string, unknown>;
	/** Treat a workflow of which only some outputs passed the check as a failure (and take it back). Default false. */
	failOnNodeErrors?: boolean;
	/** Subscribe to events first, so that nothing of the run is missed. Default true. */
	events?: boolean;
	signal?: AbortSignal;
}

/**
 * What is handed to the host.
 * @throws InvalidInputError for a prompt ID that is no lower-case UUID, which servers from 0.25.0 on refuse
 * @throws InvalidWorkflowError for connections that lead nowhere
 */
export function toSubmission(workflow: ApiWorkflow, clientId: string, options: QueueOptions): Submission {
	const promptId = options.promptId ?? crypto.randomUUID();
	if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(promptId)) {
		throw new InvalidInputError(
			`The prompt ID "${promptId.slice(0, 60)}" is not a lower-case UUID.`,
			'Leave it empty to have one made, or use one like 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d.',
		);
	}
	assertConnected(workflow);
	return {
		workflow,
		promptId,
		clientId,
		front: options.front,
		number: options.number,
		outputNodes: options.outputNodes,
		deployment: options.deployment,
		callbackUrl: options.callbackUrl,
		hostOptions: options.hostOptions,
		extraData: {
			...options.extraData,
			// null here makes newer servers answer 500 to everybody who lists the jobs
			...(options.uiWorkflow && { extra_pnginfo: { workflow: options.uiWorkflow } }),
		},
	};
}

/**
 * Refuses what the host cannot do and may quietly ignore.
 * @throws NotSupportedError that names what to use instead
 */
export function assertPossible({ deployment, callbackUrl }: QueueOptions, host: Host): void {
	if (deployment && host.capabilities.workflows === 'sent') {
		throw new NotSupportedError(
			`${host.name} runs no deployed workflows by their ID.`,
			'Hand in the workflow itself, with its inputs set.',
		);
	}
	if (!deployment && host.capabilities.workflows === 'deployed') {
		throw new NotSupportedError(
			`${host.name} runs only workflows that were deployed there.`,
			`Deploy the workflow in ${host.name} and enter its deployment ID; the inputs of the deployment take the values.`,
		);
	}
	if (callbackUrl && !host.capabilities.callbacks) {
		throw new NotSupportedError(
			`${host.name} does not call back when a job has ended.`,
			'Wait for the job instead (node "ComfyUI Wait For Completion"), or use a host that calls back.',
		);
	}
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
