import { canvas, save, simple, textToImage } from './prompts';
import { Session } from './Session';

interface NodeErrors {
	[id: string]: { errors: { type: string; details: string; extra_info: Record<string, unknown> }[] };
}

afterAll(() => Session.stopAll());

describe('validation', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	async function refused(prompt: object): Promise<NodeErrors> {
		const answer = await session.post('/prompt', { prompt });
		expect(answer.status).toBe(400);
		return answer.json()['node_errors'] as NodeErrors;
	}

	test.each([
		['0.11.0', 'invalid_prompt', 'Cannot execute because node Nope does not exist.'],
		['0.12.0', 'missing_node_type', "Node 'My node' not found. The custom node may not be installed."],
	])('version %s calls an unknown class %s', async (version, type, message) => {
		const server = await Session.start({ version });
		const node = { class_type: 'Nope', inputs: {}, _meta: { title: 'My node' } };
		const answer = await server.post('/prompt', { prompt: { '1': node } });
		expect(answer.json()).toMatchObject({
			error: { type, message, details: "Node ID '#1'" },
			node_errors: {},
		});
		await server.stop();
	});

	test('does not repeat more than twenty choices', async () => {
		const prompt = textToImage({});
		prompt['3'].inputs.sampler_name = 'nope';
		const [problem] = (await refused(prompt))['3']?.errors ?? [];
		expect(problem).toMatchObject({
			type: 'value_not_in_list',
			details: "sampler_name: 'nope' not in (list of length 42)",
			extra_info: { input_config: null, received_value: 'nope' },
		});
	});

	test('names the models there are', async () => {
		const errors = await refused(textToImage({ checkpoint: 'mine.safetensors' }));
		expect(errors['4']?.errors[0]?.details).toContain("'sd_xl_base_1.0.safetensors'");
	});

	test.each<[string, object, string, string]>([
		['a link to nowhere', { '2': save('9') }, '2', 'exception_during_validation'],
		[
			'a slot that is not there',
			{ '1': canvas(), '2': { ...save('1'), inputs: { images: ['1', 4], filename_prefix: 'x' } } },
			'2',
			'exception_during_validation',
		],
		[
			'a list of one',
			{ '2': { ...save('1'), inputs: { images: ['1'], filename_prefix: 'x' } } },
			'2',
			'bad_linked_input',
		],
		[
			'words for a number',
			{ '1': { ...canvas(), inputs: { width: 'wide', height: 1, batch_size: 1, color: 0 } }, '2': save('1') },
			'1',
			'invalid_input_type',
		],
		['too much', { '1': canvas(255, 99999), '2': save('1') }, '1', 'value_bigger_than_max'],
		['too little', { '1': canvas(255, 0), '2': save('1') }, '1', 'value_smaller_than_min'],
		[
			'nothing at all',
			{ '1': { class_type: 'EmptyImage', inputs: {} }, '2': save('1') },
			'1',
			'required_input_missing',
		],
		[
			'the wrong type',
			{ '1': { class_type: 'PrimitiveString', inputs: { value: '' } }, '2': save('1') },
			'2',
			'return_type_mismatch',
		],
		[
			'a file that is not there',
			{ '1': { class_type: 'LoadImage', inputs: { image: 'no.png' } }, '2': save('1') },
			'1',
			'custom_validation_failed',
		],
		[
			'an exception further up',
			{ '1': { class_type: 'ImageInvert', inputs: { image: ['9', 0] } }, '2': save('1') },
			'1',
			'exception_during_inner_validation',
		],
		[
			'a circle',
			{
				'1': { class_type: 'ImageInvert', inputs: { image: ['3', 0] } },
				'3': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
				'2': save('1'),
			},
			'1',
			'dependency_cycle',
		],
		[
			'a new-style choice',
			{ '1': { class_type: 'TCombo', inputs: { c: 'a', d: 'z', e: { __value__: ['x'] } } } },
			'1',
			'value_not_in_list',
		],
	])('reports %s', async (_what, prompt, node, type) => {
		const types = (await refused(prompt))[node]?.errors.map((error) => error.type);
		expect(types).toContain(type);
	});

	test('looks only at what an output needs, and converts values', async () => {
		const prompt = { ...simple(), '7': { class_type: 'KSampler', inputs: {} } };
		prompt['1'].inputs.width = '8' as unknown as number;
		const id = await session.run(prompt);
		const [, , stored] = (await session.history(id))['prompt'] as unknown as [number, string, typeof prompt];
		expect(stored['1'].inputs.width).toBe(8);
	});
});
