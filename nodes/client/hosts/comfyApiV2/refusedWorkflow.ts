import { ValidationError } from '../../core/errors';
import { tidy } from '../../core/text';
import { toValidationError } from '../../protocol/validation';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import type { Refusal } from '../comfyOrg/refusal';
import { isRecord } from '../../core/guards';

const HINTS: Record<string, string> = {
	workflow_format_ui:
		'Convert it with toApiFormat, or choose "Export (API)" in the Workflow menu of the ComfyUI editor.',
	missing_asset:
		'Upload the file again and use the "value" of that upload: assets are kept for a limited time.',
};

/** Codes that stand for a workflow that will not run as it is. */
const ABOUT_WORKFLOW = new Set(['invalid_workflow', ...Object.keys(HINTS)]);

/** The error for a workflow that the API refused; undefined when the refusal is about something else. */
export function refusedWorkflow(
	{ code, message, details }: Refusal,
	workflow: ApiWorkflow,
): ValidationError | undefined {
	if (!ABOUT_WORKFLOW.has(code)) return undefined;
	if (Object.hasOwn(HINTS, code)) {
		return new ValidationError(`The API refused the workflow: ${tidy(message, 300)}`, code, [], HINTS[code]);
	}
	const nodeErrors = isRecord(details) ? inComfyUiShape(details.node_errors) : {};
	return toValidationError({ error: { type: code, message }, node_errors: nodeErrors }, workflow);
}

/** `{"12": [{field, reason}]}` as a ComfyUI would write it; what is in that shape already stays. */
function inComfyUiShape(nodeErrors: unknown): Record<string, unknown> {
	if (!isRecord(nodeErrors)) return {};
	return Object.fromEntries(
		Object.entries(nodeErrors).map(([id, node]) => [
			id,
			Array.isArray(node) ? { errors: node.filter(isRecord).map(toError) } : node,
		]),
	);
}

function toError({ field, reason, message, ...facts }: Record<string, unknown>): Record<string, unknown> {
	const type = reason === 'missing_input' ? 'required_input_missing' : String(reason ?? 'unknown');
	return {
		type,
		message: message ?? type.replaceAll('_', ' '),
		extra_info: { ...facts, ...(typeof field === 'string' && { input_name: field }) },
	};
}
