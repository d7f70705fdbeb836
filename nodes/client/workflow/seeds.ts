import { activeInputs } from '../objectInfo/inputs';
import { InvalidInputError } from '../core/errors';
import { BigInteger } from '../core/json';
import { isLink, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';

/** What to do with the seeds of a workflow. */
export type SeedMode = 'keep' | 'randomize' | 'fixed';

/** A seed as it is sent. */
export interface SeedUse {
	nodeId: string;
	nodeTitle?: string;
	input: string;
	/** A text where a number would lose digits. */
	seed: number | string;
}

/** How to set seeds. */
interface SeedOptions {
	/** For `fixed`: the seed of every node. Default 0. */
	seed?: number;
	/** Added to `seed`: the item's index. Default 0. */
	offset?: number;
	/** Tells the largest seed that a node takes; some take 16 or 32 bits only. */
	objectInfo?: ObjectInfo;
}

/** The editor never rolls seeds above 2^50, and nearly every node takes those. */
const SEEDS = 2 ** 50;
const SEED_INPUT = /^(noise_|rand_|global_)?seed$|_seed$/i;
/** Inputs of nodes that hold one number for others. */
const HELD_VALUE = /^(value|int|number|seed)$/i;

/** Whether an input of this name holds a seed, if it holds a number. */
export const isSeedInput = (name: string) => SEED_INPUT.test(name.slice(name.lastIndexOf('.') + 1));

/**
 * Finds and sets the seeds of a workflow: number values of inputs called `seed`, `noise_seed` and the like, also
 * where such an input is connected to a node that holds the number.
 * @returns a changed copy, and the seeds in it
 * @throws InvalidInputError for a fixed seed that is no whole number from 0 on
 */
export function applySeeds(
	workflow: ApiWorkflow,
	mode: SeedMode,
	{ seed = 0, offset = 0, objectInfo }: SeedOptions = {},
): { workflow: ApiWorkflow; seeds: SeedUse[] } {
	if (mode === 'fixed' && (!Number.isSafeInteger(seed + offset) || seed + offset < 0)) {
		throw new InvalidInputError(
			`The seed has to be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}; it is ${seed}, plus ${offset} for the item.`,
		);
	}
	const changed: ApiWorkflow = { ...workflow };
	// One roll for all nodes, so that one number is enough to make the same picture again.
	const rolled = randomSeed();
	const seeds = seedsIn(workflow).map(({ nodeId, input, seed: current }): SeedUse => {
		const max = mode === 'randomize' ? maxOf(workflow, nodeId, input, objectInfo) : SEEDS;
		const used = mode === 'keep' ? current : mode === 'fixed' ? seed + offset : rolled % (max + 1);
		changed[nodeId] = { ...changed[nodeId], inputs: { ...changed[nodeId].inputs, [input]: used } };
		const shown = used instanceof BigInteger ? used.digits : used;
		return { nodeId, nodeTitle: titleOf(workflow, nodeId), input, seed: shown };
	});
	return { workflow: changed, seeds };
}

interface FoundSeed {
	nodeId: string;
	input: string;
	seed: number | BigInteger;
}

function seedsIn(workflow: ApiWorkflow): FoundSeed[] {
	const found = new Map<string, FoundSeed>();
	for (const [nodeId, { inputs }] of Object.entries(workflow)) {
		for (const [input, value] of Object.entries(inputs)) {
			if (!isSeedInput(input)) continue;
			const seed = isNumber(value) ? { nodeId, input, seed: value } : heldBy(workflow, value);
			if (seed) found.set(`${seed.nodeId} ${seed.input}`, seed);
		}
	}
	return [...found.values()];
}

/** The number of a node whose only purpose is to hold it. */
function heldBy(workflow: ApiWorkflow, link: unknown): FoundSeed | undefined {
	if (!isLink(link) || !Object.hasOwn(workflow, link[0])) return undefined;
	const [nodeId] = link;
	const held = Object.entries(workflow[nodeId].inputs);
	const [[input, seed] = []] = held;
	const holdsOne = held.length === 1 && input !== undefined && HELD_VALUE.test(input) && isNumber(seed);
	return holdsOne ? { nodeId, input, seed } : undefined;
}

function maxOf(workflow: ApiWorkflow, nodeId: string, input: string, objectInfo?: ObjectInfo): number {
	const { class_type: type, inputs } = workflow[nodeId];
	const definition = objectInfo && definitionOf(type, objectInfo);
	if (!definition) return SEEDS;
	const declared = activeInputs(definition, inputs).find(({ name }) => name === input);
	return Math.max(0, Math.min(declared?.max ?? SEEDS, SEEDS));
}

const isNumber = (value: unknown): value is number | BigInteger =>
	typeof value === 'number' || value instanceof BigInteger;

/** A whole number from 0 to 2^50 - 1. */
export function randomSeed(): number {
	const [high, low] = crypto.getRandomValues(new Uint32Array(2));
	return (high % (SEEDS / 2 ** 32)) * 2 ** 32 + low;
}

/** An input for which the front end of a pack draws a seed whenever it queues a job. */
export interface DrawnSeed {
	nodeId: string;
	input: string;
	/** Smallest and largest number. */
	min: number;
	max: number;
}

/** A random whole number for such an input. */
export function drawSeed({ min, max }: Pick<DrawnSeed, 'min' | 'max'>): number {
	return min + (randomSeed() % (max - min + 1));
}

/** Draws these seeds again, where a number is still there. @returns a changed copy */
export function drawSeeds(workflow: ApiWorkflow, drawn: readonly DrawnSeed[]): ApiWorkflow {
	const changed = { ...workflow };
	for (const seed of drawn) {
		if (!Object.hasOwn(changed, seed.nodeId)) continue;
		const node = changed[seed.nodeId];
		if (typeof node.inputs[seed.input] !== 'number') continue;
		changed[seed.nodeId] = { ...node, inputs: { ...node.inputs, [seed.input]: drawSeed(seed) } };
	}
	return changed;
}
