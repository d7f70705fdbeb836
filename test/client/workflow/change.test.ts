import { applySeeds, fingerprint, randomSeed, nearestNames, didYouMean } from '../../../nodes/client';
import { BigInteger, parseJsonExactly, stringifyExactly } from '../../../nodes/client/core/json';
import { sanitize } from '../../../nodes/client/protocol/safeToSend';
import type { ApiWorkflow } from '../../../nodes/client';
import { caught } from '../support/caught';
import { textToImage } from '../support/workflows';

const workflow = textToImage(7);
workflow['6']._meta = { title: 'Positive' };
workflow['7'] = { ...structuredClone(workflow['6']), _meta: { title: 'Negative' } };

describe('seeds', () => {
	const seedOf = (changed: { workflow: ApiWorkflow }) => changed.workflow['3'].inputs.seed;

	test('are kept and returned', () => {
		const kept = applySeeds(workflow, 'keep');
		expect([seedOf(kept), kept.seeds]).toEqual([
			7,
			[{ nodeId: '3', nodeTitle: 'KSampler', input: 'seed', seed: 7 }],
		]);
	});

	test('of 64 bits are kept and told with every digit', () => {
		const big = parseJsonExactly(JSON.stringify(textToImage('S')).replace('"S"', '18446744073709551615'));
		const kept = applySeeds(big as ApiWorkflow, 'keep');
		expect(kept.seeds[0].seed).toBe('18446744073709551615');
		expect(stringifyExactly(kept.workflow)).toContain(':18446744073709551615,');
		expect(seedOf(applySeeds(big as ApiWorkflow, 'fixed', { seed: 3 }))).toBe(3);
	});

	test('are fixed, with an offset for each item', () => {
		expect(seedOf(applySeeds(workflow, 'fixed', { seed: 40, offset: 2 }))).toBe(42);
		expect(workflow['3'].inputs.seed).toBe(7);
	});

	test.each([-1, 0.5, Number.NaN, 2 ** 53])('cannot be fixed to %p', async (seed) => {
		expect((await caught(() => applySeeds(workflow, 'fixed', { seed }))).code).toBe('invalid-input');
	});

	test('are one roll for all nodes', () => {
		const two = {
			...workflow,
			'30': { class_type: 'X', inputs: { noise_seed: 1, rand_seed: 2, my_seed: 3 } },
		};
		const { seeds } = applySeeds(two, 'randomize');
		expect(seeds.map(({ input }) => input).sort()).toEqual(['my_seed', 'noise_seed', 'rand_seed', 'seed']);
		expect(new Set(seeds.map(({ seed }) => seed)).size).toBe(1);
	});

	test('that are connected, texts, or only sound like seeds are left alone', () => {
		const other = {
			'1': { class_type: 'X', inputs: { seed: ['2', 0], noise_seed: 'x', seedling: 5, seeds: 6 } },
		};
		const changed = applySeeds(other as ApiWorkflow, 'randomize');
		expect(changed).toEqual({ workflow: other, seeds: [] });
	});

	test('are whole numbers below 2^50, even and odd ones, big and small ones', () => {
		const rolls = Array.from({ length: 300 }, randomSeed);
		expect(rolls.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 50)).toBe(true);
		expect(new Set(rolls.map((seed) => seed % 2))).toEqual(new Set([0, 1]));
		expect(rolls.some((seed) => seed > 2 ** 49) && rolls.some((seed) => seed < 2 ** 49)).toBe(true);
	});
});

describe('the fingerprint', () => {
	const changed = (path: [string, string], value: unknown): ApiWorkflow => {
		const copy = structuredClone(workflow);
		copy[path[0]].inputs[path[1]] = value;
		return copy;
	};

	test('does not depend on order and titles', async () => {
		const mixed = Object.fromEntries(
			Object.entries(structuredClone(workflow))
				.reverse()
				.map(([id, { class_type, inputs }]) => [
					`${id}`,
					{
						_meta: { title: 'other' },
						inputs: Object.fromEntries(Object.entries(inputs).reverse()),
						class_type,
					},
				]),
		);
		expect(await fingerprint(mixed)).toBe(await fingerprint(workflow));
		expect(await fingerprint(workflow)).toMatch(/^[\da-f]{16}$/);
	});

	test.each<[string, ApiWorkflow]>([
		['a value', changed(['3', 'steps'], 4)],
		['its type', changed(['3', 'steps'], '3')],
		['a connection', changed(['3', 'positive'], ['7', 0])],
		['a long seed', changed(['3', 'seed'], new BigInteger('18446744073709551615'))],
	])('depends on %s', async (_what, other) => {
		expect(await fingerprint(other)).not.toBe(await fingerprint(workflow));
	});

	test('tells long seeds apart by their last digit', async () => {
		const [one, two] = ['18446744073709551614', '18446744073709551615'].map((digits) =>
			changed(['3', 'seed'], new BigInteger(digits)),
		);
		expect(await fingerprint(one)).not.toBe(await fingerprint(two));
	});
});

describe('a name is suggested', () => {
	const models = ['sd_xl_base_1.0.safetensors', 'styles\\watercolor.safetensors', 'add_detail.safetensors'];
	test.each([
		['sd_xl_base.safetensors', models[0]],
		['SD XL Base 1.0.safetensors', models[0]],
		['sdxl.safetensors', models[0]],
		['styles/watercolor.safetensors', models[1]],
		['watercolor', models[1]],
		['add_detial.safetensors', models[2]],
	])('for %s', (name, best) => expect(nearestNames(name, models)[0]).toBe(best));

	test('but none for what is like nothing', () => {
		expect([nearestNames('zebra', models), didYouMean('zebra', models), nearestNames('', models)]).toEqual([
			[],
			'',
			[],
		]);
	});

	test('never more than three', () => {
		expect(
			nearestNames(
				'node',
				Array.from({ length: 9 }, (_unused, index) => `node${index}`),
			),
		).toHaveLength(3);
	});
});

describe('sanitize', () => {
	test('leaves nodes with class, inputs and title, and nothing else', () => {
		const dirty = {
			'1': { class_type: 'A', inputs: { x: 1 }, _meta: { title: 't' }, is_changed: [1] },
			'2': { class_type: 'B', inputs: null },
			'3': { class_type: 'C', inputs: [1] },
			'4': { inputs: {} },
			'5': null,
			'6': 'text',
		};
		expect(sanitize(dirty as unknown as ApiWorkflow)).toEqual({
			'1': { class_type: 'A', inputs: { x: 1 }, _meta: { title: 't' } },
			'2': { class_type: 'B', inputs: {} },
			'3': { class_type: 'C', inputs: {} },
		});
	});

	test('refuses what has no node', async () => {
		expect((await caught(() => sanitize({}))).code).toBe('invalid-workflow');
	});
});
