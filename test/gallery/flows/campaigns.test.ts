import { sentJobs } from '../../nodes/support/sent';
import { OFF, galleryTests, setting } from '../support/flowTests';

/** Flows of marketing, in n8n's engine: posts, drafts and banners that people approve and publish. */

const { gallery, asked, jobsOf, refuseOne } = galleryTests();

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
