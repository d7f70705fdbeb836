import { activeInputs, listInputs, type InputSpec, type NodeDefinition } from '../../../nodes/client';
import { objectInfo, withInputs } from './fixture';

const info = objectInfo();
const inputOf = (spec: unknown) => listInputs(withInputs({ x: spec as InputSpec }))[0];
const names = (definition: NodeDefinition) => listInputs(definition).map(({ name }) => name);

describe('the order of inputs', () => {
	it('is that of input_order, required ones first, and what it does not name comes last', () => {
		const definition: NodeDefinition = {
			input: {
				required: { b: ['INT'], a: ['INT'], extra: ['INT'] },
				optional: { d: ['INT'], c: ['INT'] },
			},
			input_order: { required: ['a', 'b'], optional: ['c', 'd'] },
		};
		expect(names(definition)).toEqual(['a', 'b', 'c', 'd', 'extra']);
	});

	it('is that of the groups on servers that send no input_order', () => {
		expect(names(withInputs({ b: ['INT'], a: ['INT'] }, { c: ['INT'] }))).toEqual(['b', 'a', 'c']);
	});

	it('survives names that look like numbers, which JavaScript would sort', () => {
		const definition = { ...withInputs({ z: ['INT'], 1: ['INT'] }), input_order: { required: ['z', '1'] } };
		expect(names(definition)).toEqual(['z', '1']);
	});

	it('has no place for names that input_order invents', () => {
		const definition = { ...withInputs({ a: ['INT'] }), input_order: { required: ['ghost', 'a'] } };
		expect(names(definition)).toEqual(['a']);
	});

	it('leaves hidden inputs out, also when input_order names them', () => {
		expect(names(info.SaveImage)).toEqual(['images', 'filename_prefix']);
	});
});

describe('one input', () => {
	it('has all facts that the server gives for a number', () => {
		const cfg = listInputs(info.KSampler).find(({ name }) => name === 'cfg');
		expect(cfg).toMatchObject({ type: 'FLOAT', kind: 'value', default: 8, min: 0, max: 100, step: 0.1 });
		expect(cfg?.tooltip).toMatch(/Classifier-Free Guidance/);
	});

	it.each([
		['a type alone', ['INT'], { type: 'INT', kind: 'value' }],
		['a choice of the older kind', [['a', 'b'], {}], { type: 'COMBO', kind: 'value', choices: ['a', 'b'] }],
		['an older choice without options', [['a']], { type: 'COMBO', choices: ['a'] }],
		['a choice of the newer kind', ['COMBO', { options: ['a'] }], { type: 'COMBO', choices: ['a'] }],
		['numbers and booleans', ['COMBO', { options: [5, 10, true] }], { choices: [5, 10, true] }],
		['a choice without models', [[]], { type: 'COMBO', choices: [] }],
		['a multiline text', ['STRING', { multiline: true }], { kind: 'value', multiline: true }],
		['a connection', ['MODEL', {}], { type: 'MODEL', kind: 'connection' }],
		['a value that has to be connected', ['INT', { forceInput: true }], { type: 'INT', kind: 'connection' }],
		['a widget for another type', ['MY_TYPE', { widgetType: 'STRING' }], { type: 'MY_TYPE', kind: 'value' }],
		['several types', ['INT,FLOAT', {}], { type: 'INT,FLOAT', kind: 'connection' }],
		['anything', ['*', {}], { type: '*', kind: 'connection' }],
		['an image upload', [['a.png'], { image_upload: true }], { upload: true, choices: ['a.png'] }],
		['an upload of another kind', ['COMBO', { options: [], mesh_upload: true }], { upload: true }],
	])('is read from %s', (_, spec, expected) => {
		expect(inputOf(spec)).toMatchObject({ name: 'x', required: true, ...expected });
	});

	it('has no choices when the server lists them elsewhere', () => {
		const remote = inputOf(['COMBO', { remote: { route: '/internal/files/output' } }]);
		expect(remote).toEqual({
			name: 'x',
			required: true,
			type: 'COMBO',
			kind: 'value',
			remote: '/internal/files/output',
		});
	});

	it('has no members for what the server left out, so that it is plain JSON', () => {
		expect(Object.keys(inputOf(['INT']))).toEqual(['name', 'required', 'type', 'kind']);
	});

	it.each([[null], ['INT'], [{}], [[]]])('does not stumble over the malformed specification %j', (spec) => {
		expect(inputOf(spec)).toMatchObject({ name: 'x', kind: 'connection' });
	});
});

describe('inputs that depend on others', () => {
	const options = [
		{ key: 'crop', inputs: { required: { side: [['left', 'right']] } } },
		{ key: 'scale', inputs: { required: { by: ['FLOAT', { default: 2 }] }, optional: { mode: ['STRING'] } } },
	];
	const definition = withInputs({ how: ['COMFY_DYNAMICCOMBO_V3', { options }] });

	it('are told for each choice, under dotted names', () => {
		const [how] = listInputs(definition);
		expect(how.choices).toEqual(['crop', 'scale']);
		expect(how.variants?.map(({ inputs }) => inputs.map(({ name }) => name))).toEqual([
			['how.side'],
			['how.by', 'how.mode'],
		]);
	});

	it.each([
		['crop', ['how', 'how.side']],
		['scale', ['how', 'how.by', 'how.mode']],
		['unheard of', ['how']],
	])('are those of the choice %s that was taken', (how, expected) => {
		expect(activeInputs(definition, { how }).map(({ name }) => name)).toEqual(expected);
	});

	it('tell how a group that grows names its members', () => {
		const template = { input: { required: { i: ['IMAGE'] } }, prefix: 'image', min: 2, max: 8 };
		expect(inputOf(['COMFY_AUTOGROW_V3', { template }])).toMatchObject({
			kind: 'connection',
			members: { prefix: 'image', min: 2, max: 8 },
		});
	});
});
