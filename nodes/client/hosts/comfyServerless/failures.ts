import { ExecutionError, InterruptedError, ValidationError, type ComfyUiError } from '../../core/errors';
import { adviceFor } from '../../protocol/executionErrors';
import { show } from '../../core/text';
import type { Api } from '../../transport/Api';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { toRefusedWorkflow } from './errors';

const REFUSED_BY_COMFYUI = /Failed to queue workflow|Node errors in workflow/i;
const TIMED_OUT = /timed? ?out/i;
const ALWAYS = adviceFor('', '');

/**
 * The error for a job that the service counts as failed.
 * @param error what it says of the cause; a text as a rule
 */
export function toFailure(
	promptId: string,
	error: unknown,
	workflow: ApiWorkflow | undefined,
	api: Api,
): ComfyUiError {
	const clean = (text: string, most?: number) => api.clean(text, most);
	const said =
		typeof error === 'string' ? error : error === undefined || error === null ? '' : show(error, 600);
	const refused = toRefusedWorkflow(
		{ status: 500, code: '', message: said, details: [] },
		workflow ?? {},
		clean,
	);
	if (refused) return refused;
	if (REFUSED_BY_COMFYUI.test(said)) {
		return new ValidationError(
			`The ComfyUI behind the service refused the workflow; the service does not pass on why: ${clean(said, 200)}`,
			'refused_by_comfyui',
			[],
			'Check that all node types, models and input files of the workflow are on that ComfyUI. Files that were uploaded to the service are not in its input folder, so that Load Image does not find them.',
		);
	}
	const text = clean(said, 600) || 'no reason given';
	const advice = adviceFor('', text);
	return new ExecutionError(
		`ComfyUI Serverless failed to run the job: ${text}`,
		promptId,
		{ exceptionType: 'unknown', exceptionMessage: text, traceback: [] },
		TIMED_OUT.test(said)
			? 'The service does not notice when a node fails: such a job counts as running until its time is up. Run the workflow in the ComfyUI editor to see whether a node fails; give it more time ("timeoutMinutes") when none does.'
			: advice === ALWAYS
				? 'Look at the log of the service and of the ComfyUI behind it.'
				: advice,
	);
}

export function cancelledError(promptId: string): InterruptedError {
	return new InterruptedError(
		'The job was cancelled on ComfyUI Serverless.',
		promptId,
		'Somebody cancelled it through the service. Run it again when that was not meant for this job.',
	);
}
