import { ExecutionError } from '../../core/errors';
import { toExecutionError } from '../../protocol/executionErrors';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { ApiWorkflow } from '../../core/ApiWorkflow';

const SERVICE =
	'This is a fault of the service and not of the workflow: run it again, later when it happens again.';
const CREDITS =
	'Add credits on platform.comfy.org, then run it again. Trying again without that does not help.';

/** What to do about the kinds of failure that only the cloud has. */
const ADVICE: Record<string, string> = {
	ValidationError:
		'The cloud checked the workflow again before it ran it. Correct what the message names; "ComfyUI Object Info" can check a whole workflow.',
	ModelDownloadError:
		'Choose a model that the cloud offers (the editor on cloud.comfy.org lists them), or import it there first.',
	ImageDownloadError:
		'The address of an input picture does not lead to a picture that everybody may read. Upload the file instead.',
	OOMError: 'The GPU ran out of memory. Use a smaller picture, batch or model (fp8, GGUF).',
	InsufficientFundsError: CREDITS,
	InactiveSubscriptionError:
		'Renew the plan on platform.comfy.org, then run it again. Trying again without that does not help.',
	PanicError: SERVICE,
	ServiceError: SERVICE,
	WebSocketError: SERVICE,
	DispatcherError: SERVICE,
};

/** How a failure of one of these kinds is explained; undefined for those that any ComfyUI has. */
export function explainFailure(
	promptId: string,
	error: ExecutionErrorData | undefined,
): ((workflow: ApiWorkflow | undefined) => ExecutionError) | undefined {
	const type = String(error?.exception_type);
	if (!Object.hasOwn(ADVICE, type)) return undefined;
	return (workflow) => {
		const { message, failure } = toExecutionError(promptId, error, workflow);
		return new ExecutionError(message, promptId, failure, ADVICE[type]);
	};
}
