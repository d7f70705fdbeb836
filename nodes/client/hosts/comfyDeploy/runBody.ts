import { InvalidInputError, NotSupportedError } from '../../core/errors';
import { listed, show } from '../../core/text';
import type { Submission } from '../Host';
import { givenInputs, plainInputs } from './inputs';
import type { Generation } from './known';

/** What `Submission.hostOptions` may hold. Only the hosted ComfyUI Deploy heeds them. */
export interface ComfyDeployRunOptions {
	/** Instead of the GPU of the machine: T4, L4, A10G, L40S, A100, A100-80GB, H100 ... */
	gpu?: string;
	/** Calls the callback URL also while the run goes on, at every change. Default false. */
	callbackOnProgress?: boolean;
}

const OPTION_TYPES: Record<keyof ComfyDeployRunOptions, string> = {
	gpu: 'string',
	callbackOnProgress: 'boolean',
};
const ORDER = 'Leave it out: runs start in the order in which they are handed in.';

/**
 * What a submission can mean for ComfyUI Deploy, whatever the generation.
 * @throws NotSupportedError for what it cannot do, InvalidInputError for options that nobody knows
 */
export function assertSubmission({ deployment, front, number, outputNodes, hostOptions }: Submission): void {
	if (!deployment) {
		throw new NotSupportedError(
			'ComfyUI Deploy runs deployments, not workflows that are sent along.',
			'Deploy the workflow in ComfyUI Deploy and enter its deployment ID; inputs of the deployment take the values.',
		);
	}
	if (!deployment.id.trim()) {
		throw new InvalidInputError(
			'The deployment ID is empty.',
			'Copy it from the page of the deployment in ComfyUI Deploy.',
		);
	}
	if (front) throw new NotSupportedError('ComfyUI Deploy does not put runs before others.', ORDER);
	if (number !== undefined) throw new NotSupportedError('ComfyUI Deploy knows no priorities.', ORDER);
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'ComfyUI Deploy runs deployments as a whole.',
			'Leave the output nodes out, or deploy a workflow that has only those.',
		);
	}
	for (const [name, value] of Object.entries(hostOptions ?? {})) assertOption(name, value);
}

function assertOption(name: string, value: unknown): void {
	const type = Object.hasOwn(OPTION_TYPES, name) ? OPTION_TYPES[name as 'gpu'] : undefined;
	if (!type) {
		throw new InvalidInputError(
			`ComfyUI Deploy has no option ${show(name)}.`,
			`It knows: ${listed(Object.keys(OPTION_TYPES))}.`,
		);
	}
	if (value !== undefined && typeof value !== type) {
		throw new InvalidInputError(`The option "${name}" of ComfyUI Deploy has to be a ${type}.`);
	}
}

/**
 * The body that starts a run; the submission has passed {@link assertSubmission}.
 * @throws InvalidInputError, NotSupportedError for what only the other generation takes
 */
export function runBody(submission: Submission, generation: Generation): Record<string, unknown> {
	const { id, inputs } = submission.deployment as NonNullable<Submission['deployment']>;
	const { gpu, callbackOnProgress } = (submission.hostOptions ?? {}) as ComfyDeployRunOptions;
	const webhook = submission.callbackUrl;
	if (generation === 'v2') {
		return {
			deployment_id: id.trim(),
			inputs: givenInputs(inputs),
			...(webhook && { webhook }),
			...(webhook && callbackOnProgress && { webhook_intermediate_status: true }),
			...(gpu && { gpu }),
		};
	}
	if (webhook) {
		throw new NotSupportedError(
			'This ComfyUI Deploy (the open-source web app) does not call back when a run has ended.',
			'Wait for the run instead, or use the hosted ComfyUI Deploy.',
		);
	}
	if (gpu) {
		throw new NotSupportedError(
			'This ComfyUI Deploy (the open-source web app) does not choose GPUs for single runs.',
			'Leave the GPU out and choose it for the machine of the deployment.',
		);
	}
	return { deployment_id: id.trim(), inputs: plainInputs(inputs) };
}
