import { request } from 'node:http';
import { decodePng } from '../server/pictures/decodePng';
import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { save, simple } from './prompts';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('uploads', () => {
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

	function form(data: Buffer, name: string, fields: Record<string, string> = {}): FormData {
		const upload = new FormData();
		upload.append('image', new Blob([data]), name);
		for (const [field, value] of Object.entries(fields)) upload.append(field, value);
		return upload;
	}

	test('an uploaded picture can be loaded, by annotated name too', async () => {
		const picture = encodePng(flatPicture(4, 4, 0x336699));
		const uploaded = await session.post('/upload/image', form(picture, 'in.png', { type: 'temp' }));
		expect(uploaded.json()).toEqual({ name: 'in.png', subfolder: '', type: 'temp' });
		const load = { class_type: 'LoadImage', inputs: { image: 'in.png [temp]' } };
		const invert = { class_type: 'ImageInvert', inputs: { image: ['1', 0] } };
		const file = await saved({ '1': load, '2': invert, '3': save('2') }, '3');
		const inverted = decodePng((await session.view(file)).body);
		expect([...(inverted?.rgb.subarray(0, 3) ?? [])]).toEqual([0xcc, 0x99, 0x66]);
	});

	test('a new upload under the same name makes LoadImage run again', async () => {
		const prompt = { '1': { class_type: 'LoadImage', inputs: { image: 'in.png' } }, '2': save('1', 'l') };
		await session.post('/upload/image', form(encodePng(flatPicture(4, 4, 1)), 'in.png'));
		await session.run(prompt);
		const next = form(encodePng(flatPicture(4, 4, 2)), 'in.png', { overwrite: 'true' });
		await session.post('/upload/image', next);
		expect(await session.files(await session.run(prompt), '2')).toMatchObject([{ filename: 'l_00002_.png' }]);
	});

	test('a mask becomes the alpha of a copy of the original', async () => {
		const file = await saved(simple(5), '2');
		const alpha = new Uint8Array(256).fill(7);
		const mask = encodePng({ ...flatPicture(16, 16, 0), alpha });
		const original_ref = JSON.stringify(file);
		const answer = await session.post('/upload/mask', form(mask, 'masked.png', { original_ref }));
		expect(answer.json()['name']).toBe('masked.png');
		const stored = session.server.files.read('input', 'masked.png') ?? Buffer.alloc(0);
		expect(decodePng(stored)).toMatchObject({ alpha, rgb: flatPicture(16, 16, 5).rgb });
	});

	test('bodies over the limit are 413 in text', async () => {
		await session.stop();
		session = await Session.start({ maxUploadBytes: 1000 });
		const answer = await session.post('/upload/image', form(Buffer.alloc(5000), 'big.bin'));
		expect(answer.status).toBe(413);
		expect(answer.text).toContain('Maximum request body size 1000 exceeded');
		expect((await session.get('/features')).json()['max_upload_size']).toBe(1000);
	});

	test('an upload without Content-Length is measured too', async () => {
		await session.stop();
		session = await Session.start({ maxUploadBytes: 1000 });
		const status = await new Promise((resolve, reject) => {
			const upload = request(`${session.server.url}/upload/image`, { method: 'POST' }, ({ statusCode }) =>
				resolve(statusCode),
			);
			upload.on('error', reject);
			upload.write(Buffer.alloc(600));
			upload.write(Buffer.alloc(600));
			upload.end();
		});
		expect(status).toBe(413);
	});
});
