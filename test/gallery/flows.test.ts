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
		['a server that is off', { url: OFF }, /ECONNREFUSED|reach|connect/i],
	])('logs five failures for %s', async (_what, wrong, reason) => {
		await gallery.run('product-photo-five-backgrounds', { ...request, ...wrong });
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
