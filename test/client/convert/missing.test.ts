import { InvalidWorkflowError, MissingNodeTypesError, type ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { caught } from '../support/caught';
import { BYPASSED, catalogue, convert, MUTED, reasons, workflow, type Short } from './build';

const image: Short = { id: 1, type: 'EmptyImage' };
const save = (from: number): Short => ({ id: 9, type: 'SaveImage', from: { images: [from, 0, 'IMAGE'] } });
const blur = (others: Partial<Short> = {}): Short => ({
	id: 2,
	type: 'FancyBlur',
	title: 'Soft',
	from: { image: [1, 0, 'IMAGE'] },
	outputs: ['IMAGE'],
	properties: { cnr_id: 'comfyui-fancy', ver: '1.2.0' },
	...others,
});

describe('node types that the server does not have', () => {
	test('are all named, with their nodes and where to get them', async () => {
		const glow: Short = {
			id: 3,
			type: 'Glow',
			from: { image: [2, 0, 'IMAGE'] },
			outputs: ['IMAGE'],
			properties: { aux_id: 'someone/glow' },
		};
		const error = await caught<MissingNodeTypesError>(() =>
			convert(workflow([image, blur(), glow, save(3)])),
		);
		expect(error).toBeInstanceOf(MissingNodeTypesError);
		expect(error).toBeInstanceOf(InvalidWorkflowError);
		expect(error.code).toBe('invalid-workflow');
		expect(error.missing).toEqual([
			{
				type: 'FancyBlur',
				registryId: 'comfyui-fancy',
				version: '1.2.0',
				nodes: [{ id: '2', title: 'Soft' }],
			},
			{ type: 'Glow', repository: 'someone/glow', nodes: [{ id: '3' }] },
		]);
		expect(error.message).toContain('FancyBlur from comfyui-fancy (node 2)');
		expect(error.hint).toContain('comfyui-fancy, someone/glow');
	});

	test('count also where nothing takes their outputs but something is connected to them', () => {
		expect(() => convert(workflow([image, blur()]))).toThrow(MissingNodeTypesError);
	});

	test('do not matter where they are muted, bypassed, or connected to nothing', () => {
		expect(Object.keys(convert(workflow([image, blur({ mode: MUTED }), save(1)])).prompt)).toEqual([
			'1',
			'9',
		]);
		expect(convert(workflow([image, blur({ mode: BYPASSED }), save(2)])).prompt['9'].inputs.images).toEqual([
			'1',
			0,
		]);
		const alone = convert(workflow([image, blur({ from: {} }), save(1)]));
		expect(Object.keys(alone.prompt)).toEqual(['1', '9']);
		expect(reasons(alone)).toContain('unknown-type');
	});
});

describe('files that are not as they should be', () => {
	test.each<[string, unknown]>([
		['nodes that are not objects', { nodes: [null, 1, 'x', []], links: [] }],
		['nodes without id or type', { nodes: [{ type: 'SaveImage' }, { id: 1 }], links: [] }],
		[
			'inputs and links of other kinds',
			{
				nodes: [{ id: 1, type: 'SaveImage', inputs: [null, 7, { name: null, link: {} }] }],
				links: [null, 3, {}],
			},
		],
		[
			'definitions of other kinds',
			{
				nodes: [],
				links: [],
				definitions: { subgraphs: [null, { id: 1, inputs: 3, nodes: 'x' }] },
				extra: 5,
			},
		],
	])('%s are read as far as they can be', (_what, source) => {
		expect(convert(source).prompt).toBeInstanceOf(Object);
	});

	test('names of prototype members are ordinary names', () => {
		const nodes: Short[] = [
			{ id: '__proto__', type: 'EmptyImage' },
			{ id: 'constructor', type: 'constructor' },
			{ id: 'hasOwnProperty', type: 'SaveImage', from: { images: ['__proto__', 0, 'IMAGE'] } },
		];
		const { prompt } = convert(workflow(nodes));
		expect(Object.keys(prompt)).toEqual(['__proto__', 'hasOwnProperty']);
		expect(Object.entries(prompt)[1][1].inputs.images).toEqual(['__proto__', 0]);
	});

	test('two nodes of one id are one, and that is said', () => {
		expect(reasons(convert(workflow([image, { ...image, type: 'SaveImage' }])))).toContain('duplicate-id');
	});

	test('a workflow that saves nothing is said', () => {
		expect(reasons(convert(workflow([image])))).toContain('no-output');
	});
});

describe('node types of packs that the server does not have', () => {
	test('one that is alone is named, because nothing else runs', () => {
		expect(() => convert(workflow([{ id: 1, type: 'PaintAndStore', values: [] }]))).toThrow(
			MissingNodeTypesError,
		);
	});

	test.each([
		'Power Conductor (rgthree)',
		'easy bookmark',
		'Show Metadata [Crystools]',
		'Note Plus (mtb)',
		'Label (rgthree)',
	])('%s exists only in the editor', (only) => {
		const made = convert(
			workflow([
				{ id: 1, type: 'EmptyImage' },
				{ id: 2, type: 'SaveImage', from: { images: [1, 0, 'IMAGE'] } },
				{ id: 3, type: only, from: { '': [1, 0] }, outputs: ['*'] },
			]),
		);
		expect(Object.keys(made.prompt)).toEqual(['1', '2']);
		expect(reasons(made)).not.toContain('unknown-type');
	});

	test.each(['PresetText|pysssss', 'VHS_SelectLatest'])(
		'%s gives a value that only the browser knows',
		(only) => {
			const known = {
				...catalogue,
				VHS_SelectLatest: {
					input: { required: { prefix: ['STRING', {}] } },
					output: ['STRING'],
					output_node: true,
				},
			} as unknown as ObjectInfo;
			const source = workflow([
				{ id: 1, type: only, values: ['a'], outputs: ['STRING'] },
				{
					id: 2,
					type: 'SaveImage',
					values: ['saved'],
					from: { filename_prefix: [1, 0, 'STRING'] },
					fields: ['filename_prefix'],
				},
			]);
			const made = toApiFormat(source, known);
			expect(made.prompt).toMatchObject({ '2': { inputs: { filename_prefix: 'saved' } } });
			expect(made.prompt).not.toHaveProperty('1');
			expect(reasons(made)).toContain('browser-value');
		},
	);

	test('Node Combiner exists only in the editor', () => {
		const made = convert(
			workflow([
				{ id: 1, type: 'EmptyImage' },
				{ id: 2, type: 'SaveImage', from: { images: [1, 0, 'IMAGE'] } },
				{ id: 3, type: 'Node Combiner (rgthree)', from: { '': [1, 0] }, outputs: ['*'] },
			]),
		);
		expect(Object.keys(made.prompt)).toEqual(['1', '2']);
	});
});
