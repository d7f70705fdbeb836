import { OFF, galleryTests, setting, type Change } from '../support/flowTests';

/** Flows, in n8n's engine, that nobody watches: the batch at night, and the watch over the server. */

const { gallery, asked } = galleryTests();

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
