import { decodePng, readTexts } from '../server/pictures/decodePng';
import { canvas, save, simple, textToImage } from './prompts';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('files', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	async function saved(prompt: object, node: string, more?: object) {
		const [file] = await session.files(await session.run(prompt, more), node);
		if (!file) throw new Error('nothing was saved');
		return file;
	}

	test('pictures carry the prompt and every member of extra_pnginfo, outside ASCII escaped', async () => {
		const extra_pnginfo = { workflow: { id: 'ü' }, note: 'hello' };
		const file = await saved(simple(), '2', { extra_data: { extra_pnginfo } });
		const texts = readTexts((await session.view(file)).body);
		expect(Object.keys(texts)).toEqual(['prompt', 'workflow', 'note']);
		expect(JSON.parse(texts['prompt'] ?? '')).toEqual(simple());
		expect(texts['workflow']).toBe('{"id": "\\u00fc"}');
	});

	test('the same seed and text give the same picture, another seed another one', async () => {
		const picture = async (seed: number, prefix: string) => {
			const prompt = textToImage({ seed, size: 96 });
			const file = await saved({ ...prompt, '9': save('8', prefix) }, '9');
			return decodePng((await session.view(file)).body);
		};
		const first = await picture(1, 'a');
		expect(first).toMatchObject({ width: 96, height: 96 });
		expect(new Set(first?.rgb).size).toBeGreaterThan(50);
		expect(await picture(1, 'b')).toEqual(first);
		expect(await picture(2, 'c')).not.toEqual(first);
	});

	test('names count up per prefix; folders and placeholders of the prefix are used', async () => {
		const prompt = { '1': canvas(1, 8, 2), '2': save('1', 'shots/%width%x%height%-%batch_num%') };
		const files = await session.files(await session.run(prompt), '2');
		expect(files.map(({ filename, subfolder }) => `${subfolder}/${filename}`)).toEqual([
			'shots/8x8-0_00001_.png',
			'shots/8x8-1_00002_.png',
		]);
		expect(await saved(simple(1), '2')).toMatchObject({ filename: 'x_00001_.png', subfolder: '' });
		expect(await saved(simple(2), '2')).toMatchObject({ filename: 'x_00002_.png' });
	});

	test('a prefix that leaves the output folder fails when the node runs', async () => {
		const id = await session.run(simple(1, '../../x'));
		expect((await session.history(id))['status']).toMatchObject({ status_str: 'error' });
	});

	test('ranges, tags and HEAD work on raw files', async () => {
		const file = await saved(simple(), '2');
		const whole = await session.view(file);
		const part = await session.view(file, { range: 'bytes=1-3' });
		expect([part.status, part.text]).toEqual([206, 'PNG']);
		expect(part.headers.get('content-range')).toBe(`bytes 1-3/${whole.body.length}`);
		expect((await session.view(file, { range: 'bytes=-4' })).body).toEqual(whole.body.subarray(-4));
		expect((await session.view(file, { range: 'bytes=99999-' })).status).toBe(416);
		const tag = whole.headers.get('etag') ?? '';
		expect((await session.view(file, { 'if-none-match': tag })).status).toBe(304);
		const path = `/view?${new URLSearchParams({ ...file })}`;
		const head = await session.request('HEAD', path);
		expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.body.length)]);
		expect(head.body).toHaveLength(0);
	});

	test('previews are of the type asked for, channels are PNGs', async () => {
		const file = await saved(simple(0x123456), '2');
		const path = `/view?${new URLSearchParams({ ...file })}`;
		const webp = await session.get(`${path}&preview=webp;80`);
		expect([webp.headers.get('content-type'), webp.text.slice(8, 12)]).toEqual(['image/webp', 'WEBP']);
		const jpeg = await session.get(`${path}&preview=jpeg`);
		expect(jpeg.body.subarray(0, 2).toString('hex')).toBe('ffd8');
		expect(decodePng((await session.get(`${path}&channel=rgb`)).body)?.alpha).toBeUndefined();
		expect(decodePng((await session.get(`${path}&channel=a`)).body)?.alpha?.[0]).toBe(255);
	});

	test('files that a browser could run come as attachments', async () => {
		session.server.files.put('output', 'page.html', '<script></script>');
		const answer = await session.get('/view?filename=page.html');
		expect(answer.headers.get('content-type')).toBe('application/octet-stream');
		expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
		expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
	});

	test('videos, sounds and meshes appear under the keys of their real nodes', async () => {
		const id = await session.run({
			'1': canvas(1, 8, 4),
			'2': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
			'3': {
				class_type: 'SaveVideo',
				inputs: { video: ['2', 0], filename_prefix: 'v', format: 'mp4', codec: 'h264' },
			},
			'4': {
				class_type: 'VHS_VideoCombine',
				inputs: {
					images: ['1', 0],
					frame_rate: 8,
					loop_count: 0,
					filename_prefix: 'g',
					format: 'video/h264-mp4',
					pingpong: false,
					save_output: true,
				},
			},
			'5': { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44100, channels: 2 } },
			'6': { class_type: 'SaveAudio', inputs: { audio: ['5', 0], filename_prefix: 'a' } },
			'7': { class_type: 'TMesh', inputs: { size: 1 } },
			'8': { class_type: 'SaveGLB', inputs: { mesh: ['7', 0], filename_prefix: 'm' } },
			'9': { class_type: 'PreviewAny', inputs: { source: 'words' } },
		});
		expect((await session.history(id))['outputs']).toEqual({
			'3': {
				images: [{ filename: 'v_00001_.mp4', subfolder: '', type: 'output' }],
				animated: [true],
			},
			'4': {
				gifs: [
					{
						filename: 'g_00001_.mp4',
						subfolder: '',
						type: 'output',
						format: 'video/h264-mp4',
						frame_rate: 8,
					},
				],
			},
			'6': { audio: [{ filename: 'a_00001_.flac', subfolder: '', type: 'output' }] },
			'8': { '3d': [{ filename: 'm_00001_.glb', subfolder: '', type: 'output' }] },
			'9': { text: ['words'] },
		});
		expect(session.server.files.read('output', 'v_00001_.mp4')?.toString('latin1', 4, 8)).toBe('ftyp');
	});
});
