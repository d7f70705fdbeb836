import { parseWorkflow } from '../../../nodes/client';
import { caught } from '../support/caught';
import { picture } from '../support/workflows';

const api = picture();
const ui = { id: 'w', nodes: [{ id: 1, type: 'SaveImage' }], links: [] };
const history = [0, 'some-id', api, { client_id: 'x', extra_pnginfo: { workflow: ui } }, ['2']];

describe('a workflow is found', () => {
	test.each<[string, unknown]>([
		['as it is', api],
		['as JSON', JSON.stringify(api)],
		['as JSON with a byte order mark and blank lines', `\uFEFF\n ${JSON.stringify(api, null, 2)}\n`],
		['as JSON inside JSON', JSON.stringify(JSON.stringify(api))],
		['in a POST body', { prompt: api, client_id: 'c' }],
		['in a POST body as text', { prompt: JSON.stringify(api) }],
		["in the editor's pair", { output: api, workflow: ui }],
		['in a history entry', { 'some-id': { prompt: history, outputs: {}, status: {} } }],
		['in the entry itself', { prompt: history, outputs: {} }],
		['in the list of a history entry', history],
		['under workflow', { workflow: api, name: 'portrait' }],
		['in a list of one', [api]],
		['in an n8n item', { json: api, pairedItem: { item: 0 } }],
		['in an n8n item with a POST body', [{ json: { prompt: api } }]],
		[
			'with other members beside the nodes',
			{ ...api, version: 0.4, extra: { ds: 1 }, comment: 'x', n: null },
		],
	])('%s', (_what, source) => {
		expect(parseWorkflow(source).workflow).toEqual(api);
	});

	test('nodes without inputs get some', () => {
		expect(parseWorkflow({ '1': { class_type: 'A' } }).workflow).toEqual({
			'1': { class_type: 'A', inputs: {} },
		});
	});

	test('a node may be called prompt, output or workflow', () => {
		const workflow = { prompt: api['1'], output: api['2'], workflow: api['1'] };
		expect(parseWorkflow(workflow).workflow).toEqual(workflow);
	});

	test('what was given is not changed and not shared', () => {
		const source = structuredClone(api);
		parseWorkflow(source).workflow['1'].inputs.width = 7;
		expect(source).toEqual(api);
	});

	test('integers of 64 bits keep their digits', () => {
		const text = '{"1": {"class_type": "A", "inputs": {"seed": 18446744073709551615, "x": 0.5}}}';
		const { seed, x } = parseWorkflow(text).workflow['1'].inputs;
		expect([String(seed), x]).toEqual(['18446744073709551615', 0.5]);
	});
});

test("the editor's workflow and extra data come along, without ids and keys of the earlier run", () => {
	const extra_data = {
		client_id: 'c',
		api_key_comfy_org: 'secret',
		auth_token_comfy_org: 'secret',
		create_time: 5,
		preview_method: 'taesd',
		nothing: null,
		extra_pnginfo: { workflow: ui },
	};
	expect(parseWorkflow({ prompt: api, extra_data })).toEqual({
		workflow: api,
		uiWorkflow: ui,
		extraData: { preview_method: 'taesd' },
	});
	expect(parseWorkflow(history).uiWorkflow).toEqual(ui);
	expect(parseWorkflow({ output: api, workflow: ui }).uiWorkflow).toEqual(ui);
});

describe('what is none says what it is instead', () => {
	test.each<[string, unknown, RegExp]>([
		['nothing', undefined, /it is a undefined|undefined/],
		['null', null, /it is null/],
		['a number', 5, /it is a number/],
		['a list', [1, 2], /it is a list/],
		['an empty list', [], /it is a list/],
		['an object', { a: 1, b: 2 }, /an object without nodes/],
		['an empty text', ' \n', /is empty/],
		['a text', 'a castle', /not JSON; it starts with "a castle"/],
		['a web page', '<html><b>x</b>', /not JSON/],
		["the editor's format", ui, /editor format/],
		["the editor's format as text", JSON.stringify(ui), /editor format/],
		[
			'wrapping without end',
			Array.from({ length: 9 }).reduce((inner) => ({ a: inner }), api as unknown),
			/too deeply/,
		],
	])('%s', async (_what, source, message) => {
		const error = await caught(() => parseWorkflow(source));
		expect(error.code).toBe('invalid-workflow');
		expect(error.message).toMatch(message);
		expect(error.hint).toBeTruthy();
	});
});

describe('a mistake in JSON is shown with line, column and surroundings', () => {
	test.each<[string, string, number, number]>([
		['a trailing comma', '{"a": 1,}', 1, 9],
		['a bare word', '{"a": x}', 1, 7],
		[
			'a bare word in a long text',
			`{"1": {"class_type": "A",\n\t"inputs": {"text": ${'"y", "z": '.repeat(9)}oops}}}`,
			2,
			111,
		],
		['single quotes', "{\n  'a': 1\n}", 2, 3],
		['a missing comma', '{\n "a": 1\n "b": 2\n}', 3, 2],
		['a line break in a text', '{"a": "one\ntwo"}', 1, 11],
		['an unescaped quote', '{"a": "say "hi" now"}', 1, 13],
		['an end too early', '{"a": {"b": 1}', 1, 15],
		['an end inside a text', '{"a": "b', 1, 9],
		['something after the end', '{"a": 1} x', 1, 10],
		['blank lines before', '\n\n{"a": x}', 3, 7],
		['NaN before', '{"n": NaN, "a": x}', 1, 17],
		['undefined', '{"a": undefined}', 1, 7],
		['a wrong escape', '{"a": "\\x"}', 1, 8],
		['a wrong number', '{"a": 01}', 1, 8],
	])('%s', async (_what, text, line, column) => {
		const error = await caught(() => parseWorkflow(text));
		expect(error.code).toBe('invalid-workflow');
		expect(error.message).toContain(`line ${line}, column ${column},`);
	});
});
