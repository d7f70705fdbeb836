import { bytesOf } from '../support/bytes';
import { onStage, type Stage } from '../support/Stage';
import { canvas, picture, save } from '../support/workflows';
import type { ApiWorkflow, WaitOptions } from '../../../nodes/client';

async function run({ client }: Stage, workflow: object, options?: WaitOptions) {
	const { promptId } = await client.queuePrompt(workflow);
	return await client.waitForCompletion(promptId, options);
}

const toSocket = { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } };
const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };

/** As JSON text, since writing and reading so many levels is what fails. */
const nested = (levels: number) => `${'{"x":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;

describe('facts that are nested very deeply', () => {
	const entry = (facts: string) =>
		`{"id":{"prompt":[0,"id",{},{},["9"]],"outputs":{"9":{"images":[{"filename":"a.png","deep":${facts},"flat":1}],` +
		`"more":${facts},"text":["hi"]}},"status":{"status_str":"success","messages":[]}}}`;

	test.each([
		[4, 0],
		[200_000, 1],
	])('at %i levels', async (levels, remarks) =>
		onStage(async (stage) => {
			stage.server.faults.respond({ path: /history/ }, { status: 200, body: entry(nested(levels)) });
			const result = await stage.client.waitForCompletion('id');
			expect(result.files).toMatchObject([{ filename: 'a.png', info: { flat: 1 } }]);
			expect(result.texts).toMatchObject([{ text: 'hi' }]);
			expect(result.outputs['9'].text).toEqual(['hi']);
			expect(result.warnings).toHaveLength(remarks);
			expect(JSON.stringify(result).includes('"deep":')).toBe(remarks === 0);
		}),
	);
});

describe('texts and facts that are too large for a result', () => {
	const M = 1_000_000;
	const entry = (output: object, more: object = {}) => ({
		id: {
			prompt: [0, 'id', {}, {}, ['9']],
			outputs: { 9: output, ...more },
			status: { status_str: 'success', messages: [] },
		},
	});
	const resultWith = async ({ server, client }: Stage, output: object, more?: object) => {
		server.faults.respond({ path: /history/ }, { status: 200, body: JSON.stringify(entry(output, more)) });
		return await client.waitForCompletion('id', { includeTemp: true });
	};

	test('a text of a million characters is a text', () =>
		onStage(async (stage) => {
			const result = await resultWith(stage, { text: ['x'.repeat(M)] });
			expect(result.texts[0].text).toHaveLength(M);
			expect([result.files, result.warnings]).toEqual([[], []]);
		}));

	test('a longer one becomes a file that can be downloaded, and is cut where it was', () =>
		onStage(async (stage) => {
			const text = '😀'.repeat(M);
			const { files, texts, outputs, warnings } = await resultWith(stage, { text: [text, 'short'] });
			expect(texts.map((one) => one.text)).toEqual([`${'😀'.repeat(500)}… (2000000 characters)`, 'short']);
			expect(files).toMatchObject([
				{ nodeId: '9', filename: 'id_9_text_00001.txt', type: 'frame', kind: 'text', mimeType: 'text/plain' },
			]);
			expect((await bytesOf(await stage.client.download(files[0]))).toString()).toBe(text);
			expect(outputs['9'].text).toEqual([texts[0].text, 'short']);
			expect(warnings).toEqual([
				'A text of node 9 is in the file id_9_text_00001.txt (4000000 bytes), because it is too long for a result.',
				'Texts in the raw outputs are cut after 1000 characters: 1.',
			]);
			expect(JSON.stringify(files)).not.toContain('data');
		}));

	test('a list of long texts alone is cut too', () =>
		onStage(async (stage) => {
			const { outputs } = await resultWith(stage, { text: ['x'.repeat(M + 1), 'y'.repeat(M + 1)] });
			expect((outputs['9'].text as string[]).map(({ length }) => length)).toEqual([1022, 1022]);
		}));

	test('many texts are limited together', () =>
		onStage(async (stage) => {
			const text = Array.from({ length: 6 }, (_, n) => String(n).repeat(M));
			const { files, texts } = await resultWith(stage, { text });
			expect(texts.map((one) => one.text.length)).toEqual([M, M, M, M, 1022, 1022]);
			expect(files.map(({ filename }) => filename)).toEqual(['id_9_text_00001.txt', 'id_9_text_00002.txt']);
		}));

	test('raw outputs and facts about files are left out, with a remark each', () =>
		onStage(async (stage) => {
			const numbers = Array.from({ length: 2 * M }, () => 7);
			const image = { filename: 'a.png', numbers: numbers.slice(0, M / 4) };
			const { files, outputs, warnings } = await resultWith(stage, { images: [image], numbers });
			expect(files).toMatchObject([{ filename: 'a.png' }]);
			expect(files[0].info).toBeUndefined();
			expect(outputs).toEqual({});
			expect(warnings).toEqual([
				'The raw outputs are left out, because they are too large for a result.',
				'Facts about files are left out, because they are too large: 1.',
			]);
		}));

	test('a preview beside a long text is still the picture of the job', () =>
		onStage(async ({ server, client }) => {
			const images = [{ filename: 'seen.png', subfolder: '', type: 'temp' }];
			const body = JSON.stringify(entry({ images, text: ['x'.repeat(M + 1)] }));
			server.faults.respond({ path: /history/ }, { status: 200, body });
			const { files } = await client.waitForCompletion('id');
			expect(files.map(({ type }) => type)).toEqual(['temp', 'frame']);
		}));
});

describe('previews', () => {
	test('are left out beside saved files', () =>
		onStage(async (stage) => {
			const { files } = await run(stage, { ...picture(), '3': preview });
			expect(files.map(({ type }) => type)).toEqual(['output']);
		}));

	test('are listed when asked for', () =>
		onStage(async (stage) => {
			const { files } = await run(stage, { ...picture(), '3': preview }, { includeTemp: true });
			expect(files.map(({ type }) => type).sort()).toEqual(['output', 'temp']);
		}));

	test('are the result when there is nothing else', () =>
		onStage(async (stage) => {
			const { files } = await run(stage, { '1': canvas(), '3': preview });
			expect(files.map(({ type, nodeId }) => [type, nodeId])).toEqual([['temp', '3']]);
		}));
});

describe.each(['0.3.40', '0.3.64', '0.33.0'])('pictures that only the socket carries, on %s', (version) => {
	test('are files with bytes that no JSON repeats', () =>
		onStage(
			async (stage) => {
				const { files } = await run(stage, { '1': canvas(5, 16, 2), '4': toSocket });
				expect(files).toMatchObject([
					{ nodeId: '4', nodeType: 'SaveImageWebsocket', key: 'frames', type: 'frame', kind: 'image' },
					{ nodeId: '4', mimeType: 'image/png', subfolder: '' },
				]);
				expect(new Set(files.map(({ filename }) => filename)).size).toBe(2);
				for (const file of files) {
					expect(
						Buffer.from(file.data ?? [])
							.subarray(1, 4)
							.toString(),
					).toBe('PNG');
					expect(JSON.stringify(file)).not.toContain('"data"');
				}
			},
			{ version },
		));

	test('can be downloaded like every other file', () =>
		onStage(
			async (stage) => {
				const { files } = await run(stage, { '1': canvas(), '4': toSocket });
				const { stream, size } = await stage.client.openFile(files[0]);
				const chunks = [];
				for await (const chunk of stream) chunks.push(chunk);
				expect(Buffer.concat(chunks)).toEqual(Buffer.from(files[0].data ?? []));
				expect(size).toBe(files[0].data?.byteLength);
			},
			{ version },
		));

	test('previews of a sampler are none of them', () =>
		onStage(
			async (stage) => {
				const sleeper = {
					class_type: 'TSleep',
					inputs: { seconds: 0.02, steps: 2, seed: 1, image: ['1', 0] },
				};
				const { files } = await run(stage, { '1': canvas(), '2': sleeper, '3': save('2') });
				expect(files.map(({ type }) => type)).toEqual(['output']);
			},
			{ version },
		));
});

test('every kind of file is found, under whatever key', () =>
	onStage(async (stage) => {
		const { files } = await run(stage, {
			'1': canvas(5, 16, 2),
			'2': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
			video: {
				class_type: 'SaveVideo',
				inputs: { video: ['2', 0], filename_prefix: 'v', format: 'auto', codec: 'auto' },
			},
			'4': { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44100, channels: 2 } },
			sound: { class_type: 'SaveAudio', inputs: { audio: ['4', 0], filename_prefix: 'a' } },
			'6': { class_type: 'TMesh', inputs: { size: 1 } },
			mesh: { class_type: 'SaveGLB', inputs: { mesh: ['6', 0], filename_prefix: 'm' } },
			vhs: {
				class_type: 'VHS_VideoCombine',
				inputs: {
					images: ['1', 0],
					frame_rate: 8,
					loop_count: 0,
					filename_prefix: 'g',
					format: 'image/gif',
					pingpong: false,
					save_output: true,
				},
			},
		});
		expect(
			Object.fromEntries(files.map(({ nodeId, key, kind, mimeType }) => [nodeId, [key, kind, mimeType]])),
		).toEqual({
			video: ['images', 'video', 'video/mp4'],
			sound: ['audio', 'audio', 'audio/flac'],
			mesh: ['3d', '3d', 'model/gltf-binary'],
			vhs: ['gifs', 'image', 'image/gif'],
		});
		expect(files.find(({ nodeId }) => nodeId === 'vhs')?.info).toMatchObject({
			format: 'image/gif',
			frame_rate: 8,
		});
	}));

test('texts come from outputs and from progress texts', () =>
	onStage(async (stage) => {
		const workflow = { '1': { class_type: 'TText', inputs: { text: 'a red fox' } } };
		const { texts, outputs } = await run(stage, workflow);
		expect(texts).toEqual([
			{ nodeId: '1', nodeTitle: 'TText', key: 'text', text: 'a red fox' },
			{ nodeId: '1', nodeTitle: 'TText', key: 'progress', text: 'txt:a red fox' },
		]);
		expect(outputs['1'].custom).toEqual([{ a: 1 }]);
	}));

test('NaN in the history does not disturb', () =>
	onStage(async (stage) => {
		const nan = { class_type: 'TNan', inputs: { image: ['1', 0] } };
		const { outputs, files } = await run(stage, { '1': canvas(), '2': nan, '3': save('2') });
		expect([outputs['2'], files.length]).toEqual([{ stat: [null, null] }, 1]);
	}));

describe.each([
	['0.3.64', 'with a socket', false],
	['0.3.64', 'with polling only', true],
	['0.33.0', 'with a socket', false],
])('on %s, %s', (version, _how, refuse) => {
	const both: ApiWorkflow = { ...picture(), '3': save('1', 'other') };

	test('files of an earlier run are not listed for outputs that this run left out', () =>
		onStage(
			async ({ client, server }) => {
				server.faults.refuseSockets = refuse;
				await client.waitForCompletion((await client.queuePrompt(both)).promptId);
				const { promptId } = await client.queuePrompt(both, { outputNodes: ['3'] });
				const { files, outputs } = await client.waitForCompletion(promptId);
				expect([files.map(({ nodeId }) => nodeId), Object.keys(outputs)]).toEqual([['3'], ['3']]);
			},
			{ version },
		));

	test('files of nodes that were added while it ran belong to the node that added them', () =>
		onStage(
			async ({ client, server }) => {
				server.faults.refuseSockets = refuse;
				const { promptId } = await client.queuePrompt({ ...picture(), '7': { class_type: 'TMesh' } });
				await server.idle();
				const entry = structuredClone(server.history(promptId)) as Record<string, Record<string, object>>;
				const image = { filename: 'in.png', subfolder: '', type: 'output' };
				entry[promptId].outputs = { '2.0.0.4': { images: [image] } };
				entry[promptId].meta = { '2.0.0.4': { node_id: '2.0.0.4', display_node: '2' } };
				server.faults.respond({ path: /history/ }, { status: 200, body: entry });
				const { files } = await freshLook(client, promptId);
				expect(files).toMatchObject([{ nodeId: '2', nodeTitle: 'Keep it', filename: 'in.png' }]);
			},
			{ version },
		));
});

/** A new request, without what the events reported. */
async function freshLook(client: Stage['client'], promptId: string) {
	const { result } = await client.getJob(promptId);
	if (!result) throw new Error('no result');
	return result;
}
