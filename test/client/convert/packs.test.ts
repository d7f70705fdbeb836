import type { ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { catalogue, reasons, workflow, type Short } from './build';

/** Node types of custom packages, in short. */
const type = (required: object, optional: object = {}, output: unknown[] = []) => ({
	input: { required, optional },
	output,
	output_node: true,
});
const types = {
	...catalogue,
	Sketch: type({ size: ['INT', { default: 64 }], drawing: ['OWN_SKETCH', {}], name: ['STRING', {}] }),
	Styled: type({ style: ['OWN_STYLE', {}], text: ['STRING', { default: '' }] }),
	Sampled: type({ pipe: ['OWN_PIPE', {}], steps: ['INT', { default: 20 }] }),
	Piped: type({}, {}, ['OWN_PIPE']),
	Clip: type({ file: ['STRING', {}] }, { start: ['FLOAT', { default: 0, widgetType: 'OWN_TIME' }] }),
	Mixed: type({
		text: ['STRING', { forceInput: true }],
		seed: ['INT', { default: 0 }],
		cfg: ['FLOAT', { default: 8 }],
	}),
	Numbered: type({ name: ['STRING', {}], seed: ['INT', { default: 0 }], cfg: ['FLOAT', { default: 8 }] }),
	'Power Lora Loader (rgthree)': type({}, { model: ['MODEL'], clip: ['CLIP'] }, ['MODEL', 'CLIP']),
	'Power Puter (rgthree)': type({}, {}, ['*']),
	'Power Primitive (rgthree)': type({}, {}, ['*']),
	VHS_LoadVideo: type({
		video: [[], {}],
		force_rate: ['FLOAT', { default: 0 }],
		custom_width: ['INT', { default: 0 }],
		custom_height: ['INT', { default: 0 }],
		frame_load_cap: ['INT', { default: 0 }],
		skip_first_frames: ['INT', { default: 0 }],
		select_every_nth: ['INT', { default: 1 }],
	}),
	VHS_VideoCombine: type({
		frame_rate: ['FLOAT', { default: 8 }],
		filename_prefix: ['STRING', { default: 'AnimateDiff' }],
		save_output: ['BOOLEAN', { default: true }],
	}),
} as ObjectInfo;

const convert = (...nodes: Short[]) => toApiFormat(workflow(nodes), types);
const inputs = (node: Omit<Short, 'id'> & object) => convert({ id: 1, ...node }).prompt['1'].inputs;

describe('fields that a front end of a pack makes', () => {
	test('are those of a type that no node outputs, when the list has more values', () => {
		expect(inputs({ type: 'Sketch', values: [96, '{"strokes":[]}', 'n'] })).toEqual({
			size: 96,
			drawing: '{"strokes":[]}',
			name: 'n',
		});
		expect(inputs({ type: 'Styled', values: ['cinema', 'hello'] })).toEqual({
			style: 'cinema',
			text: 'hello',
		});
	});

	test('are not those of a type that a node outputs', () => {
		const made = convert({ id: 1, type: 'Sampled', values: [30, 'more'] });
		expect(made.prompt['1'].inputs).toEqual({ steps: 30 });
		expect(reasons(made)).toContain('values-left');
	});

	test('have their values by name where the file has names', () => {
		expect(inputs({ type: 'Styled', values: { style: 'cinema', text: 'hello' } })).toEqual({
			style: 'cinema',
			text: 'hello',
		});
		const named = { size: 96, drawing: 'd', name: 'n' };
		const node = { type: 'Sketch', values: [96, 'd', 'n', ''], widgets_values_named: named };
		expect(inputs(node)).toEqual(named);
		expect(reasons(convert({ id: 1, ...node }))).toContain('values-by-name');
		const own = { ...node, values: [96, 'd', 'n'] };
		expect(inputs(own)).toEqual(named);
		expect(reasons(convert({ id: 1, ...own }))).not.toContain('values-by-name');
	});

	test('are those with a widgetType, whatever it is', () => {
		expect(inputs({ type: 'Clip', values: { file: 'a', start: 3 } })).toEqual({ file: 'a', start: 3 });
		expect(inputs({ type: 'Clip', values: ['a', 3] })).toEqual({ file: 'a', start: 3 });
	});

	test('are the rows of a LoRA stack, without the second strength unless it is shown', () => {
		const row = { on: true, lora: 'ink.safetensors', strength: 0.6, strengthTwo: null };
		const values = [{}, { type: 'PowerLoraLoaderHeaderWidget' }, row, { ...row, on: false }, {}, ''];
		const node = { type: 'Power Lora Loader (rgthree)', values };
		const sent = { on: true, lora: 'ink.safetensors', strength: 0.6 };
		expect(inputs(node)).toEqual({ lora_1: sent, lora_2: { ...sent, on: false } });
		expect(reasons(convert({ id: 1, ...node }))).not.toContain('values-left');
		const properties = { 'Show Strengths': 'Separate Model & Clip' };
		expect(inputs({ ...node, properties })).toMatchObject({ lora_1: { ...sent, strengthTwo: 1 } });
	});

	test('are sent by name, without headers and dividers', () => {
		const lora = { on: true, lora: 'ink.safetensors', strength: 0.6 };
		const values = {
			divider: {},
			PowerLoraLoaderHeaderWidget: { type: 'PowerLoraLoaderHeaderWidget' },
			lora_1: { ...lora, strengthTwo: null },
			'+ Add': '',
		};
		expect(inputs({ type: 'Power Lora Loader (rgthree)', values })).toEqual({ lora_1: lora });
	});

	test('have the names that rgthree gives them', () => {
		const outputs = { outputs: ['INT'] };
		expect(inputs({ type: 'Power Puter (rgthree)', values: [outputs, 'a + 2'] })).toEqual({
			outputs,
			code: 'a + 2',
		});
		expect(inputs({ type: 'Power Puter (rgthree)', values: ['BOOL', 'a'] })).toMatchObject({
			outputs: { outputs: ['BOOLEAN'] },
		});
		expect(inputs({ type: 'Power Primitive (rgthree)', values: ['INT', 7] })).toEqual({
			type: 'INT',
			value: 7,
		});
	});
});

describe('fields that only insert text into another', () => {
	const lora = ['Select the LoRA to add to the text', 'a.safetensors'];
	const types = {
		...catalogue,
		Detailer: type({
			text: ['STRING', {}],
			'Select to add LoRA': [lora],
			other: [['Select the moon', 'sun']],
		}),
		Builder: type({ preset: [['#PRESET']], text: ['STRING', {}] }),
	} as unknown as ObjectInfo;
	const made = (node: Omit<Short, 'id'>) =>
		toApiFormat(workflow([{ id: 1, ...node }]), types).prompt['1'].inputs;

	test('keep their first choice, whatever was last inserted', () => {
		expect(made({ type: 'Detailer', values: ['t', 'gone.safetensors', 'sun'] })).toEqual({
			text: 't',
			'Select to add LoRA': lora[0],
			other: 'sun',
		});
		expect(made({ type: 'Builder', values: ['cats: p', 't'] })).toEqual({ preset: '#PRESET', text: 't' });
	});
});

describe('fields whose kind has changed', () => {
	const types = {
		...catalogue,
		Flags: type({
			mode: [['populate', 'fixed', 'reproduce'], {}],
			use: ['BOOLEAN', { label_on: 'enabled', label_off: 'disabled' }],
		}),
	} as unknown as ObjectInfo;
	const made = (...values: unknown[]) =>
		Object.values(toApiFormat(workflow([{ id: 1, type: 'Flags', values }]), types).prompt['1'].inputs);

	test('a truth value that is a mode now, and a label that is a truth value now', () => {
		expect(made(true, 'enabled')).toEqual(['populate', true]);
		expect(made(false, 'disabled')).toEqual(['fixed', false]);
		expect(made('reproduce', 'maybe')).toEqual(['reproduce', 'maybe']);
	});
});

describe('loaders of Efficiency Nodes', () => {
	const loader = type({
		ckpt_name: [['m'], {}],
		token_normalization: [['none', 'mean'], {}],
		weight_interpretation: [['comfy', 'A1111'], {}],
		width: ['INT', { default: 512 }],
		height: ['INT', { default: 512 }],
	});
	const types = { ...catalogue, 'Efficient Loader': loader } as unknown as ObjectInfo;
	const made = (values: unknown[]) =>
		toApiFormat(workflow([{ id: 1, type: 'Efficient Loader', values }]), types).prompt['1'].inputs;

	test('have two more fields since version 2', () => {
		const newer = {
			ckpt_name: 'm',
			token_normalization: 'none',
			weight_interpretation: 'comfy',
			width: 64,
			height: 96,
		};
		expect(made(['m', 64, 96])).toEqual(newer);
		expect(made(['m', 'mean', 'A1111', 64, 96])).toEqual({
			...newer,
			token_normalization: 'mean',
			weight_interpretation: 'A1111',
		});
	});
});

test('a seed of the type INT:seed has its control beside it', () => {
	const types = {
		...catalogue,
		Varied: type({ main: ['INT:seed', { default: 0 }], steps: ['INT', { default: 20 }] }),
	} as unknown as ObjectInfo;
	const made = toApiFormat(workflow([{ id: 1, type: 'Varied', values: [11, 'fixed', 30] }]), types);
	expect(made.prompt['1'].inputs).toEqual({ main: 11, steps: 30 });
});

test('a node that holds a value of any type has it, unless something is connected', () => {
	const types = {
		...catalogue,
		'ReroutePrimitive|pysssss': { ...type({ value: ['*'] }, {}, ['*']), output_node: false },
	} as unknown as ObjectInfo;
	const save: Short = {
		id: 2,
		type: 'SaveImage',
		values: ['x'],
		from: { filename_prefix: [1, 0, 'STRING'] },
		fields: ['filename_prefix'],
	};
	const made = (others: Partial<Short>) =>
		toApiFormat(
			workflow([
				{ id: 1, type: 'ReroutePrimitive|pysssss', values: ['name'], outputs: ['*'], ...others },
				save,
			]),
			types,
		).prompt;
	expect(made({})['1'].inputs).toEqual({ value: 'name' });
	expect(made({})['2'].inputs.filename_prefix).toEqual(['1', 0]);
	expect(made({ from: { value: [2, 0] } })['1'].inputs).toEqual({ value: ['2', 0] });
});

test('file names of savers of KJNodes and Easy-Use are filled in', () => {
	const prefix = { input: { required: { save_prefix: ['STRING', {}] } }, output: [], output_node: true };
	const types = { ...catalogue, 'easy kSampler': prefix, Other: prefix } as unknown as ObjectInfo;
	const source = workflow([
		{ id: 1, type: 'EmptyImage', values: [64, 32, 1, 0] },
		{ id: 2, type: 'easy kSampler', values: ['%EmptyImage.width%'] },
		{ id: 3, type: 'Other', values: ['%EmptyImage.width%'] },
	]);
	const { prompt } = toApiFormat(source, types, { substituteNames: true });
	expect([prompt['2'].inputs.save_prefix, prompt['3'].inputs.save_prefix]).toEqual([
		'64',
		'%EmptyImage.width%',
	]);
});

describe('values that shift', () => {
	test('nulls that are no values are skipped, when the list is longer by their number', () => {
		expect(inputs({ type: 'EmptyImage', values: [null, 320, 240, 2, 255] })).toEqual({
			width: 320,
			height: 240,
			batch_size: 2,
			color: 255,
		});
	});

	test.each<[string, unknown[]]>([
		['at the end', [320, 240, 2, 255, null]],
		['in between', [320, null, 240, 2, 255]],
		['twice', [null, 320, 240, null, 2, 255]],
	])('nulls %s', (_where, values) => {
		const made = inputs({ type: 'EmptyImage', values });
		expect(made).toMatchObject({ width: 320, height: 240, batch_size: 2 });
	});

	test('a null that the class has a field for stays, where only so all values fit', () => {
		expect(inputs({ type: 'Numbered', values: [null, null, 42, 'fixed', 6] })).toEqual({
			name: '',
			seed: 42,
			cfg: 6,
		});
	});

	test('a value that does not fit is no reason to shift the others', () => {
		expect(inputs({ type: 'EmptyImage', values: [320, null, 2, 255, 'more'] })).toMatchObject({
			width: 320,
			batch_size: 2,
			color: 255,
		});
	});

	test('a forced input has no value, also next to a seed whose control is not declared', () => {
		expect(inputs({ type: 'Mixed', values: ['', 42, 'fixed', 6] })).toEqual({ seed: 42, cfg: 6 });
	});
});

describe('files of older versions of VideoHelperSuite', () => {
	const video = { video: 'cat.mp4', force_rate: 8, custom_width: 304, custom_height: 312 };
	test.each<[string, number, number]>([
		['Disabled', 0, 0],
		['Custom Width', 304, 0],
		['Custom Height', 0, 312],
		['640x?', 640, 0],
		['640x360', 640, 360],
	])('force_size %s', (size, width, height) => {
		const made = inputs({ type: 'VHS_LoadVideo', values: { ...video, force_size: size } });
		expect(made).toMatchObject({ custom_width: width, custom_height: height });
		expect(made).not.toHaveProperty('force_size');
	});

	test('lists get names, and save_image is save_output now', () => {
		expect(inputs({ type: 'VHS_LoadVideo', values: ['cat.mp4', 8, '640x?', 16, 1, 2] })).toMatchObject({
			video: 'cat.mp4',
			custom_width: 640,
			frame_load_cap: 16,
			skip_first_frames: 1,
			select_every_nth: 2,
		});
		const values = { frame_rate: 12, filename_prefix: 'v', save_image: false };
		expect(inputs({ type: 'VHS_VideoCombine', values })).toEqual({
			frame_rate: 12,
			filename_prefix: 'v',
			save_output: false,
		});
	});
});

describe('fields that a format of VideoHelperSuite has', () => {
	const formats = {
		'video/webm': [
			['pix_fmt', ['yuv420p', 'yuva420p']],
			['crf', 'INT', { default: 20 }],
		],
		'image/webp': [['lossless', 'BOOLEAN', { default: true }]],
	};
	const types = {
		...catalogue,
		Combine: type({
			format: [['image/gif', 'image/webp', 'video/webm'], { formats }],
			pingpong: ['BOOLEAN', { default: false }],
		}),
	} as unknown as ObjectInfo;
	const made = (values: unknown, others: Partial<Short> = {}) =>
		toApiFormat(
			workflow([
				{ id: 1, type: 'Combine', values, ...others },
				{ id: 2, type: 'PrimitiveInt', values: [5, 'fixed'] },
			]),
			types,
		).prompt['1'].inputs;

	test('are sent with the values of the file, else with their defaults', () => {
		const values = { format: 'video/webm', pingpong: true, crf: 7 };
		expect(made(values)).toEqual({ ...values, pix_fmt: 'yuv420p' });
		expect(made({ format: 'image/gif' })).toEqual({ format: 'image/gif', pingpong: false });
	});

	test('are not sent for another format', () => {
		expect(made({ format: 'image/webp', crf: 7 })).toEqual({
			format: 'image/webp',
			pingpong: false,
			lossless: true,
		});
	});

	test('can be connected', () => {
		const fed = { from: { crf: [2, 0, 'INT'] as [number, number, string] }, fields: ['crf'] };
		expect(made({ format: 'video/webm' }, fed).crf).toEqual(['2', 0]);
	});
});
