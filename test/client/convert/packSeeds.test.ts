import { drawSeeds, type ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { catalogue, reasons, workflow, type Short } from './build';

/** A node type whose only input is a seed. */
const seeded = (seed: unknown[]) => ({ input: { required: { seed } }, output: [], output_node: true });

describe('a seed of -1', () => {
	const seed = ['INT', { default: 0, min: 0, max: 2 ** 53 }];
	const drawn = { ...seeded(seed), python_module: 'custom_nodes.efficiency' };
	const kept = { ...seeded(seed), python_module: 'nodes' };
	const own = { ...drawn, input: { required: { seed: ['INT', { min: -5 }] } } };
	const seedOf = (definition: unknown) => {
		const source = workflow([{ id: 1, type: 'Seeded', values: [-1, 'fixed'] }]);
		const made = toApiFormat(source, { Seeded: definition } as ObjectInfo);
		return { seed: made.prompt['1'].inputs.seed as number, reasons: reasons(made) };
	};

	test('is a random number where a pack draws one', () => {
		const made = seedOf(drawn);
		expect(Number.isSafeInteger(made.seed) && made.seed >= 0).toBe(true);
		expect(made.reasons).toContain('random-seed');
	});

	test('stays for a class of ComfyUI, and for one that takes it', () => {
		expect([seedOf(kept).seed, seedOf(own).seed]).toEqual([-1, -1]);
	});
});

describe('the seed node of rgthree', () => {
	const types = {
		'Seed (rgthree)': seeded(['INT', { default: 0, min: -(2 ** 50), max: 2 ** 50 }]),
	} as unknown as ObjectInfo;
	const made = (seed: number, properties = {}) =>
		toApiFormat(workflow([{ id: 1, type: 'Seed (rgthree)', values: [seed, '', '', ''], properties }]), types);

	test.each([-1, -2, -3])('draws a number for %d, within the range that the node has', (special) => {
		const { prompt, drawnSeeds } = made(special, { randomMin: 40, randomMax: 42 });
		expect([40, 41, 42]).toContain(prompt['1'].inputs.seed);
		expect(drawnSeeds).toEqual([{ nodeId: '1', input: 'seed', min: 40, max: 42 }]);
	});

	test('keeps any other number', () => {
		expect(made(-4)).not.toHaveProperty('drawnSeeds');
		expect(made(-4).prompt['1'].inputs.seed).toBe(-4);
	});
});

describe('seeds that a pack draws', () => {
	const drawn = {
		...seeded(['INT', { default: 0, min: 0, max: 9 }]),
		python_module: 'custom_nodes.efficiency',
	};
	const types = { ...catalogue, Drawn: drawn } as unknown as ObjectInfo;
	const node: Short = { id: 1, type: 'Drawn', values: [-1, null] };

	test('can be drawn again for each job', () => {
		const { prompt, drawnSeeds = [] } = toApiFormat(workflow([node]), types);
		const seeds = Array.from({ length: 60 }, () => drawSeeds(prompt, drawnSeeds)['1'].inputs.seed as number);
		expect(new Set(seeds).size).toBeGreaterThan(1);
		expect(seeds.every((seed) => seed >= 0 && seed <= 9)).toBe(true);
	});

	test('are left alone where something is connected', () => {
		const number: Short = { id: 2, type: 'PrimitiveInt', values: [5, 'fixed'] };
		const fed = { ...node, from: { seed: [2, 0, 'INT'] as [number, number, string] }, fields: ['seed'] };
		const made = toApiFormat(workflow([fed, number]), types);
		expect(made).not.toHaveProperty('drawnSeeds');
		const seeds = [{ nodeId: '1', input: 'seed', min: 0, max: 9 }];
		expect(drawSeeds(made.prompt, seeds)['1'].inputs.seed).toEqual(['2', 0]);
	});
});
