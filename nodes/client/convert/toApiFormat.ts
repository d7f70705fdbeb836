import { readWorkflow, type FoundWorkflow, type UiWorkflow } from '../workflow/parse';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { applyDynamicPrompts, type DynamicPromptOptions } from './dynamicPrompts';
import { substituteNames, type FileNameOptions, replaceNames, type FindValue } from './fileNames';
import type { MarkedInput } from '../fields/WorkflowField';
import { Warnings, type ConversionWarning } from './warnings';
import type { ObjectInfo } from '../objectInfo/types';
import { dropDangling, inspect, inspectAll } from './warnAfter';
import { define, emitNode, type Surroundings } from './emitNode';
import { InstanceValues, findSharedTexts } from './subgraphs/instanceValues';
import { Marks } from './markedInputs';
import { MissingTypes } from './missingTypes';
import { Primitives } from './primitives';
import { findInEditor } from './findByNodeName';
import { Promotions } from './subgraphs/promotedWidgets';
import { readFile } from './readUiWorkflow';
import { Resolver, Setters } from './resolveLinks';
import { flatten } from './subgraphs/flatten';
import { Shapes } from './nodeShapes';
import { isActive } from './types';
import type { UiFile } from './UiFile';

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
	return convertWorkflow(readWorkflow(source), objectInfo, options);
}

/** Like {@link toApiFormat}, for a workflow that `readWorkflow` has read. */
export function convertWorkflow(
	{ workflow, uiWorkflow, extraData }: FoundWorkflow,
	objectInfo: ObjectInfo,
	options: ConversionOptions = {},
): Conversion {
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

/** A converted workflow, with what the texts in it refer to. */
interface Converted {
	prompt: ApiWorkflow;
	marks: MarkedInput[];
	/** Finds values by the names that texts give nodes. */
	find: FindValue;
	/** `node id/input` of texts that stand on a subgraph instance; the editor sends these as they are. */
	promoted: Set<string>;
}

/**
 * Converts a workflow in the editor's format.
 * @throws MissingNodeTypesError, InvalidWorkflowError
 */
function convertUi(
	source: Record<string, unknown>,
	objectInfo: ObjectInfo,
	warnings: Warnings,
	now: Date,
): Converted {
	const file = readFile(source, objectInfo, warnings);
	const shapes = new Shapes(objectInfo, file.definitions);
	const around = surroundings(file, shapes, warnings, now);
	const placements = flatten(file.root, shapes);
	const missing = new MissingTypes();
	const promoted = new Set<string>();
	const prompt: ApiWorkflow = {};
	for (const placement of placements) {
		const { id, node } = placement;
		const shape = shapes.of(node);
		if (!isActive(node) || (shape.kind !== 'class' && shape.kind !== 'missing')) continue;
		const emitted = emitNode(placement, shape, around);
		for (const taken of emitted.sources) missing.use(taken);
		if (shape.kind === 'missing') {
			missing.add(id, node, emitted.sources.length > 0);
			continue;
		}
		define(prompt, id, emitted.node);
		for (const name of emitted.promoted) promoted.add(`${id}/${name}`);
		inspect(placement, shape, emitted, warnings);
	}
	missing.settle(warnings);
	dropDangling(prompt);
	inspectAll(prompt, placements, shapes, warnings);
	return { prompt, marks: around.marks.list(), find: around.find, promoted };
}

function surroundings(file: UiFile, shapes: Shapes, warnings: Warnings, now: Date): Surroundings {
	const promotions = new Promotions(file, shapes, warnings);
	const primitives = new Primitives(shapes, warnings);
	const find = findInEditor(file.root, shapes, promotions, primitives);
	primitives.replaceWith((text) => replaceNames(text, find, now));
	const texts = findSharedTexts(file, shapes, promotions, primitives);
	const instances = new InstanceValues(promotions, texts, warnings);
	const resolver = new Resolver(shapes, promotions, primitives, instances, new Setters(), warnings);
	return { promotions, resolver, marks: new Marks(), primitives, find };
}
