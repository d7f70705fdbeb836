import { parseWorkflow, type ApiWorkflow } from '../../../nodes/client';
import { BigInteger } from '../../../nodes/client/core/json';
import { saveWorkflow } from '../../../nodes/client/workflow/save';
import { caught } from '../support/caught';
import { textToImage } from '../support/workflows';

const node = (inputs: Record<string, unknown> = {}) => ({ class_type: 'A', inputs });
const withIds = (ids: string[]): ApiWorkflow => Object.fromEntries(ids.map((id) => [id, node()]));
const idsIn = (text: string) => Array.from(text.matchAll(/^ {2}"([^"]*)": \{$/gm), ([, id]) => id);

describe('a saved workflow', () => {
	test('is laid out as the editor exports it, with a line break at the end', () => {
		const workflow = textToImage(7);
		expect(saveWorkflow(workflow)).toBe(`${JSON.stringify(workflow, null, 2)}\n`);
	});

	test('is the same text when it is read and saved again', () => {
		const workflow: ApiWorkflow = {
			...textToImage(new BigInteger('18446744073709551615')),
			'57:8': node({ none: {}, empty: [], nothing: null, deep: { a: [1, { b: [] }], c: '' } }),
			__proto__x: node({ text: 'quotes ", {braces}, [brackets], commas: \\ and\nline breaks \u2028 ü 🏰' }),
		};
		const text = saveWorkflow(workflow);
		expect(saveWorkflow(parseWorkflow(text).workflow)).toBe(text);
		expect(text).toContain('"seed": 18446744073709551615,');
		expect(JSON.parse(text)['57:8'].inputs).toEqual(workflow['57:8'].inputs);
	});

	test('keeps the digits of negative long integers, and texts of digits as texts', () => {
		const text = saveWorkflow({
			'1': node({ a: new BigInteger('-9223372036854775808'), b: '18446744073709551615' }),
		});
		expect(text).toContain('"a": -9223372036854775808,\n      "b": "18446744073709551615"');
	});

	test('has its nodes in the order in which people count', () => {
		const ids = [
			'b',
			'a10',
			'57:10',
			'9:3',
			'10',
			'57:9:1',
			'a9',
			'2',
			'57:9',
			'007',
			'constructor',
			'__proto__',
		];
		expect(idsIn(saveWorkflow(withIds(ids)))).toEqual([
			'2',
			'007',
			'10',
			'9:3',
			'57:9',
			'57:9:1',
			'57:10',
			'__proto__',
			'a9',
			'a10',
			'b',
			'constructor',
		]);
	});

	test('does not depend on the order of the nodes, but keeps that of inputs', () => {
		const [one, two] = [withIds(['x', '57:8', '1']), withIds(['57:8', '1', 'x'])].map(saveWorkflow);
		expect(one).toBe(two);
		expect(saveWorkflow({ '1': node({ b: 1, a: 2 }) })).toMatch(/"b": 1,\s+"a": 2/);
	});

	test('has class, inputs and title of each node and nothing else', () => {
		const extra = { is_changed: ['x'], _meta: { title: 'T' }, inputs: { a: 1 }, class_type: 'A' };
		const [saved] = Object.values(JSON.parse(saveWorkflow({ '1': extra }))) as object[];
		expect(Object.keys(saved)).toEqual(['class_type', 'inputs', '_meta']);
	});

	test('of thousands of nodes is read back whole', () => {
		const many = withIds(Array.from({ length: 5000 }, (_, index) => `${index % 7}:${index}`));
		expect(parseWorkflow(saveWorkflow(many)).workflow).toEqual(many);
	});

	test('needs a node', async () => {
		expect((await caught(() => saveWorkflow({}))).code).toBe('invalid-workflow');
	});
});
