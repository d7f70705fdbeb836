import { readWorkflow, type FoundWorkflow, type UiWorkflow } from '../workflow/parse';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import { asError, copyError, InvalidWorkflowError } from '../core/errors';
import type { DrawnSeed } from '../workflow/seeds';
import { applyDynamicPrompts, type DynamicPromptOptions } from './dynamicPrompts';
import {
	replaceNames,
	substituteNames,
	substituteNamesIn,
	type FileNameOptions,
	type FindValue,
} from './fileNames';
import type { MarkedInput } from '../fields/WorkflowField';
import { offeredInputs, offeredOutputs, readAppMode } from './appMode';
import { Warnings, type ConversionWarning } from './warnings';
import type { ObjectInfo } from '../objectInfo/types';
import { dropDangling, hasOutputNode, reportNodeProblems, reportWorkflowProblems } from './reportProblems';
import { DrawnSeeds } from './drawnSeeds';
import { define, emitNode, type ConversionContext } from './emitNode';
import { InstanceValueResolver, findSharedTexts } from './subgraphs/instanceValues';
import { MarkedInputCollector } from './markedInputs';
import { MissingTypes } from './missingTypes';
import { Primitives } from './primitives';
import { findInEditor } from './findByNodeName';
import { PromotedWidgets } from './subgraphs/promotedWidgets';
import { readEditorWorkflow } from './readEditorWorkflow';
import { Resolver, GetSetNodes } from './resolveLinks';
import { flatten } from './subgraphs/flatten';
import { NodeShapes } from './nodeShapes';
import { isActive } from './types';
import type { UiFile } from './definitions';

/** Changes that the editor makes to texts when it queues a workflow; the server does not make them. */
export interface ConversionOptions {
	/**
	 * Replace `%date:...%` and `%Node.field%` in file names of nodes that save. Default: true for the editor's
	 * format, because the editor's export does so too.
	 */
	substituteNames?: boolean | FileNameOptions;
	/** Pick one of `{a|b}` and drop comments in prompts. Default false. */
	dynamicPrompts?: boolean | DynamicPromptOptions;
}

/** A workflow in API format, and information about its conversion. */
export interface Conversion {
	prompt: ApiWorkflow;
	warnings: ConversionWarning[];
	/** The workflow in the editor's format, if the source has one. */
	uiWorkflow?: UiWorkflow;
	/** `extra_data` next to the workflow in the source. */
	extraData?: Record<string, unknown>;
	/** Inputs that the author of the workflow offers to be set; those of App Mode first. */
	markedInputs: MarkedInput[];
	/** Ids of the nodes whose files App Mode shows; absent when the workflow has none. */
	outputNodes?: string[];
	/** Seeds that the front ends of packs draw for each job. `prompt` has one; draw others with `drawSeeds`. */
	drawnSeeds?: DrawnSeed[];
}

/**
 * Converts a workflow from the ComfyUI editor's format to API format, as the editor's "Export (API)" does. Returns
 * a workflow that is already in API format unchanged.
 * @param source anything that `readWorkflow` accepts; it is not changed
 * @param objectInfo node types of the server that will run the workflow
 * @throws MissingNodeTypesError when needed node types are not installed
 * @throws InvalidWorkflowError
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
	const converted =
		workflow || !uiWorkflow
			? undefined
			: explained(() => convertUi(uiWorkflow, objectInfo, warnings, now), warnings);
	const prompt = converted?.prompt ?? workflow ?? {};
	const appMode = readAppMode(uiWorkflow);
	const outputNodes = offeredOutputs(appMode, prompt);
	const marked = converted?.markedInputs;
	return {
		prompt: withOptions(prompt, objectInfo, options, now, converted),
		warnings: warnings.list,
		...(uiWorkflow && { uiWorkflow }),
		...(extraData && { extraData }),
		markedInputs: [
			...offeredInputs(appMode, prompt, marked && ((nodeId, name) => marked.find(nodeId, name))),
			...(marked?.list() ?? []),
		],
		...(outputNodes.length > 0 && { outputNodes }),
		...(converted && converted.drawnSeeds.length > 0 && { drawnSeeds: converted.drawnSeeds }),
	};
}

/** What was found out before a conversion failed may explain why: its error has it too. */
function explained<T>(convert: () => T, { list }: Warnings): T {
	try {
		return convert();
	} catch (error) {
		if (!(error instanceof InvalidWorkflowError) || list.length === 0) throw asError(error);
		const texts = list.slice(0, MAX_EXPLAINED).map(({ text }) => text);
		throw asError(copyError(error, { hint: [error.hint, ...texts].filter(Boolean).join(' ') }));
	}
}

const MAX_EXPLAINED = 5;

function withOptions(
	prompt: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ substituteNames: names, dynamicPrompts: choices }: ConversionOptions,
	now: Date,
	converted: Converted | undefined,
): ApiWorkflow {
	const named = withNames(prompt, names ?? converted !== undefined, now, converted);
	if (!choices) return named;
	return applyDynamicPrompts(named, objectInfo, choices === true ? {} : choices, converted?.promoted);
}

function withNames(
	prompt: ApiWorkflow,
	wanted: ConversionOptions['substituteNames'],
	now: Date,
	converted: Converted | undefined,
): ApiWorkflow {
	if (!wanted) return prompt;
	if (!converted) return substituteNames(prompt, { now });
	substituteNamesIn(prompt, now, converted.find, converted.promoted);
	return prompt;
}

/** A converted workflow, and what its texts refer to. */
interface Converted {
	prompt: ApiWorkflow;
	markedInputs: MarkedInputCollector;
	/** Finds values by the node names in texts. */
	find: FindValue;
	/** `node id/input` of texts on a subgraph instance; the editor sends them unchanged. */
	promoted: Set<string>;
	drawnSeeds: DrawnSeed[];
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
	const file = readEditorWorkflow(source, objectInfo, warnings);
	const nodeShapes = new NodeShapes(objectInfo, file.definitions);
	const context = contextOf(file, nodeShapes, warnings, now);
	const placedNodes = flatten(file.root, nodeShapes);
	const missing = new MissingTypes();
	const promoted = new Set<string>();
	const prompt: ApiWorkflow = {};
	for (const placedNode of placedNodes) {
		const { id, node } = placedNode;
		const shape = nodeShapes.of(node);
		if (!isActive(node) || (shape.kind !== 'class' && shape.kind !== 'missing')) continue;
		const emitted = emitNode(placedNode, shape, context);
		for (const taken of emitted.sources) missing.use(taken);
		if (shape.kind === 'missing') {
			missing.add(id, node, emitted.sources.length > 0);
			continue;
		}
		define(prompt, id, emitted.node);
		for (const name of emitted.promoted) promoted.add(`${id}/${name}`);
		reportNodeProblems(placedNode, shape, emitted, warnings);
	}
	missing.finish(warnings, hasOutputNode(prompt, placedNodes, nodeShapes));
	dropDangling(prompt, missing.used);
	reportWorkflowProblems(prompt, placedNodes, nodeShapes, warnings);
	return {
		prompt,
		markedInputs: context.markedInputs,
		find: context.find,
		promoted,
		drawnSeeds: context.drawnSeeds.list,
	};
}

function contextOf(file: UiFile, nodeShapes: NodeShapes, warnings: Warnings, now: Date): ConversionContext {
	const promotedWidgets = new PromotedWidgets(file, nodeShapes, warnings);
	const primitives = new Primitives(nodeShapes, warnings);
	const find = findInEditor(file.root, nodeShapes, promotedWidgets, primitives);
	primitives.replaceWith((text) => replaceNames(text, find, now));
	const texts = findSharedTexts(file, nodeShapes, promotedWidgets, primitives);
	const instanceValues = new InstanceValueResolver(promotedWidgets, texts, warnings);
	const resolver = new Resolver(
		nodeShapes,
		promotedWidgets,
		primitives,
		instanceValues,
		new GetSetNodes(),
		warnings,
	);
	return {
		promotedWidgets,
		resolver,
		markedInputs: new MarkedInputCollector(),
		drawnSeeds: new DrawnSeeds(warnings),
		primitives,
		find,
		warnings,
	};
}
