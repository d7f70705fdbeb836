import { textOf } from '../core/text';
import { drawSeed, isSeedInput, type DrawnSeed } from '../workflow/seeds';
import type { NodeShape } from './nodeShapes';
import type { PlacedNode } from './subgraphs/flatten';
import type { UiNode } from './types';
import type { Warnings } from './warnings';
import type { Field } from './widgets/fields';

/** rgthree's seed node takes these numbers for "random", "one more than last time" and "one less". */
const SPECIAL_SEEDS = new Set<unknown>([-1, -2, -3]);
const RGTHREE_SEED = 'Seed (rgthree)';

/** The largest seed that rgthree and Efficiency Nodes draw. */
const MAX_DRAWN = 2 ** 50;

/** Whether a front end may draw a number for this field. */
export const mayBeDrawn = ({ name, spec }: Field): boolean => spec.shownAs === 'INT' && isSeedInput(name);

/** Finds the seeds that the front end of a pack draws when it queues a job, and draws one for the conversion. */
export class DrawnSeeds {
	readonly list: DrawnSeed[] = [];

	constructor(private readonly warnings: Warnings) {}

	/** The value to send for a field that {@link mayBeDrawn}: a random number where the front end draws one, else the saved value. */
	take({ id: nodeId, node }: PlacedNode, field: Field, saved: unknown, shape: NodeShape): unknown {
		const range = rangeOf(node, field, saved, shape);
		if (!range) return saved;
		const drawn = { nodeId, input: field.name, ...range };
		this.list.push(drawn);
		const text = `has ${String(saved)} for "${field.name}": as in the editor, each job gets a random number.`;
		this.warnings.add('random-seed', nodeId, node, text);
		return drawSeed(drawn);
	}
}

/** The range of the random number; undefined where the saved value is sent. */
function rangeOf(
	{ type, properties }: UiNode,
	{ spec }: Field,
	value: unknown,
	{ definition }: NodeShape,
): Pick<DrawnSeed, 'min' | 'max'> | undefined {
	if (type === RGTHREE_SEED) {
		const [min, max] = [Number(properties.randomMin) || 0, Number(properties.randomMax) || MAX_DRAWN];
		return SPECIAL_SEEDS.has(value) ? rangeWithin(min, max) : undefined;
	}
	// The server would refuse -1, because the class declares a minimum of 0: only a front end can have put it there.
	const isOfPack = /^custom_nodes\b/.test(textOf(definition?.python_module ?? ''));
	const { min, max } = spec.options;
	if (value !== -1 || !isOfPack || typeof min !== 'number' || min < 0) return undefined;
	return rangeWithin(min, typeof max === 'number' ? max : MAX_DRAWN);
}

function rangeWithin(min: number, max: number): Pick<DrawnSeed, 'min' | 'max'> {
	const lowest = Math.max(0, Math.min(min, MAX_DRAWN));
	return { min: lowest, max: Math.max(lowest, Math.min(max, MAX_DRAWN)) };
}
