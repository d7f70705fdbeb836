import { BigInteger } from '../../../nodes/client/core/json';
import { convert, inputsOf, MUTED, reasons, workflow, type Short } from './build';

const sampler = (values: unknown): Short => ({ id: 1, type: 'KSampler', values });
const read = (values: unknown) => inputsOf(workflow([sampler(values)]), '1');
const all = { seed: 42, steps: 20, cfg: 8, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };

describe('values stand by position', () => {
	test('what happens to a seed after a run is left out', () => {
		expect(read([42, 'randomize', 20, 8, 'euler', 'normal', 1])).toEqual(all);
	});

	test('nothing is said of values when all are there', () => {
		const made = convert(workflow([sampler([42, 'randomize', 20, 8, 'euler', 'normal', 1])]));
		expect(reasons(made)).not.toContain('values-missing');
		expect(reasons(made)).not.toContain('values-left');
	});

	test('old files have a yes or no there', () => {
		expect(read([42, true, 20, 8, 'euler', 'normal', 1])).toEqual(all);
	});

	test('files made by hand have nothing there', () => {
		expect(read([42, 20, 8, 'euler', 'normal', 1])).toEqual(all);
	});

	test('seeds beyond 2^53 keep their digits', () => {
		const seed = new BigInteger('18446744073709551615');
		expect(read([seed, 'fixed', 20, 8, 'euler', 'normal', 1]).seed).toBe(seed);
	});

	test('what is not there or null has its default, and that is said', () => {
		const made = convert(workflow([sampler([42, 'fixed', null])]));
		expect(made.prompt['1'].inputs).toMatchObject({ seed: 42, steps: 20, cfg: 8, denoise: 1 });
		expect(reasons(made)).toEqual(expect.arrayContaining(['null-value', 'values-missing']));
	});

	test('what is too much is left out, and that is said', () => {
		const made = convert(workflow([sampler([42, 'fixed', 20, 8, 'euler', 'normal', 1, 'more'])]));
		expect(made.prompt['1'].inputs).toEqual(all);
		expect(reasons(made)).toContain('values-left');
	});

	test('a connected field keeps its place', () => {
		const number: Short = { id: 2, type: 'PrimitiveInt', values: [5, 'fixed'] };
		const fed = {
			...sampler([42, 'fixed', 20, 8, 'euler', 'normal', 1]),
			from: { steps: [2, 0, 'INT'] as [number, number, string] },
			fields: ['steps'],
		};
		expect(inputsOf(workflow([fed, number]), '1')).toEqual({ ...all, steps: ['2', 0] });
	});

	test('buttons for uploads have a place of their own', () => {
		const made = convert(workflow([{ id: 1, type: 'LoadImage', values: ['cat.png', 'image'] }]));
		expect(made.prompt['1'].inputs).toEqual({ image: 'cat.png' });
		expect(reasons(made)).not.toContain('values-left');
	});

	test('samplers of very old files lose the name of their library', () => {
		expect(read([42, true, 20, 8, 'sample_euler', 'normal', 1]).sampler_name).toBe('euler');
	});

	test('values by name are tried when the list does not fit', () => {
		const named = { seed: 42, steps: 20, cfg: 8, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
		const source = workflow([{ ...sampler([1, 2]), widgets_values_named: named } as Short]);
		expect(inputsOf(source, '1')).toEqual(all);
	});
});

describe('values that are not by position', () => {
	test('custom nodes save by name, also what the catalogue does not know', () => {
		const video: Short = {
			id: 1,
			type: 'VHS_VideoCombine',
			values: {
				frame_rate: 24,
				filename_prefix: 'v',
				crf: 19,
				pix_fmt: 'yuv420p',
				videopreview: { hidden: false },
			},
		};
		const made = inputsOf(workflow([video]), '1');
		expect(made).toMatchObject({ frame_rate: 24, filename_prefix: 'v', crf: 19, pix_fmt: 'yuv420p' });
		expect(made).not.toHaveProperty('videopreview');
	});

	test('lists are wrapped, so that they are not taken for connections', () => {
		const made = inputsOf(
			workflow([
				{
					id: 1,
					type: 'Several',
					values: [
						['a', 'b'],
						[
							[0, 0],
							[1, 1],
						],
						'y',
					],
				},
			]),
			'1',
		);
		expect(made).toEqual({
			sizes: { __value__: ['a', 'b'] },
			curve: {
				__type__: 'CURVE',
				__value__: [
					[0, 0],
					[1, 1],
				],
			},
			pick: 'y',
		});
	});
});

describe('inputs that come and go', () => {
	const choice = (values: unknown[], others: Partial<Short> = {}) =>
		workflow([
			{ id: 1, type: 'Choice', values, ...others },
			{ id: 2, type: 'EmptyImage' },
		]);

	test('a choice brings its own fields along', () => {
		expect(inputsOf(choice(['size', 640, 480, 'end']), '1')).toEqual({
			mode: 'size',
			'mode.width': 640,
			'mode.height': 480,
			after: 'end',
		});
		expect(inputsOf(choice(['none', 'end']), '1')).toEqual({ mode: 'none', after: 'end' });
	});

	test('and its own connections; those of another choice are none', () => {
		const from: Short['from'] = { 'mode.image': [2, 0, 'IMAGE'] };
		expect(inputsOf(choice(['text', 'hi', 'end'], { from }), '1')).toEqual({
			mode: 'text',
			'mode.text': 'hi',
			'mode.image': ['2', 0],
			after: 'end',
		});
		expect(inputsOf(choice(['none', 'end'], { from }), '1')).toEqual({ mode: 'none', after: 'end' });
	});

	test('the members of a group that grows keep their names', () => {
		const from: Short['from'] = { 'images.image0': [2, 0], 'images.image7': [2, 0] };
		const made = inputsOf(
			workflow([
				{ id: 1, type: 'Growing', values: [9], from },
				{ id: 2, type: 'EmptyImage' },
			]),
			'1',
		);
		expect(made).toEqual({ 'images.image0': ['2', 0], 'images.image7': ['2', 0], tail: 9 });
	});
});

describe('a choice whose options the user wrote', () => {
	test('is sent with its position and its options', () => {
		const values = ['b', 1, 'a', 'b', ''];
		expect(inputsOf(workflow([{ id: 1, type: 'CustomCombo', values }]), '1')).toEqual({
			choice: 'b',
			index: 1,
			option1: 'a',
			option2: 'b',
			option3: '',
		});
	});
});

describe('inputs that lost their field', () => {
	test('have no place in newer files', () => {
		expect(inputsOf(workflow([{ id: 1, type: 'Forced', values: [7, false] }]), '1')).toEqual({
			count: 7,
			flag: false,
		});
	});

	test('have one in older files', () => {
		const made = inputsOf(workflow([{ id: 1, type: 'Forced', values: ['', 7, 0.5, false] }]), '1');
		expect(made).toEqual({ count: 7, flag: false });
	});
});

describe('primitive nodes', () => {
	const primitive = (value: unknown, others: Partial<Short> = {}): Short => ({
		id: 8,
		type: 'PrimitiveNode',
		values: [value, 'fixed'],
		outputs: ['INT'],
		...others,
	});
	const fed = (id: number, input: string, type = 'KSampler'): Short => ({
		id,
		type,
		values: type === 'KSampler' ? [1, 'fixed', 20, 8, 'euler', 'normal', 1] : [64, 64, 1, 0],
		from: { [input]: [8, 0, 'INT'] },
		fields: [input],
	});

	test('write their value into all fields they are connected to, and mark these', () => {
		const made = convert(workflow([primitive(77, { title: 'The seed' }), fed(1, 'seed'), fed(2, 'seed')]));
		expect([made.prompt['1'].inputs.seed, made.prompt['2'].inputs.seed]).toEqual([77, 77]);
		expect(made.markedInputs).toEqual([
			{
				label: 'The seed',
				from: 'primitive',
				targets: [
					{ nodeId: '1', input: 'seed' },
					{ nodeId: '2', input: 'seed' },
				],
			},
		]);
		expect(made.prompt).not.toHaveProperty('8');
	});

	test('do so when they are muted', () => {
		expect(inputsOf(workflow([primitive(77, { mode: MUTED }), fed(1, 'seed')]), '1').seed).toBe(77);
	});

	test('keep to the limits and steps of the field', () => {
		expect(inputsOf(workflow([primitive(99_999), fed(1, 'width', 'EmptyImage')]), '1').width).toBe(16384);
		expect(inputsOf(workflow([primitive(7.31), fed(1, 'cfg')]), '1').cfg).toBe(7.3);
		expect(inputsOf(workflow([primitive(12.6), fed(1, 'steps')]), '1').steps).toBe(13);
	});

	test('write nothing through a reroute, nor into an input without a field', () => {
		const reroute: Short = { id: 3, type: 'Reroute', from: { '': [8, 0] }, outputs: ['*'] };
		const behind: Short = { ...fed(1, 'seed'), from: { seed: [3, 0, 'INT'] } };
		expect(inputsOf(workflow([primitive(77), reroute, behind]), '1').seed).toBe(1);
		const source: Short = { id: 2, type: 'PreviewAny', from: { source: [8, 0] } };
		expect(reasons(convert(workflow([primitive(77), source])))).toContain('primitive-without-field');
	});
});

describe('a class that changed since the file was saved', () => {
	test('keeps the values by name, and that is said', () => {
		const named = { seed: 42, steps: 30, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
		const node = { ...sampler([42, 'fixed', 30]), widgets_values_named: named } as Short;
		const made = convert(workflow([node]));
		expect(made.prompt['1'].inputs).toEqual(named);
		expect(reasons(made)).toContain('values-by-name');
	});

	test('is counted when values are missing, not listed for each node', () => {
		const nodes = [1, 2, 3].map((id): Short => ({ id, type: 'EmptyImage', values: [64] }));
		const missing = convert(workflow(nodes)).warnings.filter(({ reason }) => reason === 'values-missing');
		expect(missing).toEqual([
			{
				reason: 'values-missing',
				text: '3 node(s) have fewer values than their classes have fields today; the defaults are used.',
			},
		]);
	});
});
