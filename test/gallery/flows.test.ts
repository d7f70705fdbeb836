import type { INode } from 'n8n-workflow';
import { sentJobs } from '../nodes/support/sent';
import { Gallery, picture } from './support/Gallery';

/** Each flow of the gallery, in n8n's engine: the good way, and where bad input ends. */

let gallery: Gallery;
beforeAll(async () => {
	gallery = await Gallery.start();
});
afterAll(async () => await gallery.stop());
afterEach(() => gallery.server.faults.clear());

const asked = (node: string) => gallery.services.of(node);
const jobsOf = (before: number) => sentJobs(gallery.server).slice(before);

/** Nobody listens there. */
const OFF = 'http://127.0.0.1:9';

type Change = NonNullable<Parameters<Gallery['run']>[1]['change']>;

/** The node runs a workflow that the server takes and cannot finish. */
function withFailingJob(node: INode): INode {
	const workflow = {
		'1': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
		'2': {
			class_type: 'CheckpointLoaderSimple',
			inputs: { ckpt_name: 'x' },
			_meta: { title: 'Load Checkpoint' },
		},
		'3': { class_type: 'CLIPTextEncode', inputs: { text: 'x', clip: ['2', 1] }, _meta: { title: 'Prompt' } },
		'4': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'out of paint' } },
		'5': { class_type: 'SaveImage', inputs: { images: ['4', 0], filename_prefix: 'x' } },
	};
	return { ...node, parameters: { ...node.parameters, workflow: JSON.stringify(workflow), prompt: '' } };
}

/** A value of the node Settings that a user changed. */
const setting =
	(from: string, to: string): Change =>
	(node) =>
		node.name === 'Settings'
			? {
					...node,
					parameters: JSON.parse(JSON.stringify(node.parameters).replace(from, to)) as INode['parameters'],
				}
			: node;

/** The server refuses the next job. */
function refuseOne(): void {
	gallery.server.faults.respond(
		{ method: 'POST', path: /\/prompt$/, times: 1 },
		{ status: 400, body: { error: { type: 'x', message: 'refused by the test' }, node_errors: {} } },
	);
}

describe('product-photo-five-backgrounds', () => {
	const photo = [{ json: { Product: 'Mug "Blue"' }, binary: { Photo: picture } }];
	const request = {
		start: 'Form',
		input: photo,
		replies: { 'Save to Drive': () => ({ webViewLink: 'link' }) },
	};

	test('saves five pictures and adds a row for each', async () => {
		const before = sentJobs(gallery.server).length;
		const run = await gallery.run('product-photo-five-backgrounds', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Save to Drive').map(({ name }) => name)).toEqual([
			expect.stringContaining('marble'),
			expect.stringContaining('wood'),
			expect.stringContaining('beach'),
			expect.stringContaining('studio'),
			expect.stringContaining('kitchen'),
		]);
		expect(asked('Add Row')[1].columns).toMatchObject({
			value: { Product: 'Mug "Blue"', Background: 'wood', File: 'link', Seed: expect.any(Number) as number },
		});
		const texts = jobsOf(before).map(({ prompt }) => prompt['2'].inputs.text);
		expect(texts[0]).toBe('Mug "Blue" on a marble table, soft daylight, product photo');
		expect(asked('Log Failure')).toEqual([]);
	});

	test('logs the one that fails, and saves the others', async () => {
		refuseOne();
		await gallery.run('product-photo-five-backgrounds', request);
		expect(asked('Save to Drive')).toHaveLength(4);
		expect(asked('Add Row').map(({ columns }) => columns)).not.toContainEqual(
			expect.objectContaining({ value: expect.objectContaining({ Background: 'marble' }) as object }),
		);
		expect(asked('Log Failure').map(({ columns }) => columns)).toEqual([
			expect.objectContaining({
				value: {
					Product: 'Mug "Blue"',
					Background: 'marble',
					Reason: expect.stringContaining('refused by the test') as string,
				},
			}),
		]);
	});

	test.each([
		['a missing photo', { input: [{ json: { Product: 'Mug' } }] }, /Photo/],
		['an empty product', { input: [{ ...photo[0], json: { Product: ' ' } }] }, /"Prompt"/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('logs five failures for %s, and queues nothing', async (_what, wrong, reason) => {
		const before = sentJobs(gallery.server).length;
		await gallery.run('product-photo-five-backgrounds', { ...request, ...wrong });
		expect(jobsOf(before)).toEqual([]);
		expect(asked('Save to Drive')).toEqual([]);
		expect(asked('Log Failure')).toHaveLength(5);
		expect(asked('Log Failure')[4].columns).toMatchObject({
			value: { Reason: expect.stringMatching(reason) as string },
		});
	});
});

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

describe('social-media-set', () => {
	const row = { ID: 7, Topic: 'coffee', Prompt: 'a coffee bar', Status: 'ready' };
	const request = {
		start: 'Row Changed',
		input: [{ json: row }],
		replies: {
			'Write Caption': () => ({ message: { content: 'Good morning!' } }),
			'Ask for Approval': () => ({ data: { approved: true } }),
			Post: () => ({ urn: 'urn:li:share:1' }),
		},
	};
	const updates = (node: string) => asked(node).map(({ columns }) => (columns as { value: object }).value);

	test('posts the square picture after the approval of all three', async () => {
		const run = await gallery.run('social-media-set', request);
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Paint')).toHaveLength(3);
		expect(asked('Ask for Approval')).toHaveLength(1);
		expect(asked('Post')).toEqual([expect.objectContaining({ text: 'Good morning!' })]);
		expect(run.items('Square Picture')[0].json.fileName).toEqual(expect.stringContaining('7-1x1'));
		expect(updates('Mark as Posted')).toEqual([{ ID: 7, Status: 'posted', Link: 'urn:li:share:1' }]);
	});

	test('does nothing for a row that is not ready', async () => {
		await gallery.run('social-media-set', { ...request, input: [{ json: { ...row, Status: 'draft' } }] });
		expect(asked('Write Caption')).toEqual([]);
	});

	test('posts nothing that was rejected', async () => {
		const rejected = { ...request.replies, 'Ask for Approval': () => ({ data: { approved: false } }) };
		await gallery.run('social-media-set', { ...request, replies: rejected });
		expect([asked('Post'), updates('Mark as Rejected')]).toEqual([
			[],
			[expect.objectContaining({ Status: 'rejected' })],
		]);
	});

	test('asks for no approval when one of the three fails', async () => {
		refuseOne();
		await gallery.run('social-media-set', request);
		expect([asked('Ask for Approval'), asked('Post')]).toEqual([[], []]);
		expect(updates('Mark as Failed')).toContainEqual(
			expect.objectContaining({ ID: 7, Status: expect.stringContaining('refused by the test') as string }),
		);
	});

	test.each([
		['an empty prompt', { input: [{ json: { ...row, Prompt: '' } }] }, /[Pp]rompt/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('marks the row as failed for %s', async (_what, wrong, reason) => {
		await gallery.run('social-media-set', { ...request, ...wrong });
		expect(asked('Post')).toEqual([]);
		expect(updates('Mark as Failed')).toEqual([
			expect.objectContaining({ Status: expect.stringMatching(reason) as string }),
		]);
	});
});

describe('nightly-variations', () => {
	const rows = [
		{ name: 'fox', prompt: 'a red fox' },
		{ name: 'hare', prompt: '' },
		{ name: 'owl', prompt: 'a snow owl' },
	];
	const request = { start: 'Every Night', input: [{ json: {} }], replies: { Rows: () => rows } };

	test('saves the rows that succeed, and reports those that fail', async () => {
		const run = await gallery.run('nightly-variations', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Save Picture').map(({ fileName }) => fileName)).toEqual([
			expect.stringMatching(/fox.*\.webp$/),
			expect.stringMatching(/owl.*\.webp$/),
		]);
		expect(asked('Report').map(({ subject }) => subject)).toEqual(['ComfyUI: 2 of 3 pictures']);
		expect(asked('Report Failures')).toEqual([
			expect.objectContaining({
				subject: 'ComfyUI: 1 pictures failed',
				html: expect.stringMatching(/hare: .*[Pp]rompt/) as string,
			}),
		]);
	});

	test('paints only what the budget pays for', async () => {
		const replies = {
			Rows: () => Array.from({ length: 130 }, (_, i) => ({ name: `n${i}`, prompt: 'a fox' })),
		};
		const change = setting('"value":60', '"value":1');
		const run = await gallery.run('nightly-variations', { ...request, replies, change });
		expect([run.items('Budget').length, asked('Report')[0].subject]).toEqual([2, 'ComfyUI: 2 of 2 pictures']);
	});

	test('reports every row when the server is off', async () => {
		await gallery.run('nightly-variations', { ...request, url: OFF });
		expect([asked('Save Picture'), asked('Report')]).toEqual([[], []]);
		expect(asked('Report Failures')[0].subject).toBe('ComfyUI: 3 pictures failed');
	});
});

describe('chat-bot-style', () => {
	const message = { message: { chat: { id: 5 }, caption: 'oil painting' } };
	const request = { start: 'Message', input: [{ json: message, binary: { data: picture } }] };

	test('tells the place in the queue, and sends the picture back', async () => {
		const before = sentJobs(gallery.server).length;
		const run = await gallery.run('chat-bot-style', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Tell Place')[0]).toMatchObject({ chatId: 5, text: 'Got it. Jobs before yours: 0' });
		expect(asked('Send Picture')[0]).toMatchObject({ chatId: 5, binaryData: true });
		expect((await run.binary(run.items('Send Picture')[0], 'data')).toString('latin1', 1, 4)).toBe('PNG');
		expect(jobsOf(before)[0].prompt['3'].inputs.text).toBe('oil painting');
	});

	test('takes the style of the settings for a photo without a caption', async () => {
		const before = sentJobs(gallery.server).length;
		const plain = { message: { chat: { id: 5 }, caption: ' ' } };
		await gallery.run('chat-bot-style', { ...request, input: [{ json: plain, binary: { data: picture } }] });
		expect(jobsOf(before)[0].prompt['3'].inputs.text).toBe('watercolour painting');
	});

	test('says why for a job that fails after it was queued', async () => {
		const change: Change = (node) => (node.name === 'Queue' ? withFailingJob(node) : node);
		await gallery.run('chat-bot-style', { ...request, change });
		expect(asked('Tell Place')).toHaveLength(1);
		expect(asked('Tell Error')[0].text).toMatch(/Sorry.*out of paint/);
		expect(asked('Send Picture')).toEqual([]);
	});

	test('says why for a picture that cannot be fetched', async () => {
		gallery.server.faults.respond({ path: /\/view$/, times: 20 }, { status: 404, body: 'gone' });
		await gallery.run('chat-bot-style', request);
		expect([asked('Tell Error').length, asked('Send Picture')]).toEqual([1, []]);
	});

	test('asks for a photo when there is none, and queues nothing', async () => {
		const before = sentJobs(gallery.server).length;
		await gallery.run('chat-bot-style', { ...request, input: [{ json: message }] });
		expect([asked('Ask for a Photo').length, jobsOf(before)]).toEqual([1, []]);
	});

	test('says why when the server is off', async () => {
		await gallery.run('chat-bot-style', { ...request, url: OFF });
		expect(asked('Tell Error')[0].text).toMatch(/Sorry.*(ECONNREFUSED|reach|connect)/i);
		expect(asked('Send Picture')).toEqual([]);
	});
});

describe('blog-hero-picture', () => {
	const request = {
		start: 'New Entry',
		input: [{ json: { title: 'One', link: 'a' } }, { json: { title: 'Two', link: 'b' } }],
		replies: {
			'Describe Scene': () => ({ message: { content: { prompt: 'a desk', alt: 'A desk' } } }),
			'Upload Picture': () => ({ source_url: 'picture.jpg', alt_text: 'A desk' }),
		},
	};

	test('makes a draft with picture and alt text for each entry', async () => {
		const run = await gallery.run('blog-hero-picture', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Upload Picture')[0].queryParameters).toEqual({
			parameters: [{ name: 'alt_text', value: 'A desk' }],
		});
		expect(asked('Make Draft').map(({ title }) => title)).toEqual(['One', 'Two']);
		expect(asked('Make Draft')[1].additionalFields).toMatchObject({
			status: 'draft',
			content: '<img src="picture.jpg" alt="A desk">\n<p><a href="b">Two</a></p>',
		});
	});

	test('reports the entry that fails, and makes the draft of the other', async () => {
		refuseOne();
		await gallery.run('blog-hero-picture', request);
		expect(asked('Make Draft').map(({ title }) => title)).toEqual(['Two']);
		expect(asked('Tell Channel')[0].text).toMatch(/"One": .*refused by the test/);
	});

	test.each([
		['no scene', { replies: { 'Describe Scene': () => ({ message: { content: {} } }) } }, /[Pp]rompt/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('makes no draft for %s', async (_what, wrong, reason) => {
		await gallery.run('blog-hero-picture', { ...request, ...wrong });
		expect(asked('Make Draft')).toEqual([]);
		expect(asked('Tell Channel')).toHaveLength(2);
		expect(asked('Tell Channel')[1].text).toMatch(reason);
	});
});

describe('shop-product-cut-out', () => {
	const product = (id: number, src?: string) => ({
		json: { id, title: `Mug ${id}`, handle: `mug-${id}`, images: src ? [{ src }] : [] },
	});
	const data = `data:image/png;base64,${picture.data.toString('base64')}`;
	const request = { start: 'New Product', input: [product(1, data), product(2)] };

	test('updates the product, and reports the one without a picture', async () => {
		await gallery.run('shop-product-cut-out', request);
		expect(asked('Update Product')).toEqual([expect.objectContaining({ productId: 1 })]);
		expect(asked('Tell Channel')).toHaveLength(1);
		expect(asked('Tell Channel')[0].text).toMatch(/"Mug 2" was not made: .*Image/);
	});

	test('updates the others when one of many fails', async () => {
		refuseOne();
		await gallery.run('shop-product-cut-out', { ...request, input: [product(1, data), product(3, data)] });
		expect(asked('Update Product')).toEqual([expect.objectContaining({ productId: 3 })]);
		expect(asked('Tell Channel')[0].text).toMatch(/"Mug 1" was not made: .*refused by the test/);
	});

	test('changes no product when the server is off', async () => {
		await gallery.run('shop-product-cut-out', { ...request, url: OFF });
		expect([asked('Update Product'), asked('Tell Channel').length]).toEqual([[], 2]);
	});
});

describe('picture-to-video', () => {
	const form = { json: { Movement: 'the camera turns' }, binary: { Picture: picture } };
	const request = {
		start: 'Form',
		input: [form],
		replies: { 'Save to Drive': () => ({ webViewLink: 'link' }) },
	};

	test('saves the video and tells the channel', async () => {
		const run = await gallery.run('picture-to-video', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Save to Drive')[0].name).toMatch(/\.mp4$/);
		expect(asked('Tell Channel')[0].text).toBe('The video is ready: link');
	});

	test.each([
		['no movement', { input: [{ ...form, json: { Movement: ' ' } }] }, /[Pp]rompt/],
		['a missing picture', { input: [{ json: form.json }] }, /Picture/],
		['a text encoder that is missing', { change: setting('"umt5_xxl_fp8', '"umt6_xxl_fp8') }, /umt6_xxl/],
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('tells the channel why for %s', async (_what, wrong, reason) => {
		await gallery.run('picture-to-video', { ...request, ...wrong });
		expect(asked('Save to Drive')).toEqual([]);
		expect(asked('Tell Failure')[0].text).toMatch(reason);
	});
});

describe('banners-twelve-languages', () => {
	const translate = ({ messages }: Record<string, unknown>) => ({
		message: { content: `T: ${JSON.stringify(messages).length}` },
	});
	const request = { start: 'Start', input: [{ json: {} }], replies: { Translate: translate } };

	test('makes twelve banners from one background', async () => {
		const before = sentJobs(gallery.server).length;
		const run = await gallery.run('banners-twelve-languages', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Save to Drive').map(({ name }) => name)).toEqual(
			['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'fi', 'cs', 'el'].map(
				(language) => `banner-${language}.png`,
			),
		);
		expect(jobsOf(before)).toHaveLength(1);
		const background = await run.binary(run.items('Paint Background')[0], 'data');
		expect(await run.binary(run.items('Write Headline')[11], 'data')).toEqual(background);
		expect(asked('Write Headline')[1].text).toMatch(/^T: \d+$/);
	});

	test('reports the language that fails, and saves the others under their own names', async () => {
		const replies = {
			Translate: (parameters: Record<string, unknown>) =>
				JSON.stringify(parameters).includes('German') ? { message: { content: '' } } : translate(parameters),
		};
		await gallery.run('banners-twelve-languages', { ...request, replies });
		expect(asked('Save to Drive').map(({ name }) => name)).toEqual(
			['en', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'fi', 'cs', 'el'].map(
				(language) => `banner-${language}.png`,
			),
		);
		expect(asked('Tell Language').map(({ text }) => text)).toEqual([
			'The banner in German was not made: the translation is empty',
		]);
	});

	test('stops before it paints for an empty headline', async () => {
		const change = setting('"Fresh every morning"', '" "');
		const run = await gallery.run('banners-twelve-languages', { ...request, change });
		expect([run.error?.message, asked('Translate')]).toEqual(['Settings has no headline.', []]);
		expect(run.items('Paint Background')).toEqual([]);
	});

	test('translates nothing for an empty scene, and says so', async () => {
		const change = setting('"empty wooden table in a sunny kitchen, copy space"', '" "');
		await gallery.run('banners-twelve-languages', { ...request, change });
		expect([asked('Translate'), asked('Save to Drive')]).toEqual([[], []]);
		expect(asked('Tell Channel')[0].text).toMatch(/No banner was made: .*"Prompt"/);
	});

	test('translates nothing when the server is off, and says so', async () => {
		await gallery.run('banners-twelve-languages', { ...request, url: OFF });
		expect([asked('Translate'), asked('Save to Drive'), asked('Tell Channel').length]).toEqual([[], [], 1]);
		expect(asked('Tell Channel')[0].text).toMatch(/No banner was made: .*(ECONNREFUSED|reach|connect)/i);
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

describe('agent-with-templates', () => {
	test('gives the agent three tools, and offers them as an MCP server', async () => {
		await gallery.run('agent-with-templates', { start: 'Chat', input: [{ json: {} }] });
		expect(asked('AI Agent')).toHaveLength(1);
	});

	test.each(['Poster', 'Photo', 'Drawing'])('the tool %s paints the prompt of the agent', async (tool) => {
		const run = await gallery.runTool('agent-with-templates', tool, { prompt: 'a fox' });
		expect(run.error?.message).toBeUndefined();
		expect(run.items(tool)[0].json).toMatchObject({ fileName: expect.stringMatching(/\.png$/) as string });
		expect(sentJobs(gallery.server).at(-1)?.prompt['2'].inputs.text).toMatch(/^a fox, \w+/);
		const empty = await gallery.runTool('agent-with-templates', tool, { prompt: ' ' });
		expect(empty.error?.message).toContain('"Prompt"');
		const off = await gallery.runTool('agent-with-templates', tool, { prompt: 'a fox', url: OFF });
		expect(off.error?.message).toMatch(/ECONNREFUSED|reach|connect/i);
	});
});

describe('watch-the-gpu', () => {
	test('posts a failed job with its node and a hint, and a server that is off', async () => {
		const failed = {
			event: 'failed',
			error: 'Allocation on device',
			details: { failure: { nodeId: '3', nodeType: 'KSampler' }, hint: 'Use a smaller size.' },
		};
		await gallery.run('watch-the-gpu', {
			start: 'Job Failed',
			input: [{ json: failed }, { json: { event: 'offline' } }],
		});
		expect(asked('Tell Channel').map(({ text }) => String(text).trim())).toEqual([
			'ComfyUI job failed: Allocation on device\nNode: KSampler (3)\nUse a smaller size.',
			'ComfyUI is offline.',
		]);
	});

	/** Nobody waits fifteen minutes in a test. */
	const change: Change = (node) =>
		node.name === 'Idle for 15 Minutes'
			? { ...node, parameters: { ...node.parameters, options: { idleFor: 0, timeout: 60 } } }
			: node;

	test('frees the memory of an idle server', async () => {
		const run = await gallery.run('watch-the-gpu', { start: 'Queue Empty', input: [{ json: {} }], change });
		expect(run.error?.message).toBeUndefined();
		expect(gallery.server.requests.filter(({ path }) => path.endsWith('/free'))).toHaveLength(1);
		expect(asked('Tell Problem')).toEqual([]);
	});

	test('says when the memory cannot be freed', async () => {
		gallery.server.faults.respond({ path: /\/free$/, times: 20 }, { status: 403, body: 'no' });
		await gallery.run('watch-the-gpu', { start: 'Queue Empty', input: [{ json: {} }], change });
		expect(asked('Tell Problem')[0].text).toMatch(/^The memory of ComfyUI was not freed: .+/);
	});

	test('says when the server is off', async () => {
		await gallery.run('watch-the-gpu', { start: 'Queue Empty', input: [{ json: {} }], change, url: OFF });
		expect(asked('Tell Problem')[0].text).toMatch(/ECONNREFUSED|reach|connect/i);
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

describe('avatar-for-a-day', () => {
	const request = {
		start: 'Request',
		input: [{ json: { body: { style: 'pixel art' } }, binary: { photo: picture } }],
		replies: { 'Save to Drive': () => ({ webViewLink: 'link' }) },
	};

	test('answers with the address, and leaves nothing in the output folder', async () => {
		const outputs = gallery.server.files.list('output').length;
		const run = await gallery.run('avatar-for-a-day', request);
		expect(run.error?.message).toBeUndefined();
		expect(asked('Answer')[0].responseBody).toMatchObject({ url: 'link' });
		expect(gallery.server.files.list('output')).toHaveLength(outputs);
	});

	test('takes the style of the settings for a request without one', async () => {
		const before = sentJobs(gallery.server).length;
		const plain = [{ json: { body: { style: ' ' } }, binary: { photo: picture } }];
		await gallery.run('avatar-for-a-day', { ...request, input: plain });
		expect(jobsOf(before)[0].prompt['3'].inputs.text).toBe('avatar, friendly portrait, comic style');
	});

	test('refuses a request without a photo, and one while the server is off', async () => {
		await gallery.run('avatar-for-a-day', { ...request, input: [{ json: { body: {} } }] });
		expect(asked('No Photo')[0].options).toEqual({ responseCode: 400 });
		await gallery.run('avatar-for-a-day', { ...request, url: OFF });
		expect(asked('Refused')[0].responseBody).toEqual({
			error: expect.stringMatching(/ECONNREFUSED|reach|connect/i) as string,
		});
		expect(asked('Answer')).toEqual([]);
	});

	test('deletes what is older than a day', async () => {
		await gallery.run('avatar-for-a-day', {
			start: 'Every Hour',
			input: [{ json: {} }],
			replies: { 'Find Old Avatars': () => [{ id: 'a' }, { id: 'b' }] },
		});
		const { queryString } = asked('Find Old Avatars')[0];
		const [, before] = /createdTime < '(.+)'/.exec(String(queryString)) ?? [];
		expect(Math.abs(Date.parse(before) + 86_400_000 - Date.now())).toBeLessThan(3_600_000);
		expect(asked('Delete').map(({ fileId }) => (fileId as { value: string }).value)).toEqual(['a', 'b']);
	});

	test('goes on when one of the files cannot be deleted', async () => {
		const run = await gallery.run('avatar-for-a-day', {
			start: 'Every Hour',
			input: [{ json: {} }],
			replies: {
				'Find Old Avatars': () => [{ id: 'a' }, { id: 'b' }],
				Delete: ({ fileId }) => {
					if ((fileId as { value: string }).value === 'a') throw new Error('refused by the drive');
					return {};
				},
			},
		});
		expect([run.status, asked('Delete').length]).toEqual(['success', 2]);
	});
});
