import { readFileSync } from 'node:fs';
import { modelFamilyOf, readyMadeKinds, type ApiWorkflow, type ReadyMadeKind } from '../../../nodes/client';
import { bytesOf } from '../support/bytes';
import { caught } from '../support/caught';
import { onStage, type Stage } from '../support/Stage';
import { RunPodStage } from '../hosts/support/runPodStage';

const picture = readFileSync('test/fixtures/picture.png');

/** One side of the image, so that a run does not paint a megapixel. */
const small = { width: 64, height: 64 };

async function upload({ client }: Stage): Promise<string> {
	return (await client.uploadImage({ data: picture, filename: 'in.png' })).value;
}

async function sizes({ client }: Stage, workflow: ApiWorkflow, roles: object): Promise<string[]> {
	const { files } = await client.run(workflow, { roles });
	return await Promise.all(
		files.map(async (file) => {
			const bytes = await bytesOf(await client.download(file));
			return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
		}),
	);
}

describe('a ready-made workflow', () => {
	test.each<[ReadyMadeKind, object, string[]]>([
		[
			'textToImage',
			{ prompt: 'a cat', negativePrompt: 'a dog', imageCount: 2, ...small },
			['64x64', '64x64'],
		],
		['imageToImage', { prompt: 'a cat', imageCount: 2, ...small }, ['64x64', '64x64']],
		['inpaint', { prompt: 'a cat', ...small }, ['64x64']],
		['upscale', { width: 96 }, ['96x96']],
	])('runs with its roles: %s', async (kind, roles, expected) => {
		await onStage(async (stage) => {
			const workflow = await stage.client.readyMadeWorkflow(kind, {
				model: kind === 'upscale' ? undefined : 'v1-5-pruned-emaonly-fp16.safetensors',
			});
			const image = kind === 'textToImage' ? undefined : await upload(stage);
			expect(await sizes(stage, workflow, { ...roles, image })).toEqual(expected);
			const [{ prompt }] = stage.submissions() as Array<{ prompt: ApiWorkflow }>;
			if (kind !== 'upscale') expect(prompt['2'].inputs.text).toBe('a cat');
		});
	});

	test.each(readyMadeKinds)(
		'passes the check of the server without a value but its image: %s',
		async (kind) => {
			await onStage(async (stage) => {
				const workflow = await stage.client.readyMadeWorkflow(kind);
				if (kind !== 'textToImage') workflow['10'].inputs.image = await upload(stage);
				const report = await stage.client.checkWorkflow(workflow);
				expect(report).toMatchObject({ ok: true, warnings: [] });
			});
		},
	);

	test('takes the first checkpoint that makes images', async () => {
		const checkpoints = [
			'ace_step_v1.safetensors',
			'inpainting.safetensors',
			'm.safetensors',
			'z.safetensors',
		];
		await onStage(
			async ({ client }) => {
				const checkpointOf = async (kind: ReadyMadeKind) =>
					(await client.readyMadeWorkflow(kind))['1'].inputs;
				expect(await checkpointOf('textToImage')).toEqual({ ckpt_name: 'm.safetensors' });
				expect(await checkpointOf('inpaint')).toEqual({ ckpt_name: 'inpainting.safetensors' });
			},
			{ models: { checkpoints } },
		);
	});

	test.each<[ReadyMadeKind, string, string]>([
		['textToImage', 'The server has no checkpoints.', 'Put one into models/checkpoints.'],
		['upscale', 'The server has no upscale models.', 'Put one into models/upscale_models.'],
	])(
		'of a server without models is an error that says where they belong: %s',
		async (kind, message, hint) => {
			await onStage(
				async ({ client }) => {
					const error = await caught(client.readyMadeWorkflow(kind));
					expect(error).toMatchObject({ code: 'not-found', message, hint });
				},
				{ models: { checkpoints: [], upscale_models: [] } },
			);
		},
	);

	test('has the settings of the family that the metadata names, or else the name', async () => {
		const checkpoints = [
			'a.safetensors',
			'b.safetensors',
			'flux1-dev.safetensors',
			'sd3.5_large.safetensors',
		];
		const modelMetadata = {
			'a.safetensors': { 'modelspec.architecture': 'stable-diffusion-xl-v1-base' },
			'b.safetensors': null,
			'flux1-dev.safetensors': null,
		};
		await onStage(
			async ({ client }) => {
				const settingsOf = async (model: string) => {
					const workflow = await client.readyMadeWorkflow('textToImage', { model });
					const { class_type: latent, inputs } = workflow['5'];
					return [latent, inputs.width, workflow['7'].inputs.cfg, workflow['3'].class_type];
				};
				expect(await settingsOf('a.safetensors')).toEqual(['EmptyLatentImage', 1024, 7, 'CLIPTextEncode']);
				expect(await settingsOf('b.safetensors')).toEqual(['EmptyLatentImage', 512, 7, 'CLIPTextEncode']);
				expect(await settingsOf('flux1-dev.safetensors')).toEqual([
					'EmptySD3LatentImage',
					1024,
					1,
					'ConditioningZeroOut',
				]);
				expect(await settingsOf('sd3.5_large.safetensors')).toEqual([
					'EmptySD3LatentImage',
					1024,
					4.5,
					'CLIPTextEncode',
				]);
			},
			{ models: { checkpoints }, modelMetadata },
		);
	});

	test('takes the family that is given, and asks for no metadata then', async () => {
		await onStage(async ({ client, server }) => {
			const workflow = await client.readyMadeWorkflow('textToImage', { family: 'sd15' });
			expect(workflow['5'].inputs.width).toBe(512);
			expect(server.requests.filter(({ path }) => path.includes('view_metadata'))).toEqual([]);
		});
	});

	test('of a model without a negative prompt has no such role', async () => {
		await onStage(async ({ client }) => {
			const workflow = await client.readyMadeWorkflow('textToImage', { model: 'flux1-dev-fp8.safetensors' });
			const error = await caught(client.run(workflow, { roles: { negativePrompt: 'blurry' } }));
			expect(error.message).toMatch(/no negative prompt/);
		});
	});

	test('of an unknown kind or family is an error that lists them', async () => {
		await onStage(async ({ client }) => {
			const kind = 'video' as ReadyMadeKind;
			expect((await caught(client.readyMadeWorkflow(kind))).hint).toMatch(/textToImage/);
			const family = 'sd9' as 'sd15';
			expect((await caught(client.readyMadeWorkflow('inpaint', { family }))).hint).toMatch(/sdxl/);
		});
	});
});

describe('on a host that does not list its models', () => {
	let stage: RunPodStage;
	beforeAll(async () => {
		stage = await RunPodStage.start();
	});
	afterAll(async () => await stage.stop());

	test('a ready-made workflow needs the name of the checkpoint, which tells the family', async () => {
		const client = stage.connect();
		const error = await caught(client.readyMadeWorkflow('textToImage'));
		expect(error).toMatchObject({
			code: 'invalid-input',
			message: 'RunPod does not list its models, and no checkpoint is given.',
		});
		const workflow = await client.readyMadeWorkflow('textToImage', { model: 'flux1-dev-fp8.safetensors' });
		expect(workflow['5'].class_type).toBe('EmptySD3LatentImage');
		const { files } = await client.run(workflow, { roles: { prompt: 'a cat', ...small } });
		expect(files).toHaveLength(1);
	});
});

test.each([
	['v1-5-pruned-emaonly-fp16.safetensors', 'sd15'],
	['dreamshaper_8.safetensors', 'sd15'],
	['SDXL/juggernautXL_v9.safetensors', 'sdxl'],
	['ponyDiffusionV6.safetensors', 'sdxl'],
	['sd3.5_medium_incl_clips_t5xxlfp8scaled.safetensors', 'sd3'],
	['sd3_medium_incl_clips.safetensors', 'sd3'],
	['flux1-schnell-fp8.safetensors', 'flux'],
])('the name %s is one of %s', (name, family) => {
	expect(modelFamilyOf(name)).toBe(family);
});

test.each([
	[{ 'modelspec.architecture': 'Flux.1-dev' }, 'flux'],
	[{ 'modelspec.architecture': 'stable-diffusion-v1' }, 'sd15'],
	[{ ss_base_model_version: 'sdxl_base_v1-0' }, 'sdxl'],
	[{ ss_base_model_version: 'sd_1.5' }, 'sd15'],
	[{ 'modelspec.architecture': 'stable-diffusion-3-medium' }, 'sd3'],
])('the metadata %j says %s, whatever the name', (metadata, family) => {
	expect(modelFamilyOf('my-flux-xl-sd3.safetensors', metadata)).toBe(family);
});
