import { setInputs, type ApiWorkflow, type ObjectInfo } from '../../../nodes/client';
import { objectInfo, withInputs } from '../objectInfo/fixture';
import { caught } from '../support/caught';
import { textToImage } from '../support/workflows';

const info = objectInfo();
const workflow = textToImage(7);
workflow['6']._meta = { title: 'Positive' };
workflow['7'] = { ...structuredClone(workflow['6']), _meta: { title: 'Negative' } };

describe('inputs are set', () => {
	const set = (input: string, value: unknown, more: object = {}) =>
		setInputs(workflow, [{ node: '3', input, value, ...more }])['3'].inputs[input];

	test.each<[string, unknown, unknown]>([
		['a number', 3, 3],
		['false', false, false],
		['null', null, null],
		['an object', { a: 1 }, { a: 1 }],
		['a connection', ['4', 0], ['4', 0]],
		['a list, which would mean a connection', [1, 2], { __value__: [1, 2] }],
		['a longer list', ['a', 'b', 'c'], { __value__: ['a', 'b', 'c'] }],
		['an empty list', [], { __value__: [] }],
	])('to %s', (_what, value, sent) => expect(set('steps', value)).toEqual(sent));

	test('several at once, the last one wins, and the given workflow stays as it is', () => {
		const before = structuredClone(workflow);
		const changed = setInputs(workflow, [
			{ node: 'Positive', input: 'text', value: 'a' },
			{ node: '6', input: 'text', value: 'b' },
			{ node: 'KSampler', input: 'steps', value: 9 },
		]);
		expect([changed['6'].inputs.text, changed['3'].inputs.steps]).toEqual(['b', 9]);
		expect(changed['6'].inputs.clip).toEqual(['4', 1]);
		expect(workflow).toEqual(before);
	});

	test('an input that is not there is a mistake, unless it may be added', async () => {
		const error = await caught(() => set('step', 5));
		expect(error.message).toMatch(/"KSampler" \(node 3\) has no input "step"\. Did you mean "steps"/);
		expect(error.hint).toContain('cfg');
		expect(set('step', 5, { add: true })).toBe(5);
	});

	test('by one text for node and input', async () => {
		const changed = setInputs(workflow, [
			{ node: 'KSampler.steps', value: 9 },
			{ node: 'Positive.text', input: ' ', value: 'a' },
			{ node: 'Positive.weight', value: 2, add: true },
		]);
		expect([changed['3'].inputs.steps, changed['6'].inputs]).toEqual([
			9,
			{ text: 'a', clip: ['4', 1], weight: 2 },
		]);
		const error = await caught(() => setInputs(workflow, [{ node: 'Positive.weight', value: 2 }]));
		expect(error.message).toMatch(/has no input "weight"/);
	});

	test('with the catalogue also where the workflow does not contain what the node type has', async () => {
		const clip: ApiWorkflow = { '1': { class_type: 'CLIPLoader', inputs: {} } };
		const row = { node: '1', input: 'device', value: 'cpu' };
		expect(setInputs(clip, [row], info)['1'].inputs).toEqual({ device: 'cpu' });
		expect((await caught(() => setInputs(clip, [row]))).code).toBe('invalid-workflow');
		const error = await caught(() => setInputs(clip, [{ ...row, input: 'devise' }], info));
		expect([error.message, error.hint]).toEqual([
			expect.stringContaining('Did you mean "device"?'),
			expect.stringContaining('clip_name'),
		]);
	});
});

describe('values take the type that the catalogue declares', () => {
	const set = (input: string, value: unknown, more: object = {}) =>
		setInputs(workflow, [{ node: '3', input, value, coerce: true, ...more }], info)['3'].inputs[input];

	test('whatever stood there before', () => {
		const odd = setInputs(workflow, [{ node: '3', input: 'steps', value: 'x' }]);
		const changed = setInputs(odd, [{ node: '3', input: 'steps', value: '9', coerce: true }], info);
		expect(changed['3'].inputs.steps).toBe(9);
	});

	test('where they are wished to, and connections stay', () => {
		expect([set('steps', '9'), set('steps', '9', { coerce: false }), set('steps', ['4', 0])]).toEqual([
			9,
			'9',
			['4', 0],
		]);
	});

	test('or else that of the value they replace, where the node or the input is not known', () => {
		const other: ApiWorkflow = { '1': { class_type: 'Unheard', inputs: { n: 5, s: 'x' } } };
		const rows = ['n', 's'].map((input) => ({ node: '1', input, value: '12', coerce: true }));
		expect(setInputs(other, rows, info)['1'].inputs).toEqual({ n: 12, s: '12' });
	});

	test('also of inputs that come with a choice, in whichever order they are set', () => {
		const options = [
			{ key: 'crop', inputs: { required: { side: ['STRING'] } } },
			{ key: 'scale', inputs: { required: { by: ['FLOAT'] } } },
		];
		const types = { Made: withInputs({ how: ['COMFY_DYNAMICCOMBO_V3', { options }] }) };
		const made: ApiWorkflow = { '1': { class_type: 'Made', inputs: { how: 'crop' } } };
		const rows = [
			{ node: '1', input: 'how.by', value: '2.5', coerce: true },
			{ node: '1', input: 'how', value: 'scale', coerce: true },
		];
		expect(setInputs(made, rows, types)['1'].inputs).toEqual({ how: 'scale', 'how.by': 2.5 });
		expect(setInputs(made, [...rows].reverse(), types)['1'].inputs).toEqual({ how: 'scale', 'how.by': 2.5 });
	});

	test('and the error about one that cannot names node, input, value and what is wanted', async () => {
		const error = await caught(() => set('steps', '12.5'));
		expect(error.code).toBe('invalid-input');
		expect(error.message).toBe('"steps" of "KSampler" (node 3) takes a whole number, which "12.5" is not.');
		expect((await caught(() => set('steps', ''))).message).toBe(
			'"steps" of "KSampler" (node 3) takes a whole number, but the value is empty.',
		);
	});
});

describe('members of an input whose value is an object', () => {
	const stack: ApiWorkflow = {
		'2': { class_type: 'Stack', inputs: { lora_1: { on: true, lora: 'ink', strength: 0.6 } } },
	};
	const set = (value: Parameters<typeof setInputs>[1][number]) => setInputs(stack, [value])['2'].inputs;

	test('are set by a name with a dot, and the other members stay', () => {
		expect(set({ node: '2', input: 'lora_1.strength', value: 1 })).toEqual({
			lora_1: { on: true, lora: 'ink', strength: 1 },
		});
		expect(set({ node: '2.lora_1.lora', value: 'oil' })).toMatchObject({ lora_1: { lora: 'oil' } });
		expect(stack['2'].inputs.lora_1).toEqual({ on: true, lora: 'ink', strength: 0.6 });
	});

	test('take the type of the value that they replace', () => {
		expect(set({ node: '2', input: 'lora_1.strength', value: '0.8', coerce: true })).toMatchObject({
			lora_1: { strength: 0.8 },
		});
	});

	test('a new row is added as a whole', () => {
		const row = { on: true, lora: 'oil', strength: 1 };
		expect(set({ node: '2', input: 'lora_2', value: row, add: true })).toMatchObject({ lora_2: row });
	});

	describe('of a class that takes inputs of any name', () => {
		const loader = { input: { required: {}, optional: { model: ['MODEL'], clip: ['CLIP'] } }, output: [] };
		const types = {
			Stack: { ...loader, python_module: 'custom_nodes.rgthree-comfy' },
		} as unknown as ObjectInfo;
		const add = (row: Parameters<typeof setInputs>[1][number], catalogue: ObjectInfo = types) =>
			setInputs(stack, [row], catalogue)['2'].inputs;
		const row = { on: false, lora: 'oil', strength: 0.4 };

		test('a new row is added as a whole, or begins with its LoRA', () => {
			expect(add({ node: '2', input: 'lora_2', value: row })).toMatchObject({ lora_2: row });
			expect(add({ node: '2', input: 'lora_2', value: JSON.stringify(row), coerce: true })).toMatchObject({
				lora_2: row,
			});
			expect(add({ node: '2', input: 'lora_2.lora', value: 'oil', coerce: true })).toMatchObject({
				lora_2: { on: true, lora: 'oil', strength: 1 },
			});
			expect(() => add({ node: '2', input: 'lora_2.strength', value: 1 })).toThrow('has no input');
		});

		test('a whole row replaces another, also as text', () => {
			const value = JSON.stringify(row);
			expect(add({ node: '2', input: 'lora_1', value, coerce: true })).toMatchObject({ lora_1: row });
		});

		test('a misspelled input and a class of ComfyUI take nothing new', () => {
			expect(() => add({ node: '2', input: 'modle', value: 1 })).toThrow('Did you mean');
			const own = { Stack: { ...loader, python_module: 'nodes' } } as unknown as ObjectInfo;
			expect(() => add({ node: '2', input: 'lora_2', value: row }, own)).toThrow('has no input');
		});
	});

	test('a name with a dot that no input has is refused as before', () => {
		expect(() => set({ node: '2', input: 'lora_9.strength', value: 1 })).toThrow('has no input');
	});
});
