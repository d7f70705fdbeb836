import { readFileSync } from 'node:fs';
import { caught } from '../support/caught';
import { ComfyServerlessStage } from '../hosts/support/comfyServerlessStage';

const picture = readFileSync('test/fixtures/picture.png');
const model = 'v1-5-pruned-emaonly-fp16.safetensors';
const small = { width: 64, height: 64 };
/** A picture in the input folder of the ComfyUI behind the service. */
const image = 'example.png';

/** @param validates true: with the node types that the public version accepts */
async function onServerless(
	validates: boolean,
	play: (stage: ComfyServerlessStage) => Promise<void>,
): Promise<void> {
	const stage = await ComfyServerlessStage.start({ shapes: 'real', refresh: 'query', validates });
	try {
		stage.server.comfyUi.files.put('input', image, picture);
		await play(stage);
	} finally {
		await stage.stop();
	}
}

describe('a ready-made workflow on ComfyUI Serverless', () => {
	test.each([
		['textToImage', { prompt: 'a cat', ...small }],
		['imageToImage', { prompt: 'a cat', image, ...small }],
	] as const)('runs with the name of a checkpoint: %s', async (kind, roles) => {
		await onServerless(false, async (stage) => {
			const client = stage.connect();
			const { files, workflow } = await client.run(await client.readyMadeWorkflow(kind, { model }), {
				roles,
			});
			expect(files).toMatchObject([{ kind: 'image', nodeType: 'SaveImage' }]);
			expect(workflow?.['1'].inputs.ckpt_name).toBe(model);
			expect(workflow?.['2'].inputs.text).toBe('a cat');
			if (kind === 'imageToImage') expect(workflow?.['10'].inputs.image).toBe(image);
		});
	});

	test.each([
		['textToImage', ['EmptyLatentImage']],
		['imageToImage', ['RepeatLatentBatch', 'ImageScaleToTotalPixels']],
	] as const)(
		'is refused by the public version, which names its missing node types: %s',
		async (kind, types) => {
			await onServerless(true, async (stage) => {
				const client = stage.connect();
				const made = await client.readyMadeWorkflow(kind, { model });
				const roles = { prompt: 'a cat', ...(kind === 'imageToImage' && { image }), ...small };
				const error = await caught(client.run(made, { roles }));
				expect(error).toMatchObject({
					code: 'validation',
					problems: types.map((nodeType) => ({ nodeType })),
				});
				expect(error.hint).toContain('Ask its operator');
			});
		},
	);

	test('needs the name of a checkpoint', async () => {
		await onServerless(false, async (stage) => {
			const error = await caught(stage.connect().readyMadeWorkflow('textToImage'));
			expect([error.message, typeof error.hint]).toEqual([
				'ComfyUI Serverless does not list its models, and no checkpoint is given.',
				'string',
			]);
		});
	});

	test('cannot upload its image, and says so before anything is sent', async () => {
		await onServerless(false, async (stage) => {
			const upload = stage.connect().uploadImage({ data: picture, filename: 'in.png' });
			const error = await caught(upload);
			expect([error.code, typeof error.hint]).toEqual(['not-supported', 'string']);
			expect(stage.server.requests).toEqual([]);
		});
	});
});
