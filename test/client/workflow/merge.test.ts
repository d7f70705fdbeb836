import type { ApiWorkflow } from '../../../nodes/client';
import { BigInteger } from '../../../nodes/client/core/json';
import { mergeWorkflows } from '../../../nodes/client/workflow/merge';
import { caught } from '../support/caught';
import { picture, save, textToImage } from '../support/workflows';

const seed = new BigInteger('18446744073709551615');

describe('two workflows are merged', () => {
	test('with new ids for the nodes of the second, which its links follow', () => {
		const { workflow, ids } = mergeWorkflows(textToImage(), picture());
		expect(ids).toEqual({ '1': 'b_1', '2': 'b_2' });
		expect(workflow).toEqual({
			...textToImage(),
			b_1: picture()['1'],
			b_2: save('b_1'),
		});
	});

	test('with a given prefix', () => {
		expect(Object.keys(mergeWorkflows(picture(), picture(), { prefix: 'up-' }).workflow)).toEqual([
			'1',
			'2',
			'up-1',
			'up-2',
		]);
	});

	test('and merged again, each time with a prefix that is free', () => {
		let { workflow } = mergeWorkflows(picture(), picture());
		for (let count = 0; count < 25; count++) ({ workflow } = mergeWorkflows(workflow, picture()));
		const ids = Object.keys(workflow);
		expect(ids).toHaveLength(54);
		expect(ids.slice(2, 6)).toEqual(['b_1', 'b_2', 'c_1', 'c_2']);
		expect(ids.slice(-4)).toEqual(['z_1', 'z_2', 'b2_1', 'b2_2']);
	});

	test('so that ids of nodes inside subgraphs stay apart', () => {
		const inside: ApiWorkflow = { '57:8': picture()['1'], '57:9': save('57:8') };
		const { workflow } = mergeWorkflows(inside, inside);
		expect(workflow['b_57:9'].inputs.images).toEqual(['b_57:8', 0]);
		expect(workflow['57:9'].inputs.images).toEqual(['57:8', 0]);
	});

	test('and a link of the second to a node of the first connects them', () => {
		const { workflow } = mergeWorkflows(picture(), { '9': save('1') });
		expect(workflow.b_9.inputs.images).toEqual(['1', 0]);
	});

	test('while lists that are values, and texts that are ids, stay as they are', () => {
		const inputs = { list: { __value__: ['1', 0] }, text: '1', one: ['1'], deep: { a: [['1', 0]] }, seed };
		const { workflow } = mergeWorkflows(picture(), { '1': { class_type: 'A', inputs } });
		expect(workflow.b_1.inputs).toEqual(inputs);
		expect(workflow.b_1.inputs.seed).toBe(seed);
	});

	test('into new objects all the way down', () => {
		const first: ApiWorkflow = {
			...picture(),
			'3': { class_type: 'A', inputs: { list: { __value__: [seed] } } },
		};
		const before = [structuredClone(first), structuredClone(picture())];
		const second = picture();
		const { workflow } = mergeWorkflows(first, second);
		for (const id of ['2', 'b_2']) {
			(workflow[id].inputs.images as unknown[])[0] = 'changed';
			(workflow[id]._meta as { title: string }).title = 'changed';
			workflow[id].inputs.filename_prefix = 'changed';
		}
		const list = workflow['3'].inputs.list as { __value__: unknown[] };
		expect(list.__value__[0]).toEqual(seed);
		list.__value__.push(1);
		expect([structuredClone(first), second]).toEqual(before);
	});

	test('also when their ids are names of what every object has', () => {
		const odd = JSON.parse(
			'{"__proto__": {"class_type": "A", "inputs": {"x": ["constructor", 0], "__proto__": ["toString", 0]}}, "constructor": {"class_type": "B", "inputs": {}}}',
		) as ApiWorkflow;
		const { workflow, ids } = mergeWorkflows(odd, odd);
		expect(Object.keys(workflow)).toEqual(['__proto__', 'constructor', 'b___proto__', 'b_constructor']);
		expect(Object.entries(workflow.b___proto__.inputs)).toEqual([
			['x', ['b_constructor', 0]],
			['__proto__', ['toString', 0]],
		]);
		expect(Object.keys(ids)).toEqual(['__proto__', 'constructor']);
	});
});

describe('two workflows are not merged', () => {
	test('when both would have a node with the same id', async () => {
		const error = await caught(() => mergeWorkflows(picture(), picture(), { prefix: '' }));
		expect(error.code).toBe('invalid-workflow');
		expect(error.message).toContain('"1", "2"');
		expect(error.hint).toMatch(/another prefix/);
	});

	test.each(['a.b', '57:', 'a b', '"'])('with the prefix %p', async (prefix) => {
		const error = await caught(() => mergeWorkflows(picture(), picture(), { prefix }));
		expect([error.code, error.hint]).toEqual(['invalid-input', expect.stringContaining('"b_"')]);
	});

	test('unless an empty prefix leaves all ids as they are and none is in both', () => {
		const { workflow, ids } = mergeWorkflows(picture(), { '7': save('1') }, { prefix: '' });
		expect([Object.keys(workflow), ids]).toEqual([['1', '2', '7'], { '7': '7' }]);
	});
});
