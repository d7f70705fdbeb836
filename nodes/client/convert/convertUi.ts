import type { ApiWorkflow } from '../core/ApiWorkflow';
import { dropDangling, inspect, inspectAll } from './warnAfter';
import { define, emitNode, type Surroundings } from './emitNode';
import { replaceNames, type FindValue } from './fileNames';
import { InstanceValues } from './subgraphs/instanceValues';
import type { MarkedInput } from '../fields/WorkflowField';
import { Marks } from './markedInputs';
import { MissingTypes } from './missingTypes';
import { Primitives } from './primitives';
import { findInEditor } from './findByNodeName';
import { Promotions } from './subgraphs/promotedWidgets';
import { readFile } from './readUiWorkflow';
import { Resolver } from './resolveLinks';
import { flatten } from './subgraphs/flatten';
import { Setters } from './setters';
import { Shapes } from './nodeShapes';
import { findSharedTexts } from './sharedTexts';
import { isActive } from './types';
import type { Warnings } from './warnings';
import type { UiFile } from './UiFile';
import type { ObjectInfo } from '../objectInfo/types';

/** A converted workflow, with what the texts in it refer to. */
export interface Converted {
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
export function convertUi(
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
