import { readWorkflow, type UiWorkflow } from '../workflow/parse';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { convertUi, type Converted } from './convertUi';
import { applyDynamicPrompts, type DynamicPromptOptions } from './dynamicPrompts';
import { substituteNames, type FileNameOptions } from './fileNames';
import type { MarkedInput } from '../fields/WorkflowField';
import { Warnings, type ConversionWarning } from './warnings';
import type { ObjectInfo } from '../objectInfo/types';

/** What the editor does to texts when it queues a workflow, and the server does not. */
export interface ConversionOptions {
	/**
	 * Replace `%date:...%` and `%Node.field%` in file names of nodes that save. Default: in workflows of the editor,
	 * whose own export does it too.
	 */
	substituteNames?: boolean | FileNameOptions;
	/** Pick one of `{a|b}` and drop comments in prompts. Default false. */
	dynamicPrompts?: boolean | DynamicPromptOptions;
}

/** A workflow in API format, and what there is to know about how it came about. */
export interface Conversion {
	prompt: ApiWorkflow;
	warnings: ConversionWarning[];
	/** The editor's workflow, when there was one. */
	uiWorkflow?: UiWorkflow;
	/** `extra_data` that was found beside the workflow. */
	extraData?: Record<string, unknown>;
	/** Inputs that the author of the workflow marked as the ones to set. */
	marks: MarkedInput[];
}

/**
 * Converts a workflow of the ComfyUI editor to API format as the editor's own "Export (API)" does. What is
 * in API format already comes back as it is.
 * @param source anything that `readWorkflow` understands; it is not changed
 * @param objectInfo the node types of the server that is to run it
 * @throws MissingNodeTypesError when node types are not installed; InvalidWorkflowError
 */
export function toApiFormat(
	source: unknown,
	objectInfo: ObjectInfo,
	options: ConversionOptions = {},
): Conversion {
	const { workflow, uiWorkflow, extraData } = readWorkflow(source);
	const warnings = new Warnings();
	const now = (typeof options.substituteNames === 'object' && options.substituteNames.now) || new Date();
	const converted = workflow || !uiWorkflow ? undefined : convertUi(uiWorkflow, objectInfo, warnings, now);
	const prompt = converted?.prompt ?? workflow ?? {};
	return {
		prompt: withOptions(prompt, objectInfo, options, now, converted),
		warnings: warnings.list,
		...(uiWorkflow && { uiWorkflow }),
		...(extraData && { extraData }),
		marks: converted?.marks ?? [],
	};
}

function withOptions(
	prompt: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ substituteNames: names, dynamicPrompts: choices }: ConversionOptions,
	now: Date,
	converted: Converted | undefined,
): ApiWorkflow {
	const wanted = names ?? converted !== undefined;
	const named = wanted ? substituteNames(prompt, { now }, converted?.find, converted?.promoted) : prompt;
	if (!choices) return named;
	return applyDynamicPrompts(named, objectInfo, choices === true ? {} : choices, converted?.promoted);
}
