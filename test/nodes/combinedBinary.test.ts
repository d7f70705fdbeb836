import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { FileNodes, itemWith } from './support/fileNodes';
import { nodeType } from '../support/builtPackage';

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
					type: nodeType('UploadImage'),
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
				{ name: 'Get', type: nodeType('GetImages'), parameters: { source: 'files', files: 'made.png' } },
				{ name: 'Upload', type: nodeType('UploadImage'), parameters: { fileName: 'again.png' } },
			],
			credentials: { comfyUiApi: { url: nodes.server.url } },
			settings: { binaryMode: 'combined' },
		});
		expect(run.error?.message).toBeUndefined();
		expect(nodes.server.files.read('input', 'again.png')?.equals(png)).toBe(true);
	});
});
