import { pickChoices } from '../../../nodes/client/convert/dynamicPrompts';
import { catalogue, convert, inputsOf, INPUTS, workflow, type Short } from './build';

const text = (value: string): Short => ({ id: 1, type: 'CLIPTextEncode', values: [value] });
const save = (prefix: string): Short => ({
	id: 9,
	type: 'SaveImage',
	values: [prefix],
	from: { images: [2, 0, 'IMAGE'] },
});
const now = new Date(2026, 2, 7, 5, 4, 3);
const named = (prefix: string, ...nodes: Short[]) =>
	inputsOf(workflow([...nodes, save(prefix)]), '9', { substituteNames: { now } }).filename_prefix;

describe('choices in prompts', () => {
	test.each<[string, number, string]>([
		['a {red|blue} cat', 0, 'a red cat'],
		['a {red|blue} cat', 0.99, 'a blue cat'],
		['{a|{b|c}} {|x}', 0, 'a '],
		['{a|{b|c}} {|x}', 0.99, 'c x'],
		['an open {a|b', 0.99, 'an open b'],
		['not \\{a\\|b\\}', 0, 'not {a|b}'],
		['one // to the end\ntwo /* all\nof it */three', 0, 'one \ntwo three'],
		['/*a*///b\nc', 0, '\nc'],
		['never /* closed', 0, 'never /* closed'],
		['} a | b', 0, '} a | b'],
	])('%j', (source, number, expected) => {
		expect(pickChoices(source, () => number)).toBe(expected);
	});

	test('are only made when asked for', () => {
		const source = workflow([text('{a|b} // c')]);
		expect(inputsOf(source, '1').text).toBe('{a|b} // c');
		expect(inputsOf(source, '1', { dynamicPrompts: { random: () => 0 } }).text).toBe('a ');
	});

	test('are made in a workflow in API format too, which is not changed', () => {
		const source = { '1': { class_type: 'CLIPTextEncode', inputs: { text: '{a|b}' } } };
		expect(inputsOf(source, '1', { dynamicPrompts: { random: () => 0 } }).text).toBe('a');
		expect(source['1'].inputs.text).toBe('{a|b}');
	});

	test('are not made in inputs that do not have them, nor on subgraph instances', () => {
		expect(
			inputsOf(workflow([{ id: 1, type: 'SaveImage', values: ['{a|b}'] }]), '1', { dynamicPrompts: true }),
		).toEqual({
			filename_prefix: '{a|b}',
		});
		const inner: Short = {
			id: 50,
			type: 'CLIPTextEncode',
			values: [''],
			from: { text: [INPUTS, 0] },
			fields: ['text'],
		};
		const subgraph = {
			id: 'Prompt',
			inputs: [['text', 'STRING']] as Array<[string, string]>,
			nodes: [inner],
		};
		const source = workflow([{ id: 2, type: 'Prompt', values: ['{a|b}'], fields: ['text'] }], [subgraph]);
		expect(inputsOf(source, '2:50', { dynamicPrompts: true }).text).toBe('{a|b}');
	});

	test('of a very long text are made', () => {
		expect(pickChoices('{'.repeat(50_000), () => 0)).toBe('');
		expect(pickChoices('/* '.repeat(50_000), () => 0)).toHaveLength(150_000);
	});
});

describe('names in file names', () => {
	const image: Short = { id: 2, type: 'EmptyImage', values: [640, 480, 1, 0] };

	test('dates', () => {
		expect(named('out/%date:yyyy-MM-dd_hhmmss%_%date:yy/M/d%', image)).toBe('out/2026-03-07_050403_26/3/7');
	});

	test('values of nodes by class, by title and by the name for it', () => {
		expect(named('%EmptyImage.width%', image)).toBe('640');
		expect(named('%Canvas.width%', { ...image, title: 'Canvas' })).toBe('640');
		expect(named('%size.width%', { ...image, properties: { 'Node name for S&R': 'size' } })).toBe('640');
	});

	test('what is not known stays, and characters that files cannot have become _', () => {
		expect(named('%Nothing.width%_%EmptyImage.nothing%_%width%', image)).toBe(
			'%Nothing.width%_%EmptyImage.nothing%_%width%',
		);
		expect(named('%CLIPTextEncode.text%', image, text('a/b:c'))).toBe('a_b_c');
	});

	test('stay when asked for', () => {
		const source = workflow([image, save('%EmptyImage.width%')]);
		expect(inputsOf(source, '9', { substituteNames: false }).filename_prefix).toBe('%EmptyImage.width%');
	});

	test('stay in a workflow in API format, unless asked for', () => {
		const source = { '2': { class_type: 'SaveImage', inputs: { filename_prefix: '%date:yyyy%' } } };
		expect(inputsOf(source, '2').filename_prefix).toBe('%date:yyyy%');
	});

	test('in a workflow in API format too', () => {
		const source = {
			'1': { class_type: 'EmptyImage', inputs: { width: 640 }, _meta: { title: 'Canvas' } },
			'2': { class_type: 'SaveImage', inputs: { filename_prefix: '%EmptyImage.width%_%Canvas.width%' } },
		};
		expect(inputsOf(source, '2', { substituteNames: true }).filename_prefix).toBe('640_640');
	});

	test('a primitive node that replaces names does so', () => {
		const primitive: Short = {
			id: 8,
			type: 'PrimitiveNode',
			values: ['w%EmptyImage.width%'],
			outputs: ['STRING'],
			properties: { 'Run widget replace on values': true },
		};
		const fed: Short = { ...text(''), from: { text: [8, 0, 'STRING'] }, fields: ['text'] };
		expect(inputsOf(workflow([image, primitive, fed]), '1').text).toBe('w640');
	});
});

describe('what comes back', () => {
	test('titles, the workflow of the editor, and what was beside it', () => {
		const ui = workflow([{ id: 2, type: 'EmptyImage', title: 'Canvas' }, save('x')]);
		const made = convert({ workflow: ui });
		expect(made.uiWorkflow).toBe(ui);
		expect(made.prompt['2']._meta?.title).toBe('Canvas');
		expect(made.prompt['9']._meta?.title).toBe(catalogue.SaveImage.display_name);
	});

	test('a workflow in API format as it is', () => {
		const api = { '1': { class_type: 'EmptyImage', inputs: { width: 8 } } };
		expect(convert(api)).toEqual({ prompt: api, warnings: [], markedInputs: [] });
		const ui = workflow([save('x')]);
		expect(convert({ output: api, workflow: ui })).toMatchObject({ prompt: api, uiWorkflow: ui });
	});
});
