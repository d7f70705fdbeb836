import { InvalidWorkflowError } from '../../../nodes/client';
import {
	BYPASSED,
	convert,
	INPUTS,
	inputsOf,
	MUTED,
	reasons,
	workflow,
	type Short,
	type ShortSubgraph,
} from './build';

const model: Short = { id: 1, type: 'CheckpointLoaderSimple', values: ['m.safetensors'] };
const prompt: ShortSubgraph = {
	id: 'Prompt',
	inputs: [
		['clip', 'CLIP'],
		['text', 'STRING'],
	],
	nodes: [
		{
			id: 50,
			type: 'CLIPTextEncode',
			values: ['inside'],
			from: { clip: [INPUTS, 0], text: [INPUTS, 1] },
			fields: ['text'],
		},
	],
	outputs: [['CONDITIONING', 'CONDITIONING', 50, 0]],
};
const instance = (id: number, values?: unknown[], others: Partial<Short> = {}): Short => ({
	id,
	type: 'Prompt',
	from: { clip: [1, 1, 'CLIP'] },
	fields: ['text'],
	values,
	outputs: ['CONDITIONING'],
	...others,
});
const zero = (from: number): Short => ({
	id: 9,
	type: 'ConditioningZeroOut',
	from: { conditioning: [from, 0, 'CONDITIONING'] },
});
const texts = (source: unknown) =>
	Object.entries(convert(source).prompt).flatMap(([id, { inputs }]) =>
		'text' in inputs ? [`${id} ${String(inputs.text)}`] : [],
	);

describe('subgraphs are put in place', () => {
	test('with the ids of their instances before those inside', () => {
		const { prompt: made } = convert(workflow([model, instance(2), zero(2)], [prompt]));
		expect(Object.keys(made)).toEqual(['1', '9', '2:50']);
		expect(made['2:50'].inputs).toEqual({ clip: ['1', 1], text: 'inside' });
		expect(made['9'].inputs.conditioning).toEqual(['2:50', 0]);
	});

	test('inside each other', () => {
		const outer: ShortSubgraph = {
			id: 'Outer',
			inputs: [['clip', 'CLIP']],
			nodes: [instance(60, undefined, { from: { clip: [INPUTS, 0] } })],
			outputs: [['CONDITIONING', 'CONDITIONING', 60, 0]],
		};
		const host: Short = { id: 2, type: 'Outer', from: { clip: [1, 1, 'CLIP'] }, outputs: ['CONDITIONING'] };
		const { prompt: made } = convert(workflow([model, host, zero(2)], [outer, prompt]));
		expect(made['2:60:50'].inputs.clip).toEqual(['1', 1]);
		expect(made['9'].inputs.conditioning).toEqual(['2:60:50', 0]);
	});

	test('not where the instance is muted or bypassed', () => {
		const ids = (mode: number) =>
			Object.keys(convert(workflow([model, instance(2, [], { mode })], [prompt])).prompt);
		expect([ids(MUTED), ids(BYPASSED)]).toEqual([['1'], ['1']]);
	});

	test('a bypassed instance lets through what has the type of its output', () => {
		const through: ShortSubgraph = {
			id: 'Invert',
			inputs: [['image', 'IMAGE']],
			nodes: [{ id: 50, type: 'ImageInvert', from: { image: [INPUTS, 0] } }],
			outputs: [['IMAGE', 'IMAGE', 50, 0]],
		};
		const nodes: Short[] = [
			{ id: 1, type: 'EmptyImage' },
			{ id: 2, type: 'Invert', mode: BYPASSED, from: { image: [1, 0, 'IMAGE'] }, outputs: ['IMAGE'] },
			{ id: 9, type: 'SaveImage', from: { images: [2, 0, 'IMAGE'] } },
		];
		expect(inputsOf(workflow(nodes, [through]), '9').images).toEqual(['1', 0]);
	});

	test('a wire from an input straight to an output is followed', () => {
		const wire: ShortSubgraph = {
			id: 'Wire',
			inputs: [['image', 'IMAGE']],
			nodes: [],
			outputs: [['IMAGE', 'IMAGE', INPUTS, 0]],
		};
		const nodes: Short[] = [
			{ id: 1, type: 'EmptyImage' },
			{ id: 2, type: 'Wire', from: { image: [1, 0, 'IMAGE'] }, outputs: ['IMAGE'] },
			{ id: 9, type: 'SaveImage', from: { images: [2, 0, 'IMAGE'] } },
		];
		expect(inputsOf(workflow(nodes, [wire]), '9').images).toEqual(['1', 0]);
	});

	test('ids inside that are used outside are changed, as in the editor', () => {
		const clash = { ...prompt, nodes: [{ ...prompt.nodes[0], id: 1 }], outputs: [] };
		expect(Object.keys(convert(workflow([model, instance(2)], [clash])).prompt)).toEqual(['1', '2:101']);
	});
});

describe('values on instances', () => {
	test('each instance has its own', () => {
		expect(texts(workflow([model, instance(2, ['one']), instance(3, ['two'])], [prompt]))).toEqual([
			'2:50 one',
			'3:50 two',
		]);
	});

	test('none means the value inside', () => {
		expect(texts(workflow([model, instance(2, []), instance(3, [null])], [prompt]))).toEqual([
			'2:50 inside',
			'3:50 inside',
		]);
	});

	test('a list may say which field each is for', () => {
		const byInput = instance(2, ['x', 'one'], {
			properties: {
				proxyWidgets: [
					['50', 'gone'],
					['-1', 'text'],
				],
			},
		});
		const byField = instance(3, ['two'], { properties: { proxyWidgets: [['50', 'text']] } });
		expect(texts(workflow([model, byInput, byField], [prompt]))).toEqual(['2:50 one', '3:50 two']);
	});

	test('also for a field without an input', () => {
		const closed: ShortSubgraph = {
			...prompt,
			nodes: [{ ...prompt.nodes[0], from: { clip: [INPUTS, 0] }, fields: [] }],
		};
		const host = instance(2, ['one'], { fields: [], properties: { proxyWidgets: [['50', 'text']] } });
		expect(texts(workflow([model, host], [closed]))).toEqual(['2:50 one']);
	});

	test('one that does not fit is not taken', () => {
		const made = convert(workflow([model, instance(2, [17])], [prompt]));
		expect(made.prompt['2:50'].inputs.text).toBe('inside');
		expect(reasons(made)).toContain('promoted-value');
	});

	test('what happens to a seed after a run may stand among them', () => {
		const sampler: ShortSubgraph = {
			id: 'Sampler',
			inputs: [
				['seed', 'INT'],
				['steps', 'INT'],
			],
			nodes: [
				{
					id: 50,
					type: 'KSampler',
					values: [1, 'fixed', 20, 8, 'euler', 'normal', 1],
					from: { seed: [INPUTS, 0], steps: [INPUTS, 1] },
					fields: ['seed', 'steps'],
				},
			],
		};
		const host: Short = { id: 2, type: 'Sampler', values: [1001, 'fixed', 33], fields: ['seed', 'steps'] };
		expect(inputsOf(workflow([host], [sampler]), '2:50')).toMatchObject({ seed: 1001, steps: 33 });
	});

	test('a primitive node gives every field behind the input its value', () => {
		const primitive: Short = { id: 8, type: 'PrimitiveNode', values: ['given'], outputs: ['STRING'] };
		const host = instance(2, ['one'], { from: { clip: [1, 1, 'CLIP'], text: [8, 0, 'STRING'] } });
		expect(texts(workflow([model, primitive, host], [prompt]))).toEqual(['2:50 given']);
	});
});

describe('fields on instances are marked', () => {
	test('with the label of the input, and with the title where there are several instances', () => {
		const one = convert(workflow([model, instance(2, ['one'])], [prompt]));
		expect(one.markedInputs).toEqual([
			{ label: 'text', from: 'subgraph', targets: [{ nodeId: '2:50', input: 'text' }] },
		]);
		const nodes = [
			model,
			instance(2, ['one'], { title: 'Positive' }),
			instance(3, ['two'], { title: 'Negative' }),
		];
		expect(convert(workflow(nodes, [prompt])).markedInputs.map(({ label }) => label)).toEqual([
			'text · Positive',
			'text · Negative',
		]);
	});

	test('not where they are connected', () => {
		const host = instance(2, ['one'], { from: { clip: [1, 1, 'CLIP'], text: [7, 0, 'STRING'] } });
		const text: Short = { id: 7, type: 'PrimitiveString', values: ['given'] };
		expect(convert(workflow([model, text, host], [prompt])).markedInputs).toEqual([]);
	});
});

describe('subgraphs without end are refused', () => {
	test('one that contains itself', () => {
		const itself: ShortSubgraph = { id: 'Loop', nodes: [{ id: 50, type: 'Loop' }] };
		expect(() => convert(workflow([{ id: 1, type: 'Loop' }], [itself]))).toThrow(InvalidWorkflowError);
		expect(() => convert(workflow([{ id: 1, type: 'Loop' }], [itself]))).toThrow('"Loop" contains itself');
	});

	test('ones that multiply', () => {
		const bombs = Array.from(
			{ length: 30 },
			(_, index): ShortSubgraph => ({
				id: `bomb ${index}`,
				nodes: [1, 2].map((id) => ({ id: 1000 + index * 2 + id, type: `bomb ${index + 1}` })),
			}),
		);
		expect(() => convert(workflow([{ id: 1, type: 'bomb 0' }], bombs))).toThrow('more than 20000 nodes');
	});
});

describe('group nodes of older editors', () => {
	const group = {
		nodes: [
			{ type: 'EmptyImage', outputs: [{ name: 'IMAGE', type: 'IMAGE' }], widgets_values: [64, 64, 1, 0] },
			{
				type: 'ImageInvert',
				inputs: [{ name: 'image', type: 'IMAGE' }],
				outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
			},
			{
				type: 'ImageBatch',
				inputs: [
					{ name: 'image1', type: 'IMAGE' },
					{ name: 'image2', type: 'IMAGE' },
				],
			},
		],
		links: [
			[0, 0, 1, 0, 1, 'IMAGE'],
			[1, 0, 2, 0, 2, 'IMAGE'],
		],
		external: [],
	};
	const nodes: Short[] = [
		{ id: 3, type: 'EmptyImage' },
		{
			id: 5,
			type: 'workflow>Pictures',
			values: [32, 16, 2, 255],
			from: { image2: [3, 0, 'IMAGE'] },
			outputs: ['IMAGE'],
		},
		{ id: 9, type: 'SaveImage', from: { images: [5, 0, 'IMAGE'] } },
	];

	test('are put in place, with their values', () => {
		const { prompt: made } = convert(workflow(nodes, [], { groupNodes: { Pictures: group } }));
		expect(made['5:0'].inputs).toEqual({ width: 32, height: 16, batch_size: 2, color: 255 });
		expect(made['5:1'].inputs.image).toEqual(['5:0', 0]);
		expect(made['5:2'].inputs).toEqual({ image1: ['5:1', 0], image2: ['3', 0] });
		expect(made['9'].inputs.images).toEqual(['5:2', 0]);
	});

	test('are missing types where the file does not say what is in them', () => {
		expect(() => convert(workflow(nodes))).toThrow('workflow Pictures');
	});
});
