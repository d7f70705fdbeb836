import { sentJobs } from '../../nodes/support/sent';
import { picture } from '../support/Gallery';
import { OFF, galleryTests, setting } from '../support/flowTests';

/** Flows of a shop, in n8n's engine: a photo of a product comes in, pictures or a video go out. */

const { gallery, asked, jobsOf, refuseOne } = galleryTests();

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
