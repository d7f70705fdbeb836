import { sentJobs } from '../../nodes/support/sent';
import { picture } from '../support/Gallery';
import { OFF, galleryTests } from '../support/flowTests';

/** Flows, in n8n's engine, that answer the person who filled in a form, or who asks again later. */

const { gallery, asked, jobsOf, refuseOne } = galleryTests();

describe('form-to-picture', () => {
	const request = { start: 'Form', input: [{ json: { Prompt: 'a "quoted" lighthouse\nat night' } }] };

	test('ends with the picture', async () => {
		const run = await gallery.run('form-to-picture', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Picture')).toEqual([expect.objectContaining({ respondWith: 'returnBinary' })]);
		expect((await run.binary(run.items('Picture')[0], 'data')).toString('latin1', 1, 4)).toBe('PNG');
		expect(asked('Error')).toEqual([]);
	});

	test.each([
		['an empty prompt', { input: [{ json: { Prompt: '' } }] }, /[Pp]rompt/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('ends with the reason for %s', async (_what, wrong, reason) => {
		const run = await gallery.run('form-to-picture', { ...request, ...wrong });
		expect(run.status).toBe('success');
		expect(asked('Picture')).toEqual([]);
		expect(asked('Error')).toEqual([
			expect.objectContaining({ completionMessage: expect.stringMatching(reason) as string }),
		]);
	});
});

describe('form-to-picture, asynchronous', () => {
	const file = 'n8n-later.json';
	const request = { file, start: 'Request', input: [{ json: { body: { prompt: 'a lighthouse' } } }] };

	test('answers a request at once with the address of its status', async () => {
		const run = await gallery.run('form-to-picture', request);
		const promptId = String(run.items('Queue')[0].json.promptId);
		expect(asked('Note the Start')[0].columns).toMatchObject({ value: { promptId, status: 'queued' } });
		expect(asked('Accepted')).toEqual([
			expect.objectContaining({
				responseBody: {
					promptId,
					statusUrl: expect.stringContaining(`/webhook/pictures?promptId=${promptId}`) as string,
				},
				options: { responseCode: 202 },
			}),
		]);
		await gallery.server.idle();
	});

	test.each([
		['a request without a prompt', { input: [{ json: { body: {} } }] }, /[Pp]rompt/],
		['a request while the server is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('refuses %s with 400', async (_what, wrong, reason) => {
		await gallery.run('form-to-picture', { ...request, ...wrong });
		expect(asked('Accepted')).toEqual([]);
		expect(asked('Refused')).toEqual([
			expect.objectContaining({
				responseBody: { error: expect.stringMatching(reason) as string },
				options: { responseCode: 400 },
			}),
		]);
	});

	test('writes down how a job ended, and answers the question for it', async () => {
		const ended = { promptId: 'p1', status: 'error', error: 'out of memory', files: [] };
		await gallery.run('form-to-picture', { file, start: 'Job Ended', input: [{ json: ended }] });
		expect(asked('Note the End')[0].columns).toMatchObject({
			value: { promptId: 'p1', status: 'error', link: '', error: 'out of memory' },
		});
		const question = { file, start: 'Question', input: [{ json: { query: { promptId: 'p1' } } }] };
		await gallery.run('form-to-picture', { ...question, replies: { 'Find Job': () => ended } });
		expect(asked('Status')[0].responseBody).toMatchObject({ status: 'error', error: 'out of memory' });
		await gallery.run('form-to-picture', { ...question, replies: { 'Find Job': () => ({}) } });
		expect([asked('Status'), asked('Unknown')[0].responseBody]).toEqual([
			[],
			{ error: 'There is no job p1' },
		]);
	});
});

describe('model-prompt-grid', () => {
	const request = { start: 'Prompts', input: [{ json: { Prompts: 'a fox\n\na <b>hare</b>' } }] };
	const html = () => String(asked('Show Sheet')[0].responseText);

	test('shows each prompt with each checkpoint, linked to the form of the winner', async () => {
		const before = sentJobs(gallery.server).length;
		const run = await gallery.run('model-prompt-grid', request);
		expect(run.error?.message).toBeUndefined();
		expect(html().match(/<figure>/g)).toHaveLength(4);
		expect(html()).toContain('Prompt=a%20fox&Checkpoint=sd_xl_base_1.0.safetensors&Seed=7');
		expect(html()).not.toContain('<b>');
		expect(jobsOf(before).map(({ prompt }) => prompt['1'].inputs.ckpt_name)).toEqual([
			'v1-5-pruned-emaonly-fp16.safetensors',
			'sd_xl_base_1.0.safetensors',
			'v1-5-pruned-emaonly-fp16.safetensors',
			'sd_xl_base_1.0.safetensors',
		]);
	});

	test('has a cell with the reason for a picture that fails', async () => {
		refuseOne();
		await gallery.run('model-prompt-grid', request);
		expect(html().match(/<figure>/g)).toHaveLength(4);
		expect(html()).toContain('refused by the test');
	});

	test('shows the reasons when the server is off, and refuses a form without prompts', async () => {
		await gallery.run('model-prompt-grid', { ...request, url: OFF });
		expect(html()).toMatch(/ECONNREFUSED|reach|connect/i);
		const run = await gallery.run('model-prompt-grid', { ...request, input: [{ json: { Prompts: ' \n' } }] });
		expect(run.error?.message).toContain('Enter at least one prompt.');
	});

	test('paints the winner with its seed at twice the size', async () => {
		const winner = { Prompt: 'a fox', Checkpoint: 'sd_xl_base_1.0.safetensors', Seed: 7 };
		const run = await gallery.run('model-prompt-grid', { start: 'Winner', input: [{ json: winner }] });
		expect(run.items('Paint Large')).toHaveLength(1);
		const png = await run.binary(run.items('Large Picture')[0], 'data');
		expect(png.readUInt32BE(16)).toBe(128);
		const wrong = { ...winner, Checkpoint: 'none.safetensors' };
		await gallery.run('model-prompt-grid', { start: 'Winner', input: [{ json: wrong }] });
		expect(asked('Error')[0].completionMessage).toMatch(/none\.safetensors/);
	});

	test.each([
		['an empty prompt', { Prompt: ' ' }, undefined, /"Prompt"/],
		['a server that is off', {}, OFF, /ECONNREFUSED|reach|connect/i],
	])('ends with the reason for a winner with %s', async (_what, wrong, url, reason) => {
		const winner = { Prompt: 'a fox', Checkpoint: 'sd_xl_base_1.0.safetensors', Seed: 7, ...wrong };
		await gallery.run('model-prompt-grid', { start: 'Winner', input: [{ json: winner }], url });
		expect([asked('Large Picture'), asked('Error')[0].completionMessage]).toEqual([
			[],
			expect.stringMatching(reason),
		]);
	});
});

describe('music-for-slide-show', () => {
	const form = { Mood: 'calm piano', Slides: 8, 'Seconds per Slide': 4 };
	const request = { start: 'Form', input: [{ json: form }] };

	test('returns a piece of the length of the show', async () => {
		const before = sentJobs(gallery.server).length;
		const run = await gallery.run('music-for-slide-show', request);
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Compose')[0].json.fileName).toMatch(/\.mp3$/);
		expect(jobsOf(before)[0].prompt['4'].inputs.seconds).toBe(32);
		expect(asked('Music')).toHaveLength(1);
	});

	test.each([
		['no mood', { input: [{ json: { ...form, Mood: ' ' } }] }, /tags/],
		['no slides', { input: [{ json: { ...form, Slides: 0 } }] }, /seconds/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('ends with the reason for %s', async (_what, wrong, reason) => {
		await gallery.run('music-for-slide-show', { ...request, ...wrong });
		expect(asked('Music')).toEqual([]);
		expect(asked('Error')[0].completionMessage).toMatch(reason);
	});
});

describe('picture-to-3d', () => {
	const request = { start: 'Form', input: [{ json: {}, binary: { Picture: picture } }] };

	test('returns a page that contains the model', async () => {
		const run = await gallery.run('picture-to-3d', request);
		expect(run.error?.message).toBeUndefined();
		const model = await run.binary(run.items('Make Model')[0], 'data');
		expect(model.toString('latin1', 0, 4)).toBe('glTF');
		const page = (await run.binary(run.items('Page')[0], 'data')).toString();
		expect(page).toContain(`data:model/gltf-binary;base64,${model.toString('base64')}`);
	});

	test.each([
		['a missing picture', { input: [{ json: {} }] }, /Picture/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('ends with the reason for %s', async (_what, wrong, reason) => {
		await gallery.run('picture-to-3d', { ...request, ...wrong });
		expect([asked('Page'), asked('Error')[0].completionMessage]).toEqual([[], expect.stringMatching(reason)]);
	});
});
