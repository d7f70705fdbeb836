import type { ApiWorkflow } from '../../../../nodes/client';
import { BigInteger } from '../../../../nodes/client/core/json';
import { fillTemplate } from '../../../../nodes/client/workflow/template/fillTemplate';
import { listParameters } from '../../../../nodes/client/workflow/template/listParameters';
import { saveWorkflow } from '../../../../nodes/client/workflow/save';
import { createTemplate, type WorkflowTemplate } from '../../../../nodes/client/workflow/template/template';
import { objectInfo } from '../../objectInfo/fixture';
import { caught } from '../../support/caught';
import { textToImage } from '../../support/workflows';

const long = new BigInteger('18446744073709551615');

function titled(): ApiWorkflow {
	const workflow = textToImage(7);
	workflow['6']._meta = { title: 'Prompt v1.5' };
	return workflow;
}

/** `{{subject}}` twice, once inside a text and once alone; numbers as placeholders. */
function withPlaceholders(): ApiWorkflow {
	const workflow = titled();
	workflow['6'].inputs.text = 'a {{style}} painting of {{ subject }}, {{subject}}';
	workflow['9'].inputs.filename_prefix = '{{subject}}';
	workflow['3'].inputs.seed = '{{seed}}';
	return workflow;
}

describe('a template with named parameters', () => {
	const template = createTemplate(titled(), {
		prompt: { node: 'Prompt v1.5', input: 'text', required: true, description: 'What to paint' },
		steps: '3.steps',
		seed: { node: 3, input: 'seed', default: 42 },
	});

	test('lists them with types, defaults and whether they are needed', () => {
		expect(listParameters(template)).toEqual([
			{
				name: 'prompt',
				nodeId: '6',
				nodeTitle: 'Prompt v1.5',
				input: 'text',
				type: 'string',
				default: 'a lighthouse',
				required: true,
				description: 'What to paint',
				places: [{ node: '6', input: 'text' }],
			},
			expect.objectContaining({ name: 'steps', type: 'number', default: 3, required: false }),
			expect.objectContaining({ name: 'seed', type: 'number', default: 42, required: false }),
		]);
	});

	test('is filled, and what is left out keeps its default or its value', () => {
		const filled = fillTemplate(template, { prompt: 'a castle', steps: '20' });
		const expected = titled();
		expected['6'].inputs.text = 'a castle';
		Object.assign(expected['3'].inputs, { steps: 20, seed: 42 });
		expect(filled).toEqual(expected);
	});

	test('is plain JSON, which can be kept and used again', () => {
		const read = JSON.parse(JSON.stringify(template)) as WorkflowTemplate;
		expect(read).toEqual(template);
		expect(listParameters(read)).toEqual(listParameters(template));
		expect(createTemplate(read.workflow, read.parameters)).toEqual(template);
	});

	test('does not change with the workflow it was made of, nor when it is filled', () => {
		const workflow = titled();
		const made = createTemplate(workflow, { steps: '3.steps' });
		const filled = fillTemplate(made, { steps: 5 });
		for (const { '3': sampler } of [workflow, filled]) {
			sampler.inputs.steps = 99;
			(sampler.inputs.model as unknown[])[0] = 'other';
		}
		expect(made.workflow).toEqual(titled());
	});

	test('keeps every digit of a seed', () => {
		const source = { workflow: saveWorkflow(textToImage(long)), parameters: { seed: '3.seed' } };
		expect(listParameters(source)[0]).toMatchObject({ type: 'number', default: long.digits });
		expect(fillTemplate(source, {})['3'].inputs.seed).toEqual(long);
		expect(fillTemplate(source, { seed: '18446744073709551614' })['3'].inputs.seed).toEqual(
			new BigInteger('18446744073709551614'),
		);
	});

	test('may set several inputs by one parameter', () => {
		const square = createTemplate(titled(), {
			size: { places: ['5.width', { node: '5', input: 'height' }] },
		});
		expect(fillTemplate(square, { size: 96 })['5'].inputs).toMatchObject({ width: 96, height: 96 });
	});

	test.each([
		['6.text', '6'],
		['Prompt v1.5.text', '6'],
		[' prompt V1.5 . text ', '6'],
		['CLIPTextEncode.text', '6'],
	])('finds the input that "%s" means', (place, node) => {
		expect(createTemplate(titled(), { p: place }).parameters.p.places).toEqual([{ node, input: 'text' }]);
	});

	test('finds inputs that have dots in their names', () => {
		const workflow: ApiWorkflow = { '57:8': { class_type: 'A.B', inputs: { 'model.size': 1 } } };
		const { parameters } = createTemplate(workflow, { one: '57:8.model.size' });
		expect(parameters.one.places).toEqual([{ node: '57:8', input: 'model.size' }]);
		expect(createTemplate(workflow, { one: 'A.B.model.size' }).parameters).toEqual(parameters);
	});
});

describe('placeholders in the texts of a workflow', () => {
	const template = createTemplate(withPlaceholders());

	test('are parameters by themselves, each with all its places', () => {
		expect(
			listParameters(template).map(({ name, type, required, places }) => [
				name,
				type,
				required,
				places.length,
			]),
		).toEqual([
			['seed', 'any', true, 1],
			['style', 'string', true, 1],
			['subject', 'string', true, 2],
		]);
	});

	test('take values as text inside a text, and with their type where they stand alone', () => {
		const filled = fillTemplate(template, { style: 'quick', subject: 7, seed: 5 });
		expect(filled['6'].inputs.text).toBe('a quick painting of 7, 7');
		expect([filled['9'].inputs.filename_prefix, filled['3'].inputs.seed]).toEqual([7, 5]);
	});

	test.each([
		['quotes and line breaks', 'a "b"\n\\n \'c\' \u0000'],
		['replacement patterns', "$& $1 $' $$"],
		['placeholders', '{{style}} {{subject}} {{other}}'],
		['JSON', '"}, "1": {"class_type": "X"}}'],
	])('take %s as they are', (_what, value) => {
		const { '6': prompt, '9': saved } = fillTemplate(template, { style: value, subject: value, seed: 1 });
		expect(prompt.inputs.text).toBe(`a ${value} painting of ${value}, ${value}`);
		expect(saved.inputs.filename_prefix).toBe(value);
	});

	test.each<[string, unknown, string]>([
		['a long integer', long, '18446744073709551615'],
		['false', false, 'false'],
		['nothing', null, ''],
		['a list', [1, 'a'], '[1,"a"]'],
	])('inside a text write %s as people expect', (_what, value, text) => {
		const workflow = { '1': { class_type: 'A', inputs: { text: '<{{x}}>' } } };
		expect(fillTemplate({ workflow }, { x: value })['1'].inputs.text).toBe(`<${text}>`);
	});

	test('that stand alone take lists and false', () => {
		const workflow = { '1': { class_type: 'A', inputs: { a: '{{a}}', b: '{{b}}' } } };
		expect(fillTemplate({ workflow }, { a: [1, 2, 3], b: false })['1'].inputs).toEqual({
			a: { __value__: [1, 2, 3] },
			b: false,
		});
	});

	test('that stand alone take the type that the catalogue says', () => {
		const filled = fillTemplate(template, { style: 'oil', subject: 7, seed: '42' }, objectInfo());
		expect([filled['3'].inputs.seed, filled['9'].inputs.filename_prefix]).toEqual([42, '7']);
	});

	test('may have defaults, beside parameters of other inputs', () => {
		const parameters = { style: { default: 'oil' }, subject: { description: 'who' }, steps: '3.steps' };
		const described = createTemplate(withPlaceholders(), parameters);
		const filled = fillTemplate(described, { subject: 'a fox', seed: 1, steps: 9 });
		expect([filled['6'].inputs.text, filled['3'].inputs.steps]).toEqual([
			'a oil painting of a fox, a fox',
			9,
		]);
		expect(listParameters(described)).toContainEqual(
			expect.objectContaining({ name: 'style', default: 'oil', required: false }),
		);
	});

	test.each(['{{ }}', '{{a b}}', '{{$json.x}}', '{a}', '{{a|b}}', '{{a.b}}', '{ {a} }'])(
		'are not %p',
		(text) => {
			const workflow = { '1': { class_type: 'A', inputs: { text, list: { __value__: ['{{a}}'] } } } };
			expect(createTemplate(workflow).parameters).toEqual({});
			expect(fillTemplate({ workflow })).toEqual(workflow);
		},
	);

	test('may have letters of all languages, and names that every object has', async () => {
		const text = '{{größe}} {{__proto__}} {{constructor}} {{to-string_2}}';
		const workflow = { '1': { class_type: 'A', inputs: { text } } };
		const made = createTemplate(workflow);
		expect(Object.keys(made.parameters)).toEqual(['größe', '__proto__', 'constructor', 'to-string_2']);
		const values = JSON.parse('{"größe": 1, "__proto__": 2, "constructor": 3, "to-string_2": 4}') as object;
		expect(fillTemplate(made, values as Record<string, unknown>)['1'].inputs.text).toBe('1 2 3 4');
		expect((await caught(() => fillTemplate(made, { größe: 1, 'to-string_2': 4 }))).message).toBe(
			'The template needs a value for "__proto__", "constructor".',
		);
	});

	test('are found in long texts without delay', () => {
		const text = '{{ a '.repeat(50_000) + '{{'.repeat(50_000) + ' '.repeat(100_000);
		expect(createTemplate({ '1': { class_type: 'A', inputs: { text } } }).parameters).toEqual({});
	});
});

describe('filling a template fails', () => {
	test('with all that is missing and all that is unknown in one error', async () => {
		const template = createTemplate(withPlaceholders(), {
			prefix: { node: '4', input: 'ckpt_name', required: true },
		});
		const error = await caught(() => fillTemplate(template, { stile: 'oil', seed: undefined, zebra: 1 }));
		expect(error.code).toBe('invalid-input');
		expect(error.message).toBe(
			'The template needs a value for "prefix", "seed", "style", "subject". ' +
				'It has no parameter "stile", "zebra". Did you mean "style"?',
		);
		expect(error.hint).toBe('Its parameters are "prefix", "seed", "style", "subject".');
	});

	test('for a value of a template without parameters', async () => {
		const error = await caught(() => fillTemplate({ workflow: titled() }, { constructor: 1 }));
		expect([error.code, error.hint]).toEqual(['invalid-input', 'It has no parameters.']);
	});

	test('when its workflow is none', async () => {
		expect((await caught(() => fillTemplate({ workflow: { nodes: [], links: [] } }))).code).toBe(
			'invalid-workflow',
		);
	});
});

describe('a template is not made', () => {
	const make = (parameters: object) =>
		caught(() => createTemplate(withPlaceholders(), parameters as Parameters<typeof createTemplate>[1]));

	test.each<[string, object, string, RegExp]>([
		['for an unknown node', { p: 'Prompt v2.text' }, 'invalid-workflow', /no node/],
		[
			'for an unknown input',
			{ p: '3.step' },
			'invalid-workflow',
			/"KSampler" \(node 3\) has no input "step"\. Did you mean "steps"/,
		],
		['for an input that only objects have', { p: '3.constructor' }, 'invalid-workflow', /no input/],
		['for a text without a dot', { p: 'steps' }, 'invalid-workflow', /"steps" names no input/],
		['for a node without an input', { p: { node: '3' } }, 'invalid-input', /does not name an input/],
		['for a number', { p: 3 }, 'invalid-input', /"p" is described by 3/],
		[
			'for a parameter without a place',
			{ stile: { default: 1 } },
			'invalid-input',
			/"stile" has no place.*Did you mean "style"/,
		],
		[
			'for two parameters of one input',
			{ a: '3.steps', b: 'KSampler.steps' },
			'invalid-input',
			/"b" and "a" both set "KSampler" \(node 3\), input "steps"/,
		],
		[
			'for a parameter of a text with placeholders',
			{ a: '6.text' },
			'invalid-input',
			/"a" and "style" both set/,
		],
	])('%s', async (_what, parameters, code, message) => {
		const error = await make(parameters);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.hint).toBeTruthy();
	});
});
