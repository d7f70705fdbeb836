import { caught } from '../../support/caught';
import { onStage } from '../../support/Stage';

test('the templates of a server are listed in its order, with title and description', async () => {
	await onStage(async ({ client }) => {
		expect(await client.listTemplates()).toEqual([
			{
				name: 'default',
				title: 'Image Generation',
				description: 'Generate images from text prompts.',
				tags: ['Text to Image', 'Image'],
			},
			{
				name: 'image2image',
				title: 'Image to Image',
				description: 'Transform existing images using text prompts.',
				tags: ['Image to Image', 'Image'],
			},
			{
				name: 'hiresfix_latent_workflow',
				title: 'hiresfix latent workflow',
				description: 'Upscale in latent space.',
				tags: [],
			},
		]);
	});
});

test('a template is read by its name, and runs', async () => {
	await onStage(async ({ client }) => {
		const text = await client.readTemplate('default');
		expect((await client.run(text)).files).toHaveLength(1);
	});
});

test('a template that the server does not have is an error that names it', async () => {
	await onStage(async ({ client }) => {
		expect(await caught(client.readTemplate('nope'))).toMatchObject({
			code: 'not-found',
			message: 'The server has no template "nope".',
		});
	});
});

test('a server without templates says so', async () => {
	await onStage(
		async ({ client, server }) => {
			expect(await caught(client.listTemplates())).toMatchObject({
				code: 'not-supported',
				message: `The ComfyUI at ${server.url} has no templates.`,
			});
		},
		{ templates: null },
	);
});

test.each([{}, null, [null, { templates: 'x' }, { templates: [null, { name: 1 }, { title: 'a' }] }]])(
	'an index of another shape lists nothing: %j',
	async (index) => {
		await onStage(async ({ client }) => expect(await client.listTemplates()).toEqual([]), {
			templates: { index, workflows: {} },
		});
	},
);

test('a name that leaves the folder is refused before anything is sent', async () => {
	await onStage(async ({ client, server }) => {
		expect(await caught(client.readTemplate('../secret'))).toMatchObject({
			code: expect.any(String) as string,
		});
		expect(server.requests.every(({ path }) => !path.includes('secret') || path.includes('%2F'))).toBe(true);
	});
});
