import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { FileNodes, itemWith } from './support/fileNodes';

describe("with n8n's combined binary mode", () => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start();
	});
	afterAll(async () => await nodes.stop());

	const png = encodePng(flatPicture(8, 8, 0x336699));

	test.each(['data', '*'])('Upload Image finds the file in the field %s', async (binaryPropertyName) => {
		const run = await nodes.engine.run({
			nodes: [
				{
					name: 'Upload',
					type: 'comfyui.comfyUiUploadImage',
					parameters: { binaryPropertyName, fileName: 'combined.png' },
				},
			],
			credentials: { comfyUiApi: { url: nodes.server.url } },
			settings: { binaryMode: 'combined' },
			input: [itemWith(png, 'own.png')],
		});
		expect(run.error?.message).toBeUndefined();
		expect(nodes.server.files.read('input', 'combined.png')?.equals(png)).toBe(true);
	});

	test('what Get Images fetched can be uploaded by the next node', async () => {
		nodes.server.files.put('output', 'made.png', png);
		const run = await nodes.engine.run({
			nodes: [
				{ name: 'Get', type: 'comfyui.comfyUiGetImages', parameters: { source: 'files', files: 'made.png' } },
				{ name: 'Upload', type: 'comfyui.comfyUiUploadImage', parameters: { fileName: 'again.png' } },
			],
			credentials: { comfyUiApi: { url: nodes.server.url } },
			settings: { binaryMode: 'combined' },
		});
		expect(run.error?.message).toBeUndefined();
		expect(nodes.server.files.read('input', 'again.png')?.equals(png)).toBe(true);
	});
});
