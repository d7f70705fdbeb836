import { listFields } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { catalogue, convert, workflow, type Short, type ShortSubgraph } from './build';

const image: Short = { id: 1, type: 'EmptyImage', values: [64, 32, 1, 0] };
const other: Short = { id: 5, type: 'EmptyImage', title: 'Second', values: [64, 32, 1, 0] };
const save = (id: number): Short => ({
	id,
	type: 'SaveImage',
	values: ['x'],
	from: { images: [1, 0, 'IMAGE'] },
});
const app = (inputs: unknown[], outputs: unknown[] = []) => ({ linearData: { inputs, outputs } });
const offered = (source: unknown) =>
	convert(source)
		.markedInputs.filter(({ from }) => from === 'app')
		.map(({ label, targets }) => [label, ...targets.map(({ nodeId, input }) => `${nodeId}.${input}`)]);

test('inputs that the author offers come first in the form, in the order and words of the author', () => {
	const labelled = {
		...image,
		inputs: [{ name: 'width', label: 'Breadth', type: 'INT', link: null, widget: { name: 'width' } }],
	};
	const source = workflow(
		[labelled, save(9)],
		[],
		app([
			[9, 'filename_prefix'],
			['1', 'width'],
		]),
	);
	expect(offered(source)).toEqual([
		['filename_prefix', '9.filename_prefix'],
		['Breadth', '1.width'],
	]);
	const { prompt, markedInputs } = convert(source);
	const fields = listFields(prompt, catalogue, markedInputs);
	expect(fields.slice(0, 2).map(({ label }) => label)).toEqual(['Filename Prefix', 'Breadth']);
});

test('names that occur twice have the title of their node behind them', () => {
	const source = workflow(
		[image, other, save(9)],
		[],
		app([
			[1, 'width'],
			[5, 'width'],
		]),
	);
	expect(offered(source).map(([label]) => label)).toEqual([
		expect.stringContaining('width · '),
		'width · Second',
	]);
});

test('inputs inside a subgraph instance are found by path, by instance, and by their inner node', () => {
	const inner: ShortSubgraph = {
		id: 'Inner',
		nodes: [{ ...image, id: 50, from: { width: [-10, 0, 'INT'] }, fields: ['width'] }],
		inputs: [['breadth', 'INT']],
	};
	const made = (entry: unknown[]) =>
		offered(workflow([{ id: 2, type: 'Inner', values: [640], fields: ['breadth'] }], [inner], app([entry])));
	expect(made(['2:50', 'height'])).toEqual([['height', '2:50.height']]);
	expect(made([2, 'breadth'])).toEqual([['breadth', '2:50.width']]);
	expect(made([50, 'width'])).toEqual([['breadth', '2:50.width']]);
	const graph = '0b1c2d3e-0000-4000-8000-00000000000a';
	expect(made([`${graph}:2:breadth`, 'breadth'])).toEqual([['breadth', '2:50.width']]);
});

test('outputs inside a subgraph instance are found by path, by their inner node, and by the instance', () => {
	const inner: ShortSubgraph = {
		id: 'Inner',
		nodes: [
			{ ...image, id: 50 },
			{ ...save(51), from: { images: [50, 0, 'IMAGE'] } },
		],
	};
	const made = (id: unknown) =>
		convert(workflow([{ id: 2, type: 'Inner' }], [inner], app([], [id]))).outputNodes;
	expect(made('2:51')).toEqual(['2:51']);
	expect(made(51)).toEqual(['2:51']);
	expect(made('0b1c2d3e-0000-4000-8000-00000000000a:2:51')).toEqual(['2:51']);
	expect(made(2)).toEqual(['2:50', '2:51']);
	expect(made('')).toBeUndefined();
});

test('a primitive node offers the fields that it writes into', () => {
	const primitive: Short = { id: 8, type: 'PrimitiveNode', values: [77, 'fixed'], outputs: ['INT'] };
	const fed: Short = { ...image, from: { width: [8, 0, 'INT'] }, fields: ['width'] };
	expect(offered(workflow([primitive, fed, save(9)], [], app([[8, 'value']])))).toEqual([
		['width', '1.width'],
	]);
});

test('what the workflow does not have is not offered', () => {
	const source = workflow(
		[image, save(9)],
		[],
		app([[77, 'x'], [9, 'images'], null, 'x', [1]], [1, 77, '9']),
	);
	expect(offered(source)).toEqual([]);
	expect(convert(source).outputNodes).toEqual(['1', '9']);
	expect(convert(workflow([image, save(9)]))).not.toHaveProperty('outputNodes');
});

test('a file with both formats offers the same', () => {
	const source = workflow([image, save(9)], [], app([[1, 'width']], [9]));
	const { prompt } = convert(source);
	const both = toApiFormat({ prompt, extra_data: { extra_pnginfo: { workflow: source } } }, catalogue);
	expect(both.markedInputs).toEqual([
		{ label: 'width', from: 'app', targets: [{ nodeId: '1', input: 'width' }] },
	]);
	expect(both.outputNodes).toEqual(['9']);
});
