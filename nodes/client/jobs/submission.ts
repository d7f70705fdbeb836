import { InvalidInputError, NotSupportedError, ValidationError } from '../core/errors';
import type { Host, Submission } from '../hosts/Host';
import { toProblems, type NodeErrors } from '../protocol/validation';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { assertConnected } from '../protocol/safeToSend';

/** A job that the server accepted. */
export interface QueuedJob {
	promptId: string;
	/** The client whose events include those of the job. */
	clientId: string;
	/** A counter (or the given number), not the position in the queue. */
	number?: number;
	/** Outputs that will not run, although the rest will. */
	nodeErrors: NodeErrors;
	/** The short name of the server that has the job, on a pool. */
	server?: string;
}

/** How to submit a job. */
export interface QueueOptions {
	/** A lower-case UUID; default a fresh one. Servers before 0.3.45 and some hosts assign another. */
	promptId?: string;
	/** Puts the job before all that are queued. */
	front?: boolean;
	/** Explicit priority; lower runs first. Use each number only once. */
	number?: number;
	/** Further members of `extra_data`. */
	extraData?: Record<string, unknown>;
	/** The editor's workflow, embedded into the files that the job makes. */
	uiWorkflow?: Record<string, unknown>;
	/** Run only these output nodes (ids). */
	outputNodes?: string[];
	/** Runs a workflow that is deployed on the host, with these inputs, instead of one that is sent. */
	deployment?: Submission['deployment'];
	/** URL that the host calls when the job has ended. */
	callbackUrl?: string;
	/**
	 * Options of this host only, such as a GPU, a priority or a time limit; see the host. A pool takes `tag`: only servers
	 * with this tag may run the job.
	 */
	hostOptions?: Record<string, unknown>;
	/**
	 * On a pool: submits when a server is free, and waits for one (`run` does so). Default: submits at once, to the server
	 * that will be free first.
	 */
	waitForServer?: boolean;
	/** On a pool: called with the short name of each server that is chosen, before the job is sent. */
	onServer?: (server: string) => void;
	/** Called with the ID of a job whose server went down before it answered; another server of the pool gets the job. */
	onGone?: (promptId: string) => void;
	/** Cancel the job and fail when the server accepts only some of its outputs. Default false. */
	failOnNodeErrors?: boolean;
	/** Subscribe to events first, so that no event of the job is missed. Default true. */
	events?: boolean;
	signal?: AbortSignal;
}

/**
 * The submission as hosts take it.
 * @throws InvalidInputError for a prompt ID that is no lower-case UUID, which servers from 0.25.0 on refuse
 * @throws InvalidWorkflowError for connections that lead nowhere
 */
export function toSubmission(workflow: ApiWorkflow, clientId: string, options: QueueOptions): Submission {
	const promptId = options.promptId ?? crypto.randomUUID();
	if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(promptId)) {
		throw new InvalidInputError(
			`The prompt ID "${promptId.slice(0, 60)}" is not a lower-case UUID.`,
			'Leave it empty to get a new one, or use one like 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d.',
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
 * Rejects options that the host cannot follow and might silently ignore.
 * @throws NotSupportedError that names what to use instead
 */
export function assertSupported({ deployment, callbackUrl }: QueueOptions, host: Host): void {
	if (deployment && host.capabilities.workflows === 'sent') {
		throw new NotSupportedError(
			`${host.name} cannot run deployed workflows by their ID.`,
			'Send the workflow itself, with its inputs set.',
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

/** The error for a job of which the server accepted only some outputs. @param hint added to the usual one */
export function toPartialError(nodeErrors: NodeErrors, workflow: ApiWorkflow, hint = ''): ValidationError {
	const problems = toProblems(nodeErrors, workflow);
	return new ValidationError(
		`ComfyUI would leave some outputs out: ${problems.map(({ text }) => text).join(' ')}`,
		'prompt_outputs_failed_validation',
		problems,
		['Correct the named inputs, or let partial workflows run ("On Partial Errors": "Warn").', hint]
			.filter(Boolean)
			.join(' '),
	);
}
