import { utimesSync, writeFileSync } from 'node:fs';
import { until } from '../../support/until';
import { OFF, expectReason, form, onExample, photo, picture } from '../support/galleryStage';

/** Flows of the gallery for Node-RED that are web services: the answer, and the reason for none. */

const isPng = (bytes: Buffer) => bytes.toString('latin1', 1, 4) === 'PNG';

describe('Start now, fetch later', () => {
	const name = 'Start now, fetch later';

	test('answers 202, then the state, then the picture', async () => {
		await onExample(name, async (stage) => {
			const accepted = await stage.ask('/pictures', new URLSearchParams({ prompt: 'a lighthouse' }));
			const { promptId, status } = (await accepted.json()) as { promptId: string; status: string };
			expect(accepted.status).toBe(202);
			await stage.comfy.idle();
			expect(await (await stage.ask(status)).json()).toEqual({ state: 'success' });
			const file = await stage.ask(`${status}/file`);
			expect(file.headers.get('content-type')).toBe('image/png');
			expect(isPng(Buffer.from(await file.arrayBuffer()))).toBe(true);
			expect(stage.jobs()).toHaveLength(1);
			expect(promptId).toMatch(/^[\w-]+$/);
		});
	});

	test('refuses an empty prompt, an unknown job, and each request while the server is off', async () => {
		await onExample(name, async (stage) => {
			const empty = await stage.ask('/pictures', new URLSearchParams({ prompt: ' ' }));
			expect([empty.status, await empty.json()]).toEqual([
				400,
				{ error: expect.stringContaining('Send a prompt.') as string },
			]);
			expect(stage.jobs()).toEqual([]);
			const unknown = await stage.ask('/pictures/3c5a062e-4daf-4c7b-aadf-1daaa55681d5');
			expect([unknown.status, await unknown.json()]).toEqual([404, { state: 'lost' }]);
			expect((await stage.ask('/pictures/3c5a062e-4daf-4c7b-aadf-1daaa55681d5/file')).status).toBe(400);
		});
		await onExample(
			name,
			async (stage) => {
				const answer = await stage.ask('/pictures', new URLSearchParams({ prompt: 'a fox' }));
				expect([answer.status, await answer.json()]).toEqual([
					400,
					{ error: expect.stringMatching(/ECONNREFUSED|reach|connect/i) as string },
				]);
			},
			OFF,
		);
	});
});

describe('Music for a slide show', () => {
	const name = 'Music for a slide show';
	const show = { mood: 'calm piano', slides: '8', seconds: '4' };

	test('answers with a piece of the length of the show', async () => {
		await onExample(name, async (stage) => {
			const answer = await stage.ask('/music', new URLSearchParams(show));
			expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
			expect(stage.jobs()[0]).toMatchObject({
				'2': { inputs: { tags: 'calm piano' } },
				'4': { inputs: { seconds: 32 } },
			});
		});
	});

	test.each([
		['no mood', { ...show, mood: '' }, {}, /Send the mood/],
		['no slides', { ...show, slides: '0' }, {}, /number of slides/],
		['a server that is off', show, OFF, /ECONNREFUSED|reach|connect/i],
	])('answers with the reason for %s', async (_what, fields, setting, reason) => {
		await expectReason(name, '/music', new URLSearchParams(fields), setting, reason);
	});
});

describe('Picture to 3D model with a viewer', () => {
	const name = 'Picture to 3D model with a viewer';

	test('answers with a page that contains the model', async () => {
		await onExample(
			name,
			async (stage) => {
				const answer = await stage.ask('/model', form({ picture }));
				const page = await answer.text();
				const [, model] = /data:model\/gltf-binary;base64,([^"]+)/.exec(page) ?? [];
				expect(Buffer.from(model, 'base64').toString('latin1', 0, 4)).toBe('glTF');
				expect(page).toContain('src="viewer.js"');
			},
			{ env: { VIEWER_SCRIPT: 'viewer.js' } },
		);
	});

	test.each([
		['a missing picture', {}, {}, /form field picture/],
		['a server that is off', { picture }, OFF, /ECONNREFUSED|reach|connect/i],
	])('answers with the reason for %s', async (_what, fields, setting, reason) => {
		await expectReason(name, '/model', form(fields), setting, reason);
	});
});

describe('Picture to five-second video', () => {
	const name = 'Picture to five-second video';
	const movement = 'the camera turns';

	test('answers with the video', async () => {
		await onExample(name, async (stage) => {
			const answer = await stage.ask('/video', form({ picture, movement }));
			expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
			expect(stage.jobs()[0]['5'].inputs.text).toBe(movement);
		});
	});

	test.each([
		['no movement', { picture, movement: ' ' }, {}, /Send the movement/],
		['a missing picture', { movement }, {}, /form field picture/],
		['a server that is off', { picture, movement }, OFF, /ECONNREFUSED|reach|connect/i],
	])(
		'answers with the reason for %s',
		async (_what, fields: Record<string, string | Blob>, setting, reason) => {
			await expectReason(name, '/video', form(fields), setting, reason);
		},
	);
});

describe('Avatar service that deletes after a day', () => {
	const name = 'Avatar service that deletes after a day';

	test('answers with the address of the avatar, and leaves nothing in the output folder', async () => {
		await onExample(name, async (stage) => {
			const answer = await stage.ask('/avatar', form({ photo: picture, style: 'pixel art' }));
			const { url } = (await answer.json()) as { url: string };
			expect(isPng(Buffer.from(await (await stage.ask(url)).arrayBuffer()))).toBe(true);
			expect(stage.jobs()[0]['3'].inputs.text).toBe('avatar, friendly portrait, pixel art');
			expect(stage.comfy.files.list('output')).toEqual([]);
		});
	});

	test('takes its own style for a request without one', async () => {
		await onExample(name, async (stage) => {
			await stage.ask('/avatar', form({ photo: picture }));
			expect(stage.jobs()[0]['3'].inputs.text).toBe('avatar, friendly portrait, comic style');
		});
	});

	test.each([
		['a missing photo', {}, {}, /form field photo/],
		['a server that is off', { photo: picture }, OFF, /ECONNREFUSED|reach|connect/i],
	])('answers with the reason for %s', async (_what, fields, setting, reason) => {
		await expectReason(name, '/avatar', form(fields), setting, reason);
	});

	test('serves no other file', async () => {
		await onExample(name, async (stage) => {
			expect((await stage.ask('/avatar/..%2Fphoto')).status).toBe(400);
			expect((await stage.ask('/avatar/0123456789abcdef')).status).toBe(400);
		});
	});

	test('deletes what is older than a day', async () => {
		await onExample(name, async (stage) => {
			for (const one of ['old.png', 'new.png']) writeFileSync(stage.file(one), photo);
			const yesterday = new Date(Date.now() - 25 * 3_600_000);
			utimesSync(stage.file('old.png'), yesterday, yesterday);
			stage.press('avatar-hourly');
			await until(() => !stage.files().includes('old.png'), 'the old avatar to be deleted');
			expect(stage.files()).toContain('new.png');
		});
	});
});
