import { ValidationError, type NodeProblem } from '../core/errors';
import { didYouMean, nearestNames } from '../core/nearestNames';
import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { listed, show, textOf, tidy } from '../core/text';
import { isRecord } from '../core/guards';

/** Converts a refusal of `POST /prompt` into findings that a person can act on. */

const MAX_OF_A_NAME = 250;

/** `node_errors` as the server sends it, by node id. */
export type NodeErrors = Record<
	string,
	{ class_type?: string; dependent_outputs?: string[]; errors: Array<Record<string, unknown>> }
>;

/** Keeps only what has the shape of `node_errors`. */
export function readNodeErrors(value: unknown): NodeErrors {
	if (!isRecord(value)) return {};
	return Object.fromEntries(
		Object.entries(value).filter(([, node]) => isRecord(node) && Array.isArray(node.errors)),
	) as NodeErrors;
}

/** One finding per error, in the server's order. */
export function toProblems(nodeErrors: NodeErrors, workflow: ApiWorkflow): NodeProblem[] {
	return Object.entries(nodeErrors).flatMap(([nodeId, node]) =>
		node.errors.filter(isRecord).map((error) => toProblem(nodeId, node.class_type, error, workflow)),
	);
}

function toProblem(
	nodeId: string,
	nodeType: unknown,
	error: Record<string, unknown>,
	workflow: ApiWorkflow,
): NodeProblem {
	const extra = isRecord(error.extra_info) ? error.extra_info : {};
	const type = textOf(error.type ?? 'unknown');
	const input = typeof extra.input_name === 'string' ? extra.input_name : undefined;
	const problem: NodeProblem = {
		nodeId,
		nodeTitle: titleOf(workflow, nodeId),
		nodeType: typeof nodeType === 'string' ? nodeType : typeOf(workflow, nodeId),
		type,
		input,
		received: extra.received_value,
		text: '',
	};
	const where = tidy(nameNode(nodeId, problem.nodeTitle, problem.nodeType), MAX_OF_A_NAME);
	problem.text = `${where}${input ? `, input "${tidy(input, 100)}"` : ''}: ${explain(type, error, extra)}`;
	return problem;
}

/** What is wrong, in words; unknown types fall back to the server's own. */
function explain(type: string, error: Record<string, unknown>, extra: Record<string, unknown>): string {
	const received = show(extra.received_value);
	const config = Array.isArray(extra.input_config) ? extra.input_config : [];
	const options = isRecord(config[1]) ? config[1] : {};
	switch (type) {
		case 'required_input_missing':
			return 'a value or a connection is required but missing.';
		case 'value_smaller_than_min':
			return `${received} is smaller than the minimum ${show(options.min)}.`;
		case 'value_bigger_than_max':
			return `${received} is bigger than the maximum ${show(options.max)}.`;
		case 'invalid_input_type':
			return `${received} cannot be read as ${show(config[0])}.`;
		case 'value_not_in_list':
			return notInList(
				extra.received_value,
				Array.isArray(config[0]) ? config[0] : options.options,
				textOf(error.details ?? ''),
			);
		case 'return_type_mismatch':
			return `connected to ${show(extra.received_type)}, but it takes ${show(config[0])}.`;
		case 'bad_linked_input':
			return `${received} is a list, which the server reads as a connection; write a list value as {"__value__": [...]}.`;
		case 'custom_validation_failed':
			return notAccepted(textOf(error.details ?? ''));
		case 'exception_during_validation':
		case 'exception_during_inner_validation':
			return `its check failed: ${show(extra.exception_message ?? error.details, 200)}. Look for a connection to a node or an output that does not exist.`;
		default:
			return show([error.message, error.details].filter(Boolean).map(textOf).join(': '), 300).replace(
				/^"|"$/g,
				'',
			);
	}
}

function notInList(received: unknown, choices: unknown, details: string): string {
	const names = Array.isArray(choices) ? choices.map((choice) => tidy(textOf(choice), 120)) : [];
	if (Array.isArray(choices) && names.length === 0) {
		return `${show(received)} is not available: the server has nothing to choose from here. Install a file of this kind on the server.`;
	}
	if (names.length === 0) {
		// the server leaves the choices out when there are more than 20
		return `${show(received)} is not available on the server (${show(details, 120).replace(/^"|"$/g, '')}). The node "ComfyUI Object Info" lists the choices.`;
	}
	const near = nearestNames(textOf(received), names);
	const first = [...new Set([...near, ...names])];
	return [
		`${show(received)} is not available.`,
		didYouMean(tidy(textOf(received), 120), names),
		`Allowed: ${listed(first, 8)}.`,
	]
		.filter(Boolean)
		.join(' ');
}

function typeOf(workflow: ApiWorkflow, nodeId: string): string | undefined {
	return Object.hasOwn(workflow, nodeId) ? workflow[nodeId].class_type : undefined;
}

function notAccepted(details: string): string {
	const start = details.search(/Invalid (image|audio|video|model|file)/i);
	const colon = start < 0 ? -1 : details.indexOf(':', start);
	const file = colon < 0 ? '' : details.slice(colon + 1).trimStart();
	return file
		? `the file ${show(file)} is not on the server. Upload it first (node "ComfyUI Upload Image") and use the "value" it returns.`
		: `the node does not accept the value (${show(details, 200).replace(/^"|"$/g, '')}).`;
}

/** The error for a 400 of `POST /prompt`; undefined when the body is not one of ComfyUI's. */
export function toValidationError(body: unknown, workflow: ApiWorkflow): ValidationError | undefined {
	if (!isRecord(body) || !isRecord(body.error)) return undefined;
	const { error } = body;
	const type = textOf(error.type ?? 'unknown');
	const problems = toProblems(readNodeErrors(body.node_errors), workflow);
	const said = show([error.message, error.details].filter(Boolean).map(textOf).join(' '), 300).replace(
		/^"|"$/g,
		'',
	);
	switch (type) {
		case 'prompt_no_outputs':
			return new ValidationError(
				'The workflow has no output node, so there is nothing to run.',
				type,
				problems,
				'Add a node that keeps a result, such as Save Image or Preview Image; or check which output nodes to run.',
			);
		case 'invalid_prompt':
		case 'missing_node_type':
			return missingNodeType(type, error, workflow, said);
		case 'invalid_prompt_id':
			return new ValidationError(
				'The server does not accept the prompt ID.',
				type,
				problems,
				'Use a lower-case UUID such as 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d, or leave it empty.',
			);
		default: {
			const count = problems.length;
			return new ValidationError(
				count > 0
					? `ComfyUI refused the workflow: ${listed(
							problems.map(({ text }) => text),
							4,
						).replace(/\.,/g, ';')}`
					: `ComfyUI refused the workflow: ${said}`,
				type,
				problems,
				type === 'prompt_outputs_failed_validation' && count === 0
					? 'The server named no node; check the workflow for circular connections.'
					: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
			);
		}
	}
}

function missingNodeType(
	type: string,
	error: Record<string, unknown>,
	workflow: ApiWorkflow,
	said: string,
): ValidationError {
	const extra = isRecord(error.extra_info) ? error.extra_info : {};
	const nodeId = textOf(extra.node_id ?? /#([^'"]+)/.exec(textOf(error.details ?? ''))?.[1] ?? '');
	const node = Object.hasOwn(workflow, nodeId) ? workflow[nodeId] : undefined;
	const nodeType = typeof extra.class_type === 'string' ? extra.class_type : node?.class_type;
	if (!nodeType) {
		return new ValidationError(
			`ComfyUI refused the workflow: ${said}`,
			type,
			[],
			'Export the workflow again with "Export (API)".',
		);
	}
	const where = tidy(nameNode(nodeId, titleOf(workflow, nodeId), nodeType), MAX_OF_A_NAME);
	const text = `${where}: the node type ${show(nodeType)} is not installed on the server.`;
	return new ValidationError(
		`ComfyUI refused the workflow: ${text}`,
		type,
		[{ nodeId, nodeTitle: titleOf(workflow, nodeId), nodeType, type, text }],
		'Install the custom node that provides it (ComfyUI Manager, "Install Missing Custom Nodes") and restart ComfyUI. "ComfyUI Object Info" can check a whole workflow.',
	);
}
