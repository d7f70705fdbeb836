import type { ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { BYPASSED, catalogue, workflow, type Short } from './build';

/** Node types with the fields that editors since 1.46 have. */
const types: ObjectInfo = {
	...catalogue,
	Compare: {
		input: {
			required: { view: ['IMAGECOMPARE', { socketless: true }], after: ['INT', { default: 1 }] },
			optional: { image_a: ['IMAGE', {}] },
		},
		output: [],
		output_node: true,
	},
	Rows: {
		input: {
			required: {
				title: ['STRING', { default: 't' }],
				rows: [
					'COMFY_DYNAMICGROUP_V3',
					{
						template: {
							required: { seed: ['INT', { default: 0, control_after_generate: true }] },
							optional: { weight: ['FLOAT', { default: 1 }] },
						},
						min: 1,
						max: 3,
					},
				],
				tail: ['INT', { default: 5 }],
			},
		},
		output: [],
		output_node: true,
	},
	Viewer: {
		input: {
			required: {
				scene: ['LOAD_3D', {}],
				width: ['INT', { default: 1024 }],
				height: ['INT', { default: 1024 }],
			},
		},
		output: [],
		output_node: true,
	},
	Load3D: {
		input: {
			required: {
				model_file: [['a.glb'], {}],
				image: ['LOAD_3D', {}],
				width: ['INT', { default: 1024 }],
			},
		},
		output: [],
		output_node: true,
	},
	Camera: {
		input: {
			required: {
				state: ['CAMERA_INFO_STATE', {}],
				view: ['CAMERA_ANGLE_VIEW', {}],
				zoom: ['FLOAT', { default: 1 }],
			},
		},
		output: [],
		output_node: true,
	},
	Switch: {
		input: {
			required: {
				branch: ['COMFY_BRANCH_SELECTOR', {}],
				names: ['COMFY_BRANCH_INPUT_NAMES', {}],
				after: ['INT', { default: 0 }],
			},
		},
		output: [],
		output_node: true,
	},
	Formula: {
		input: {
			required: {
				expression: ['STRING', { default: 'a' }],
				values: [
					'COMFY_AUTOGROW_V3',
					{ template: { input: { required: { value: ['INT', {}] } }, names: ['a', 'b', 'c', 'd'], min: 1 } },
				],
			},
		},
		output: ['FLOAT', 'INT', 'BOOLEAN'],
	},
	Anything: { input: { required: { source: ['*', {}] } }, output: [], output_node: true },
	Renamed: {
		input: { required: { steps: ['INT', { default: 20 }], text: ['STRING', { default: '' }] } },
		output: [],
		output_node: true,
		fallbackWidgetsValuesNames: ['text', 'steps'],
	},
};

const inputs = (nodes: Short[], id = '1', subgraphs: Parameters<typeof workflow>[1] = []) =>
	toApiFormat(workflow(nodes, subgraphs), types).prompt[id].inputs;

test('a field that is never saved is sent with its default, and takes no saved value', () => {
	expect(inputs([{ id: 1, type: 'Compare', values: [7] }])).toEqual({
		view: { __value__: ['', ''] },
		after: 7,
	});
});

describe('a dynamic group', () => {
	test('has the fields of each of its rows, and its number of rows is not sent', () => {
		const values = ['T', 2, 11, 'randomize', 0.5, 12, 'fixed', 2, 77];
		expect(inputs([{ id: 1, type: 'Rows', values }])).toEqual({
			title: 'T',
			'rows.0.seed': 11,
			'rows.0.weight': 0.5,
			'rows.1.seed': 12,
			'rows.1.weight': 2,
			tail: 77,
		});
	});

	test('can be connected in each row', () => {
		const number: Short = { id: 2, type: 'PrimitiveInt', values: [5, 'fixed'] };
		const rows: Short = {
			id: 1,
			type: 'Rows',
			values: ['T', 1, 11, 'fixed', 0.5, 77],
			from: { 'rows.0.seed': [2, 0, 'INT'] },
			fields: ['rows.0.seed'],
		};
		expect(inputs([rows, number])).toMatchObject({ 'rows.0.seed': ['2', 0], tail: 77 });
	});

	test('starts with the least number of rows, and has at most the declared number', () => {
		expect(inputs([{ id: 1, type: 'Rows', values: [] }])).toMatchObject({ 'rows.0.seed': 0, tail: 5 });
		expect(inputs([{ id: 1, type: 'Rows', values: ['T', 1e9] }])).not.toHaveProperty('rows.3.seed');
	});
});

describe('a 3D view', () => {
	test('has no upload buttons where the class has no model file', () => {
		expect(inputs([{ id: 1, type: 'Viewer', values: ['', 640, 480] }])).toEqual({
			image: '',
			width: 640,
			height: 480,
		});
	});

	test('has three upload buttons where it has one', () => {
		const values = ['a.glb', 'upload3dmodel', 'uploadExtraResources', 'clear', '', 640];
		expect(inputs([{ id: 1, type: 'Load3D', values }])).toMatchObject({ model_file: 'a.glb', width: 640 });
	});
});

test('views of a camera are not sent, and only the angle has a saved value', () => {
	expect(inputs([{ id: 1, type: 'Camera', values: ['camera', 2.5] }])).toEqual({ zoom: 2.5 });
});

test('a branch selector and the names of its branches are sent', () => {
	expect(inputs([{ id: 1, type: 'Switch', values: ['b', ['a', 'b'], 3] }])).toEqual({
		branch: 'b',
		names: { __value__: ['a', 'b'] },
		after: 3,
	});
});

test('a bypassed node passes the input at the position of its output, members of a growing group in a row', () => {
	const numbers = [2, 3, 4].map((id): Short => ({ id, type: 'PrimitiveInt', values: [id, 'fixed'] }));
	const formula: Short = {
		id: 5,
		type: 'Formula',
		mode: BYPASSED,
		values: ['a'],
		from: { 'values.a': [2, 0, 'INT'], 'values.b': [3, 0, 'INT'], 'values.c': [4, 0, 'INT'] },
		outputs: ['FLOAT', 'INT', 'BOOLEAN'],
	};
	const source: Short = { id: 1, type: 'Anything', from: { source: [5, 2, '*'] } };
	expect(inputs([...numbers, formula, source])).toEqual({ source: ['4', 0] });
});

test('an upload button that a subgraph instance shows is sent', () => {
	const inner: Short = {
		id: 5,
		type: 'LoadImage',
		values: ['a.png', 'image'],
		from: { upload: [-10, 0, 'IMAGEUPLOAD'] },
		fields: ['upload'],
	};
	const group = { id: 'Loader', nodes: [inner], inputs: [['upload', 'IMAGEUPLOAD'] as [string, string]] };
	const instance: Short = { id: 1, type: 'Loader', values: ['image'], fields: ['upload'] };
	expect(inputs([instance], '1:5', [group])).toEqual({ image: 'a.png', upload: 'image' });
});

test('values are assigned by the names that the class gives for older files', () => {
	expect(inputs([{ id: 1, type: 'Renamed', values: ['hello', 8] }])).toEqual({ steps: 8, text: 'hello' });
});
