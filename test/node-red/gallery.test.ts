import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { galleryNames, readText } from '../gallery/support/flowFiles';
import { Gallery } from '../gallery/support/Gallery';
import { sentJobs } from '../nodes/support/sent';
import type { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { helper } from './support/helper';
import { allNodes, coreNodes } from './support/TestFlow';

/** The flows of the gallery for Node-RED with their nodes, against the little ComfyUI. Only the request to the chat is a double. */
const folder = path.resolve(__dirname, '../../packages/node-red/examples/Gallery');
const examples = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const photo = readFileSync(path.resolve(__dirname, '../fixtures/picture.png'));

interface ExampleNode {
	id: string;
	type: string;
	[member: string]: unknown;
}

const read = (name: string) =>
	JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as ExampleNode[];

/** What a test plays with: the flow is deployed, its environment names the folder of the test. */
interface Stage {
	comfy: LittleComfyUi;
	/** Path of a file in the folder of the test. */
	file(name: string): string;
	files(): string[];
	press(id: string): void;
	/** Asks an HTTP In node of the flow. */
	ask(route: string, body?: URLSearchParams | FormData): Promise<Response>;
	/** What the chat was told, in place of which a double stands. */
	told: string[];
	/** The prompts that reached ComfyUI. */
	jobs(): Array<Record<string, { inputs: Record<string, unknown> }>>;
}

interface Setting {
	/** The environment of the flow, as a user edits it. */
	env?: Record<string, string>;
	/** Where ComfyUI is. Default: the server of the test. */
	url?: string;
}

const OFF = { url: 'http://127.0.0.1:9' };

async function onExample(name: string, play: (stage: Stage) => Promise<void>, setting: Setting = {}) {
	const comfy = await Gallery.comfyUi();
	const home = mkdtempSync(path.join(tmpdir(), 'node-red-gallery-'));
	const file = (filename: string) => path.join(home, filename);
	writeFileSync(file('photo.png'), photo);
	const env: Record<string, string> = {
		FOLDER: home,
		PHOTO: file('photo.png'),
		LIST: file('list.csv'),
		...setting.env,
	};
	const flow = read(name).map((node) => asDeployed(node, env, setting.url ?? comfy.url));
	await new Promise<void>((resolve) => helper.startServer(() => resolve()));
	let app: RequestListener | undefined;
	const noteApp = (red: { httpNode: RequestListener }) => void (app = red.httpNode);
	await helper.load([noteApp, ...allNodes, ...coreNodes(CORE)], flow, {});
	const web = createServer(app).listen(0, '127.0.0.1');
	await once(web, 'listening');
	const address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
	const told: string[] = [];
	helper.getNode('gpu-chat')?.on('input', ({ payload }) => told.push((payload as { text: string }).text));
	try {
		await play({
			comfy,
			told,
			file,
			files: () => readdirSync(home),
			press: (id) => helper.getNode(id)?.receive({}),
			ask: async (route, body) => await fetch(address + route, body && { method: 'POST', body }),
			jobs: () => sentJobs(comfy).map(({ prompt }) => prompt),
		});
	} finally {
		web.closeAllConnections();
		web.close();
		await helper.unload();
		await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
		await comfy.stop();
		rmSync(home, { recursive: true });
	}
}

/** A request that the flow cannot serve gets 400 and the reason, and no job reaches ComfyUI. */
async function expectReason(
	name: string,
	route: string,
	body: URLSearchParams | FormData,
	setting: Setting,
	reason: RegExp,
): Promise<void> {
	await onExample(
		name,
		async (stage) => {
			const answer = await stage.ask(route, body);
			expect([answer.status, await answer.json()]).toEqual([
				400,
				{ error: expect.stringMatching(reason) as string },
			]);
			expect(stage.jobs()).toEqual([]);
		},
		setting,
	);
}

/** The core nodes of Node-RED that the flows use. */
const CORE = [
	'10-file',
	'10-function',
	'10-switch',
	'15-change',
	'20-inject',
	'21-httpin',
	'25-catch',
	'70-CSV',
	'89-trigger',
	'90-comment',
	'90-exec',
];

/** As a user sets it up: the address of ComfyUI, the environment, and small pictures; failed jobs are not retried. */
function asDeployed(node: ExampleNode, env: Record<string, string>, url: string): ExampleNode {
	if (node.type === 'comfyui-server') return { ...node, url };
	if (node.type === 'http request') return { ...node, type: 'helper' };
	if (node.type === 'tab') {
		const members = node.env as Array<{ name: string; value: string }>;
		return { ...node, env: members.map((one) => ({ ...one, value: env[one.name] ?? one.value })) };
	}
	if (typeof node.workflow !== 'string') return node;
	return { ...node, retries: '0', workflow: node.workflow.replaceAll(/"(width|height)":\d+/g, '"$1":64') };
}

const form = (fields: Record<string, string | Blob>) => {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.set(name, value);
	return body;
};
const picture = new Blob([photo], { type: 'image/png' });
const isPng = (bytes: Buffer) => bytes.toString('latin1', 1, 4) === 'PNG';
const log = (stage: Stage) => readFileSync(stage.file('failed.log'), 'utf8').trim().split('\n');
const untilLog = async (stage: Stage, lines: number) =>
	await until(
		() =>
			stage.files().includes('failed.log') &&
			readFileSync(stage.file('failed.log'), 'utf8').endsWith('\n') &&
			log(stage).length === lines,
		`${lines} lines`,
	);

describe('every example', () => {
	test.each(examples)('%s runs a workflow of the gallery', (name) => {
		const workflows = galleryNames.map((one) =>
			JSON.stringify(JSON.parse(readText(one, 'workflow.api.json'))),
		);
		for (const { source, workflow } of read(name))
			if (source === 'json') expect(workflows).toContain(workflow);
	});

	test.each(examples)(
		'%s says what it does, and has addresses and paths only as placeholders of its environment',
		(name) => {
			const [tab, server, ...nodes] = read(name);
			expect(tab).toMatchObject({ type: 'tab', label: name, info: expect.stringMatching(/\w+/) as string });
			expect(server.url).toBe('http://127.0.0.1:8188');
			const text = JSON.stringify(nodes.filter(({ type }) => type !== 'comment'));
			expect(text.match(/https?:|<[a-z]+ of|\/(tmp|home)\//g)).toBeNull();
		},
	);

	test('no ID is in two examples, so that all can be imported into one Node-RED', () => {
		const ids = examples.flatMap(read).map(({ id }) => id);
		expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
	});
});

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

describe('Watch the GPU', () => {
	test('tells the chat which job failed, frees the memory of an idle server, and tells when the server is off', async () => {
		await onExample(
			'Watch the GPU',
			async ({ comfy, told }) => {
				const freed = () => comfy.requests.filter(({ path: route }) => route.endsWith('/free'));
				// The watch begins with the flow: a job has to end after that.
				for (let tries = 0; tries < 20 && told.length === 0; tries++) {
					await comfy.submit({
						'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: tries } },
						'2': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'out of paint' } },
						'3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
					});
					await comfy.idle();
					await until(() => told.length > 0, 'a message', 3_000).catch(() => {});
				}
				expect(told[0]).toMatch(/^ComfyUI job failed: .*TFail.*out of paint/);
				await until(() => freed().length > 0, 'memory to be freed');
				told.splice(0);
				await comfy.stop();
				await until(() => told.length > 0, 'a message');
				expect(told[0]).toBe('ComfyUI is offline.');
			},
			{ env: { IDLE_MINUTES: '0.0001' } },
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
