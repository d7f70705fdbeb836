import { readFileSync, writeFileSync } from 'node:fs';
import { until } from '../../support/until';
import { OFF, onExample, type Stage } from '../support/galleryStage';

/** Flows of the gallery for Node-RED that read and write files, and log what fails. */

const log = (stage: Stage) => readFileSync(stage.file('failed.log'), 'utf8').trim().split('\n');
const untilLog = async (stage: Stage, lines: number) =>
	await until(
		() =>
			stage.files().includes('failed.log') &&
			readFileSync(stage.file('failed.log'), 'utf8').endsWith('\n') &&
			log(stage).length === lines,
		`${lines} lines`,
	);

describe('Product photo to five backgrounds', () => {
	const name = 'Product photo to five backgrounds';
	const env = { PRODUCT: 'Mug' };
	const scenes = ['beach.png', 'kitchen.png', 'marble.png', 'studio.png', 'wood.png'];

	test('saves a picture of each scene', async () => {
		await onExample(
			name,
			async (stage) => {
				stage.press('five-button');
				await until(() => scenes.every((scene) => stage.files().includes(scene)), 'five pictures');
				expect(stage.jobs().map((prompt) => prompt['2'].inputs.text)).toContain(
					'Mug in a photo studio, pastel backdrop, product photo',
				);
			},
			{ env },
		);
	});

	test('logs the one that fails, and saves the others', async () => {
		await onExample(
			name,
			async (stage) => {
				stage.comfy.faults.respond(
					{ method: 'POST', path: /\/prompt$/, times: 1 },
					{ status: 400, body: { error: { type: 'x', message: 'refused by the test' }, node_errors: {} } },
				);
				stage.press('five-button');
				await untilLog(stage, 1);
				await until(() => stage.files().filter((one) => scenes.includes(one)).length === 4, 'four pictures');
				expect(log(stage)[0]).toMatch(/^\w+: .*refused by the test/);
			},
			{ env },
		);
	});

	test.each([
		[
			'a photo that is not there',
			{ env: { ...env, PHOTO: '/nowhere/photo.png' } },
			1,
			/^photo: .*no such file/,
		],
		['an empty name', { env: { PRODUCT: ' ' } }, 1, /^photo: .*PRODUCT is empty/],
		['a server that is off', { env, ...OFF }, 5, /^\w+: .*(ECONNREFUSED|reach|connect)/i],
	])('logs %s', async (_what, setting, lines, reason) => {
		await onExample(
			name,
			async (stage) => {
				stage.press('five-button');
				await untilLog(stage, lines);
				for (const line of log(stage)) expect(line).toMatch(reason);
				expect(stage.jobs()).toEqual([]);
			},
			setting,
		);
	});
});

describe('Hundred variations a night', () => {
	const name = 'Hundred variations a night';

	test('saves the rows within the budget, and logs the one without a prompt', async () => {
		await onExample(
			name,
			async (stage) => {
				writeFileSync(
					stage.file('list.csv'),
					'name,prompt\nfox,a red fox\nhare,\nowl,"a snow owl, at night"\nbear,a bear\n',
				);
				stage.press('night-clock');
				await until(() => ['fox.png', 'owl.png'].every((one) => stage.files().includes(one)), 'two pictures');
				expect(log(stage)).toEqual([expect.stringMatching(/^hare: .*no prompt/)]);
				expect(stage.jobs().map((prompt) => prompt['2'].inputs.text)).toEqual([
					'a red fox',
					'a snow owl, at night',
				]);
			},
			{ env: { BUDGET_MINUTES: '1', SECONDS_PER_PICTURE: '20' } },
		);
	});

	test.each([
		['a list that is not there', {}, 1, /^list: .*no such file/],
		['each row while the server is off', OFF, 2, /^(fox|owl): .*(ECONNREFUSED|reach|connect)/i],
	])('logs %s', async (what, setting, lines, reason) => {
		await onExample(
			name,
			async (stage) => {
				if (!what.startsWith('a list'))
					writeFileSync(stage.file('list.csv'), 'name,prompt\nfox,a fox\nowl,an owl\n');
				stage.press('night-clock');
				await untilLog(stage, lines);
				for (const line of log(stage)) expect(line).toMatch(reason);
			},
			setting,
		);
	});
});
