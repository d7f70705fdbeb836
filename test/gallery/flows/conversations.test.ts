import { sentJobs } from '../../nodes/support/sent';
import { picture } from '../support/Gallery';
import { OFF, galleryTests, withFailingJob, type Change } from '../support/flowTests';

/** Flows, in n8n's engine, that answer a chat, an agent or another service. */

const { gallery, asked, jobsOf } = galleryTests();

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
