import { applySeeds, type ApiWorkflow, type ObjectInfo } from '../../../nodes/client';
import { withInputs } from '../objectInfo/fixture';

const sampler = (seed: unknown) => ({ class_type: 'Sampler', inputs: { seed } });

test('a seed that another node holds is set there', () => {
	const workflow = {
		'1': { class_type: 'PrimitiveInt', inputs: { value: 7 }, _meta: { title: 'The Seed' } },
		'2': sampler(['1', 0]),
		'3': sampler(['1', 0]),
	} as ApiWorkflow;
	const { workflow: changed, seeds } = applySeeds(workflow, 'fixed', { seed: 5 });
	expect(seeds).toEqual([{ nodeId: '1', nodeTitle: 'The Seed', input: 'value', seed: 5 }]);
	expect(changed).toEqual({ ...workflow, '1': { ...workflow['1'], inputs: { value: 5 } } });
});

test('a seed that is worked out by other nodes is left alone', () => {
	const workflow = {
		'1': { class_type: 'Add', inputs: { a: 7, b: 1 } },
		'2': sampler(['1', 0]),
		'3': sampler(['9', 0]),
	} as ApiWorkflow;
	expect(applySeeds(workflow, 'randomize')).toEqual({ workflow, seeds: [] });
});

test('a seed that comes with a choice is found too', () => {
	const workflow = { '1': { class_type: 'X', inputs: { model: 'a', 'model.seed': 3 } } };
	expect(applySeeds(workflow, 'keep').seeds).toMatchObject([{ input: 'model.seed', seed: 3 }]);
});

test('a random seed is never larger than the node takes', () => {
	const objectInfo: ObjectInfo = {
		Sampler: withInputs({ seed: ['INT', { min: 0, max: 3 }] }),
	};
	const rolls = Array.from({ length: 60 }, () => {
		const { seeds } = applySeeds({ '1': sampler(0) } as ApiWorkflow, 'randomize', { objectInfo });
		return seeds[0].seed;
	});
	expect([...new Set(rolls)].sort()).toEqual([0, 1, 2, 3]);
});
