import { BYPASSED, convert, inputsOf, MUTED, reasons, workflow, type Short } from './build';

const model: Short = { id: 1, type: 'CheckpointLoaderSimple', values: ['m.safetensors'] };
const lora = (mode: number): Short => ({
	id: 2,
	type: 'LoraLoader',
	mode,
	values: ['l.safetensors', 1, 1],
	from: { model: [1, 0, 'MODEL'], clip: [1, 1, 'CLIP'] },
});
const text = (from: [number, number]): Short => ({
	id: 3,
	type: 'CLIPTextEncode',
	values: ['a cat'],
	from: { clip: [...from, 'CLIP'] },
});
const image: Short = { id: 1, type: 'EmptyImage', values: [64, 64, 1, 0] };
const save = (from: [number, number]): Short => ({
	id: 9,
	type: 'SaveImage',
	values: ['x'],
	from: { images: [...from, 'IMAGE'] },
});
const reroute = (id: number, from: number, mode = 0): Short => ({
	id,
	type: 'Reroute',
	mode,
	from: { '': [from, 0] },
	outputs: ['*'],
});

describe('what an input is connected to', () => {
	test('a muted node gives nothing, and what needs it is said', () => {
		const made = convert(workflow([model, lora(MUTED), text([2, 1])]));
		expect(Object.keys(made.prompt)).toEqual(['1', '3']);
		expect(made.prompt['3'].inputs).toEqual({ text: 'a cat' });
		expect(made.warnings).toContainEqual({
			nodeId: '3',
			nodeType: 'CLIPTextEncode',
			reason: 'required-input',
			text: '"CLIPTextEncode" (node 3) needs "clip", which has a connection without a source.',
		});
	});

	test('a field whose connection gives nothing keeps its value', () => {
		const number: Short = { id: 1, type: 'PrimitiveInt', mode: MUTED, values: [5, 'fixed'] };
		const fed: Short = {
			id: 2,
			type: 'EmptyImage',
			values: [64, 32, 1, 0],
			from: { width: [1, 0, 'INT'] },
			fields: ['width'],
		};
		expect(inputsOf(workflow([number, fed]), '2')).toMatchObject({ width: 64, height: 32 });
	});

	test('a bypassed node lets through what has the type of its output', () => {
		const made = inputsOf(workflow([model, lora(BYPASSED), text([2, 1])]), '3');
		expect(made.clip).toEqual(['1', 1]);
	});

	test('a bypassed node lets through the input of exactly the type before one of several types', () => {
		const other: Short = { ...model, id: 4 };
		const between: Short = {
			id: 5,
			type: 'NotInstalled',
			mode: BYPASSED,
			from: { several: [1, 1, 'MODEL,CLIP'], exact: [4, 1, 'CLIP'] },
			outputs: ['INT', 'INT', 'CLIP'],
		};
		expect(inputsOf(workflow([model, other, between, text([5, 2])]), '3').clip).toEqual(['4', 1]);
	});

	test('an output of a bypassed node beyond its inputs is its first input where any type will do', () => {
		const between: Short = {
			id: 5,
			type: 'NotInstalled',
			mode: BYPASSED,
			from: { image: [1, 0, 'IMAGE'] },
			outputs: ['IMAGE', '*'],
		};
		const any: Short = { id: 6, type: 'PreviewAny', from: { source: [5, 1, '*'] } };
		expect(inputsOf(workflow([image, between, any]), '6').source).toEqual(['1', 0]);
	});

	test('reroutes and bypassed nodes in a row are seen through', () => {
		const invert: Short = { id: 3, type: 'ImageInvert', mode: BYPASSED, from: { image: [2, 0, 'IMAGE'] } };
		const made = inputsOf(workflow([image, reroute(2, 1), invert, reroute(4, 3), save([4, 0])]), '9');
		expect(made.images).toEqual(['1', 0]);
	});

	test('a muted reroute gives nothing', () => {
		expect(inputsOf(workflow([image, reroute(2, 1, MUTED), save([2, 0])]), '9')).toEqual({
			filename_prefix: 'x',
		});
	});

	test('a get node stands for the input of the set node of its name', () => {
		const setter: Short = {
			id: 2,
			type: 'SetNode',
			values: ['picture'],
			from: { IMAGE: [1, 0, 'IMAGE'] },
			outputs: ['*'],
		};
		const getter: Short = { id: 3, type: 'GetNode', values: ['picture'], outputs: ['IMAGE'] };
		expect(inputsOf(workflow([image, setter, getter, save([3, 0])]), '9').images).toEqual(['1', 0]);
	});

	test('a get node without its set node is said', () => {
		const getter: Short = { id: 3, type: 'GetNode', values: ['picture'], outputs: ['IMAGE'] };
		expect(reasons(convert(workflow([getter, save([3, 0])])))).toContain('no-set-node');
	});

	test('notes and helpers of the editor are left out', () => {
		const notes = [
			'Note',
			'MarkdownNote',
			'Label (rgthree)',
			'Fast Groups Muter (rgthree)',
			'Bookmark (rgthree)',
		];
		const nodes = notes.map((type, index) => ({ id: 20 + index, type, values: ['hello'] }));
		expect(Object.keys(convert(workflow([image, ...nodes, save([1, 0])])).prompt)).toEqual(['1', '9']);
	});

	test('nodes that connect others without links are named', () => {
		const everywhere: Short = { id: 5, type: 'Anything Everywhere', from: { anything: [1, 0] } };
		expect(reasons(convert(workflow([image, everywhere, save([1, 0])])))).toContain('broadcast');
	});

	test('a circle of nodes that do not run is no connection', () => {
		const made = convert(workflow([reroute(2, 3), reroute(3, 2), save([2, 0])]));
		expect(made.prompt['9'].inputs).toEqual({ filename_prefix: 'x' });
		expect(reasons(made)).toContain('cycle');
	});

	test('the name of an input counts, not the slot that the link names', () => {
		const source = workflow([model, text([1, 1])]);
		source.links[0][4] = 7;
		expect(inputsOf(source, '3').clip).toEqual(['1', 1]);
	});

	test('links as objects say the same as links as lists', () => {
		const { links, ...others } = workflow([image, save([1, 0])]);
		const objects = links.map(([id, origin_id, origin_slot, target_id, target_slot, type]) => ({
			id,
			origin_id,
			origin_slot,
			target_id,
			target_slot,
			type,
		}));
		expect(inputsOf({ ...others, version: 1, links: objects }, '9').images).toEqual(['1', 0]);
	});

	test('a link that is not in the file is no connection', () => {
		const made = convert({ ...workflow([image, save([1, 0])]), links: [] });
		expect(made.prompt['9'].inputs).toEqual({ filename_prefix: 'x' });
		expect(reasons(made)).toContain('missing-link');
	});

	test('a chain of thousands of reroutes is followed', () => {
		const chain = Array.from({ length: 5000 }, (_, index) =>
			reroute(100 + index, index === 0 ? 1 : 99 + index),
		);
		expect(inputsOf(workflow([image, ...chain, save([5099, 0])]), '9').images).toEqual(['1', 0]);
	});
});
