import { toApiFormat, type ObjectInfo } from '../../../nodes/client';

/** A node whose class declares only the file; the editor adds the view of the model. */
const saved = (type: string) => ({
	nodes: [
		{
			...{ id: 1, type, mode: 0, inputs: [], outputs: [] },
			widgets_values: ['mesh.glb', { camera: 'perspective' }],
		},
	],
	links: [],
});
const knows = (type: string): ObjectInfo => ({
	[type]: {
		input: { required: { model_file: ['STRING', { default: '' }] } },
		output: [],
		output_node: true,
	},
});

test.each(['Preview3D', 'Preview3DAnimation', 'SaveGLB'])(
	'the view of the model in %s, which its class does not declare, is the input "image"',
	(type) => {
		const { prompt } = toApiFormat(saved(type), knows(type));
		expect(prompt['1'].inputs).toEqual({ model_file: 'mesh.glb', image: { camera: 'perspective' } });
	},
);

test('another class has no such input', () => {
	const { prompt } = toApiFormat(saved('ShowModel'), knows('ShowModel'));
	expect(prompt['1'].inputs).toEqual({ model_file: 'mesh.glb' });
});
