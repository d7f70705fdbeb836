import { LittleComfyUi } from '../server';
import { loadBuiltPackage, nodeType as type } from '../support/builtPackage';
import { Engine } from '../support/engine';
import { overSocket } from '../nodes/support/jobWorkflows';

/** The three nodes with their defaults, as the README's first workflow puts them together. */
describe('Queue Prompt, Wait For Completion and Get Images with their defaults', () => {
	let server: LittleComfyUi;
	let engine: Engine;
	beforeAll(async () => {
		server = await LittleComfyUi.start();
		engine = await Engine.start(loadBuiltPackage());
	});
	afterAll(async () => {
		await engine.stop();
		await server.stop();
	});

	const run = async (workflow: object) =>
		await engine.run({
			nodes: [
				{
					name: 'Queue',
					type: type('QueuePrompt'),
					parameters: { workflowSource: 'json', workflow: JSON.stringify(workflow) },
				},
				{ name: 'Wait', type: type('WaitForCompletion') },
				{ name: 'Get', type: type('GetImages') },
			],
			credentials: { comfyUiApi: { url: server.url } },
		});

	test('bring a picture from a saved file', async () => {
		const result = await run({
			1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 2, color: 255 } },
			2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'chain' } },
		});
		expect(result.error?.message).toBeUndefined();
		expect(result.items('Get').map(({ json }) => json.fileName)).toEqual([
			'chain_00001_.png',
			'chain_00002_.png',
		]);
	});

	test('bring the pictures that exist only as frames of the WebSocket', async () => {
		const result = await run(overSocket);
		expect(result.error?.message).toBeUndefined();
		expect(result.items('Get')).toMatchObject([
			{ json: { type: 'frame' }, binary: { data: { mimeType: 'image/png' } } },
		]);
	});
});
