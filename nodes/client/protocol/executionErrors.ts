import { ExecutionError, InterruptedError } from '../core/errors';
import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import type { ExecutionErrorData } from './messages';
import { textOf, tidy } from '../core/text';

/** Converts a failure during execution into an error with advice. */

/** The workflow in the history may come from another person, so its titles can be long. */
const MAX_OF_A_NAME = 250;

const OUT_OF_MEMORY =
	/out of memory|OutOfMemory|\bOOM|allocation on device|not enough (GPU )?memory|DefaultCPUAllocator/i;
const MISSING_FILE =
	/No such file or directory|FileNotFoundError|not found in|could not find|does not exist/i;
const NOT_A_MODEL =
	/HeaderTooLarge|InvalidHeader|Error while deserializing|Could not detect model type|is invalid and does not contain|unexpected EOF|PytorchStreamReader/i;
const SHAPES = /shapes cannot be multiplied|size mismatch|must match the size of tensor/i;
const API_KEY = /Unauthorized|api[_ ]?key|login first|insufficient credits|payment required/i;

/** The advice for an exception, chosen by its message. */
export function adviceFor(type: string, message: string): string {
	const text = `${type} ${message}`;
	if (OUT_OF_MEMORY.test(text)) {
		return 'The GPU ran out of memory. Use a smaller image, batch or model (fp8, GGUF), free the memory that other models hold ("Unload Models" in the ComfyUI editor), or start ComfyUI with --lowvram.';
	}
	if (NOT_A_MODEL.test(text)) {
		return 'The model file is damaged, incomplete or of another kind than this loader takes. Download it again and check its folder.';
	}
	if (MISSING_FILE.test(text)) {
		return 'A model or file that the node needs is not on the server. Install it in the folder the node reads, or upload the input first.';
	}
	if (SHAPES.test(text) || expectsChannels(text)) {
		return 'The parts do not fit together: model, text encoder, VAE, LoRA and ControlNet must belong to the same model family.';
	}
	if (API_KEY.test(text)) {
		return 'The node calls a paid service: enter a Comfy.org API key in the ComfyUI credential and check its credits.';
	}
	return 'Open the workflow in the ComfyUI editor and run it there; the ComfyUI log has the whole traceback.';
}

/** `expected input[1, 4, 64, 64] to have 16 channels`. */
function expectsChannels(text: string): boolean {
	const start = text.search(/expected /i);
	return start >= 0 && / channels/i.test(text.slice(start));
}

/** The error for a job in which a node raised an exception. */
export function toExecutionError(
	promptId: string,
	data: ExecutionErrorData | undefined,
	workflow: ApiWorkflow | undefined,
	clean: (text: string, max?: number) => string = tidy,
): ExecutionError {
	const nodeId = data?.node_id === undefined ? undefined : textOf(data.node_id);
	const nodeTitle = nodeId ? titleOf(workflow, nodeId) : undefined;
	const exceptionType = clean(textOf(data?.exception_type ?? 'unknown'), 120);
	const exceptionMessage = clean(textOf(data?.exception_message ?? 'no message'), 600);
	const nodeType = typeOf(data);
	const where = clean(nameNode(nodeId, nodeTitle, nodeType), MAX_OF_A_NAME);
	return new ExecutionError(
		`${where} failed: ${exceptionMessage || exceptionType}${exceptionMessage && exceptionType !== 'unknown' ? ` [${exceptionType}]` : ''}`,
		promptId,
		{
			nodeId,
			nodeTitle,
			nodeType,
			exceptionType,
			exceptionMessage,
			traceback: (Array.isArray(data?.traceback) ? data.traceback : [])
				.slice(-12)
				.map((line) => clean(textOf(line), 400)),
		},
		adviceFor(exceptionType, exceptionMessage),
	);
}

/** The error for a job that was interrupted on the server. */
export function toInterruptedError(
	promptId: string,
	data: ExecutionErrorData | undefined,
	workflow: ApiWorkflow | undefined,
): InterruptedError {
	const nodeId = data?.node_id === undefined ? undefined : textOf(data.node_id);
	const where = nodeId
		? ` while ${tidy(nameNode(nodeId, titleOf(workflow, nodeId), typeOf(data)), MAX_OF_A_NAME)} ran`
		: '';
	return new InterruptedError(
		`The job was interrupted on the server${where}.`,
		promptId,
		'Somebody pressed Cancel in the ComfyUI editor or called /interrupt. Run it again if that was not intended.',
	);
}

/** Servers always send a text; a proxy may send anything. */
function typeOf(data: ExecutionErrorData | undefined): string | undefined {
	const type: unknown = data?.node_type;
	return typeof type === 'string' ? type : undefined;
}
