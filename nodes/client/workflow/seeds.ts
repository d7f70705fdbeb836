import { InvalidInputError } from '../errors';
import { BigInteger } from '../protocol/json';
import { titleOf, type ApiWorkflow } from './types';

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

/** The editor never rolls seeds above 2^50, and every node takes those. */
const SEEDS = 2 ** 50;
const SEED_INPUT = /^(noise_|rand_|global_)?seed$|_seed$/i;

/**
 * Finds and sets the seeds of a workflow: number values of inputs called `seed`, `noise_seed` and the like.
 * @param seed for `fixed`: the seed of every node; `offset` (the item's index) is added
 * @returns a changed copy, and the seeds in it
 */
export function applySeeds(
	workflow: ApiWorkflow,
	mode: SeedMode,
	{ seed = 0, offset = 0 }: { seed?: number; offset?: number } = {},
): { workflow: ApiWorkflow; seeds: SeedUse[] } {
	if (mode === 'fixed' && (!Number.isSafeInteger(seed + offset) || seed + offset < 0)) {
		throw new InvalidInputError(
			`The seed has to be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}; it is ${seed}, plus ${offset} for the item.`,
		);
	}
	const changed: ApiWorkflow = { ...workflow };
	const seeds: SeedUse[] = [];
	// One roll for all nodes, so that one number is enough to make the same picture again.
	const value = mode === 'randomize' ? randomSeed() : seed + offset;
	for (const [nodeId, node] of Object.entries(workflow)) {
		for (const [input, current] of Object.entries(node.inputs)) {
			if (!SEED_INPUT.test(input) || !(typeof current === 'number' || current instanceof BigInteger))
				continue;
			const used = mode === 'keep' ? current : value;
			changed[nodeId] = { ...changed[nodeId], inputs: { ...changed[nodeId].inputs, [input]: used } };
			seeds.push({
				nodeId,
				nodeTitle: titleOf(workflow, nodeId),
				input,
				seed: used instanceof BigInteger ? used.digits : used,
			});
		}
	}
	return { workflow: changed, seeds };
}

/** A whole number from 0 to 2^50 - 1. */
export function randomSeed(): number {
	const [high, low] = crypto.getRandomValues(new Uint32Array(2));
	return (high % (SEEDS / 2 ** 32)) * 2 ** 32 + low;
}
