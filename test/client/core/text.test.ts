import {
	adviceFor,
	toExecutionError,
	toInterruptedError,
} from '../../../nodes/client/protocol/executionErrors';
import {
	cutText,
	firstBytes,
	lastBytes,
	listed,
	redact,
	shapesOf,
	show,
	tidy,
} from '../../../nodes/client/core/text';
import { readNodeErrors, toProblems, toValidationError } from '../../../nodes/client/protocol/validation';
import type { ApiWorkflow } from '../../../nodes/client';

const workflow: ApiWorkflow = {
	'4': { class_type: 'Loader', inputs: {}, _meta: { title: 'My model' } },
	'5': { class_type: 'Sampler', inputs: {} },
};

describe('advice for an exception', () => {
	test.each([
		['torch.OutOfMemoryError', 'Allocation on device', /GPU ran out of memory/],
		['RuntimeError', 'CUDA error: out of memory', /GPU ran out of memory/],
		[
			'RuntimeError',
			'[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory',
			/ran out of memory/,
		],
		['safetensors_rust.SafetensorError', 'Error while deserializing header: HeaderTooLarge', /damaged/],
		['RuntimeError', 'ERROR: Could not detect model type of: x.safetensors', /damaged/],
		['FileNotFoundError', "[Errno 2] No such file or directory: 'x'", /not on the server/],
		['RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)', /same model family/],
		['Exception', 'Unauthorized: Please login first to use this node.', /Comfy\.org API key/],
		['ValueError', 'something else', /ComfyUI log/],
	])('%s: %s', (type, message, advice) => expect(adviceFor(type, message)).toMatch(advice));
});

test('an execution error of which nothing is known is one all the same', () => {
	const error = toExecutionError('p', undefined, undefined);
	expect(error).toMatchObject({ code: 'execution', promptId: 'p', failure: { traceback: [] } });
	expect(error.message).toBeTruthy();
	expect(toInterruptedError('p', undefined, undefined).message).toBe(
		'The job was interrupted on the server.',
	);
});

test('a node id that is a number, and a traceback that is a text, do no harm', () => {
	const data = { node_id: 4, traceback: 'x', exception_message: null } as never;
	expect(toExecutionError('p', data, workflow).failure).toMatchObject({ nodeId: '4', nodeTitle: 'My model' });
});

describe('a finding of the validation in words', () => {
	const problem = (type: string, extra: object, details = 'd') =>
		toProblems(
			readNodeErrors({ '4': { errors: [{ type, message: 'm', details, extra_info: extra }] } }),
			workflow,
		)[0];
	const width = { input_name: 'width', input_config: ['INT', { min: 1, max: 9 }] };

	test.each<[string, object, string, RegExp]>([
		[
			'required_input_missing',
			{ input_name: 'width' },
			'',
			/^"My model" \(Loader, node 4\), input "width": .*missing/,
		],
		['value_smaller_than_min', { ...width, received_value: 0 }, '', /0 is smaller than the minimum 1/],
		['value_bigger_than_max', { ...width, received_value: 99 }, '', /99 is bigger than the maximum 9/],
		['invalid_input_type', { ...width, received_value: 'x' }, '', /"x" cannot be read as "INT"/],
		[
			'return_type_mismatch',
			{ ...width, received_type: 'LATENT' },
			'',
			/connected to "LATENT", but it takes "INT"/,
		],
		['bad_linked_input', { ...width, received_value: [1] }, '', /__value__/],
		[
			'value_not_in_list',
			{ input_config: [['cat', 'dog']], received_value: 'cta' },
			'',
			/Did you mean "cat"\? Allowed: cat, dog/,
		],
		[
			'value_not_in_list',
			{ input_config: ['COMBO', { options: ['a'] }], received_value: 'b' },
			'',
			/Allowed: a\./,
		],
		['value_not_in_list', { input_config: [[]], received_value: 'b' }, '', /nothing to choose from/],
		[
			'value_not_in_list',
			{ input_config: null, received_value: 'b' },
			'not in (list of length 99)',
			/list of length 99.*Object Info/,
		],
		[
			'custom_validation_failed',
			{},
			'image - Invalid image file: a.png',
			/"a\.png" is not on the server\. Upload it/,
		],
		['custom_validation_failed', {}, 'image', /does not accept the value \(image\)/],
		['exception_during_validation', { exception_message: "'99'" }, '', /does not exist/],
		['dependency_cycle', {}, '4 -> 5 -> 4', /m: 4 - 5 - 4|m: 4/],
		['brand_new', {}, 'new', /m: new/],
	])('%s %j', (type, extra, details, text) => expect(problem(type, extra, details).text).toMatch(text));

	test.each([null, [], 'x', { '4': null }, { '4': { errors: 'x' } }, { '4': { errors: [null, 5] } }])(
		'%j has none',
		(nodeErrors) => expect(toProblems(readNodeErrors(nodeErrors), workflow)).toEqual([]),
	);
});

describe('a refusal', () => {
	test.each([undefined, null, [], {}, { error: 'text' }])('%j is none of ComfyUI', (body) => {
		expect(toValidationError(body, workflow)).toBeUndefined();
	});

	test('without node errors says what the server said', () => {
		const error = { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed', details: '' };
		const refused = toValidationError({ error, node_errors: {} }, workflow);
		expect([refused?.message, refused?.hint]).toEqual([
			expect.stringContaining('Prompt outputs failed'),
			expect.stringContaining('circular'),
		]);
	});

	test('names many findings, but not all', () => {
		const one = { type: 'required_input_missing', extra_info: { input_name: 'x' } };
		const node_errors = { '4': { errors: new Array(30).fill(one) } };
		const refused = toValidationError({ error: { type: 'x' }, node_errors }, workflow);
		expect([refused?.problems.length, refused?.message]).toEqual([
			30,
			expect.stringContaining('and 26 more'),
		]);
	});

	test('of a node without class says to export again', () => {
		const error = { type: 'invalid_prompt', message: 'Cannot execute', details: "Node ID '#77'" };
		expect(toValidationError({ error }, workflow)).toMatchObject({
			problems: [],
			hint: expect.stringContaining('Export'),
		});
	});
});

describe('text that is shown', () => {
	test.each([
		['a <b>bold</b> word', 'a bold word'],
		['<script>alert(1)</script>', 'alert(1)'],
		['1 < 2', '1 2'],
		['2 > 1', '2 1'],
		['one\r\n\ttwo\u0000three', 'one two three'],
		['\u202Eevil\u200B', 'evil'],
		['', ''],
	])('%j becomes %j', (text, expected) => expect(tidy(text)).toBe(expected));

	test('is never longer than asked for', () => {
		expect(tidy('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
		expect(show({ a: 'x'.repeat(1000) }, 20)).toHaveLength(20);
	});

	test.each<[unknown, string]>([
		['a', '"a"'],
		[5, '5'],
		[null, 'null'],
		[undefined, 'undefined'],
		[{ a: [1] }, '{"a":[1]}'],
	])('%p is shown as %s', (value, text) => expect(show(value)).toBe(text));

	test('of many things lists the first', () => {
		expect([listed(['a', 'b']), listed(['a', 'b', 'c'], 2), listed([])]).toEqual([
			'a, b',
			'a, b and 1 more',
			'',
		]);
	});

	test('holds no secret, also not the rest of one inside another', () => {
		expect(redact('abcd abcdef', ['abcd', 'abcdef', ''])).toBe('*** ***');
	});

	test.each<[string, string, string]>([
		['abc', 'password abc, abc: {"abc"} abcd xabc', 'password ***, ***: {"***"} abcd xabc'],
		['ä', 'ä älter', '*** älter'],
		['!', 'well!', 'well***'],
		['3', 'c421f98f-33e1-3 333 3', 'c421f98f-33e1-*** 333 ***'],
		['12', 'PIN 12 of 123', 'PIN *** of 123'],
		['12', '{"pin":"12","n":12,"all":[12,12]}', '{"pin":"***","n":12,"all":[12,12]}'],
	])('holds no short secret, which is a word of its own: %s in %s', (secret, text, clean) => {
		expect(redact(text, [secret])).toBe(clean);
	});

	test('that is cut ends in a whole character', () => {
		expect(cutText('ab😀', 3)).toBe('ab');
		expect(tidy(`${'a'.repeat(8)}😀b`, 10)).toBe('aaaaaaaa…');
		expect([firstBytes('aä😀b', 3), firstBytes('aä😀b', 6), firstBytes('aä😀b', 7)]).toEqual([
			'aä',
			'aä',
			'aä😀',
		]);
		expect([lastBytes('bä😀a', 4), lastBytes('bä😀a', 5), lastBytes('bä😀a', 99)]).toEqual([
			'a',
			'😀a',
			'bä😀a',
		]);
	});

	test('a secret is known in the shapes that it may come back in', () => {
		expect(shapesOf('a b/ü"')).toEqual([
			'a b/ü"',
			'a%20b%2F%C3%BC%22',
			'a+b%2F%C3%BC%22',
			'a b/ü\\"',
			'a b/\\u00fc\\"',
		]);
		expect(shapesOf('plain')).toEqual(['plain']);
	});
});
