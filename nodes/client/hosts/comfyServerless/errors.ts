import {
	ValidationError,
	type NodeProblem,
	ExecutionError,
	InterruptedError,
	type ComfyUiError,
} from '../../core/errors';
import { listed, tidy, show } from '../../core/text';
import { nameNode, titleOf, type ApiWorkflow } from '../../core/ApiWorkflow';
import type { Refusal, RefusedPart } from './Api';
import { adviceFor } from '../../protocol/executionErrors';
import type { Api } from '../../transport/Api';

/** How the service writes down its own findings: a Python list of texts. */
const FINDINGS = /Invalid workflow: *(\[[^]*)$/;
/** A text without its closing quote, as at the end of a list that was cut, is read to the end. */
const PYTHON_TEXT = /'((?:[^'\\]|\\(?:[^]|$))*)(?:'|$)|"((?:[^"\\]|\\(?:[^]|$))*)(?:"|$)/g;
const OF_NODE = /^Node (\S+): ([^]*)$/;
const MAX_CHARACTERS = 20_000;

/**
 * The error for a workflow that the service itself refused, before ComfyUI saw it.
 * @returns undefined for a refusal that is about something else
 */
export function toRefusedWorkflow(
	{ status, message, details }: Refusal,
	workflow: ApiWorkflow,
	clean: (text: string, max?: number) => string = tidy,
): ValidationError | undefined {
	const [, found] = FINDINGS.exec(message) ?? [];
	if (found === undefined && status !== 422 && status !== 400) return undefined;
	const texts = found === undefined ? [] : pythonTexts(found);
	const findings = texts.length > 0 ? texts.map(ofText) : details.map(ofPart);
	const problems = findings
		.filter((finding) => finding.nodeId !== undefined)
		.map((finding) => toProblem(finding, workflow, clean));
	const general = findings.filter(({ nodeId }) => nodeId === undefined).map(({ text }) => clean(text, 200));
	const said = [...problems.map(({ text }) => text), ...general];
	return new ValidationError(
		`ComfyUI Serverless refused the workflow: ${said.length > 0 ? listed(said, 4) : clean(message, 300) || 'it did not say why'}`,
		'invalid_workflow',
		problems,
		problems.some(({ type }) => type === 'unsupported_node_type') || (texts.length > 0 && general.length > 0)
			? 'The service takes only the node types that its operator lists, and only workflows with a checkpoint loader, a sampler and Save Image or Preview Image. Ask its operator to extend the list, or run the workflow on another host.'
			: 'Correct what is named, in the workflow or in the options of the job.',
	);
}

/** Something that the service did not like, in a node where it names one. */
interface Finding {
	nodeId?: string;
	text: string;
}

function pythonTexts(list: string): string[] {
	const texts = [...list.slice(0, MAX_CHARACTERS).matchAll(PYTHON_TEXT)];
	return texts.map(([, single, double]) => (single ?? double ?? '').replace(/\\(['"\\])/g, '$1'));
}

function ofText(text: string): Finding {
	const [, nodeId, said] = OF_NODE.exec(text) ?? [];
	return nodeId === undefined ? { text } : { nodeId, text: said };
}

function ofPart({ path, message }: RefusedPart): Finding {
	const at = path.indexOf('nodes');
	const where = path.filter((part) => part !== 'body').join('.');
	return {
		nodeId: at < 0 || path[at + 1] === undefined ? undefined : String(path[at + 1]),
		text: `${where}: ${message}`,
	};
}

function toProblem(
	{ nodeId = '', text }: Finding,
	workflow: ApiWorkflow,
	clean: (text: string, max?: number) => string,
): NodeProblem {
	const nodeTitle = titleOf(workflow, nodeId);
	const nodeType = Object.hasOwn(workflow, nodeId) ? workflow[nodeId].class_type : undefined;
	const [, input] = /\binput '([^']+)'/i.exec(text) ?? [];
	return {
		nodeId,
		nodeTitle,
		nodeType,
		type: typeOf(text),
		input,
		text: `${nameNode(clean(nodeId, 60), nodeTitle, nodeType)}: ${clean(text, 200)}`,
	};
}

function typeOf(text: string): string {
	if (/^Unsupported node type/i.test(text)) return 'unsupported_node_type';
	if (/^Missing required input|cannot be null/i.test(text)) return 'required_input_missing';
	return /references non-existent node/i.test(text) ? 'bad_linked_input' : 'invalid_input_type';
}

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
	const clean = (text: string, max?: number) => api.clean(text, max);
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
