import { DEPLOYMENTS } from '../../../server/hosts/comfyDeploy';
import { caught } from '../../support/caught';
import { onRunComfy } from '../support/runComfyStage';

const MEGABYTE = 1024 * 1024;

test('a file travels with the job, as a data URI of its type', async () => {
	await onRunComfy(async (stage) => {
		const client = stage.connect();
		const data = Uint8Array.from([1, 2, 3]);
		const { name, value } = await client.uploadImage({ data, filename: 'a cat.png' });
		expect(stage.server.requests).toEqual([]);
		expect([name, value]).toEqual(['a cat.png', 'data:image/png;base64,AQID']);
		await client.queuePrompt({}, { deployment: { id: DEPLOYMENTS.picture, inputs: { '12.image': value } } });
		expect(stage.bodies()).toMatchObject([{ overrides: { '12': { inputs: { image: value } } } }]);
	});
});

test('a stream and a type of one’s own are sent as they are', async () => {
	await onRunComfy(async (stage) => {
		async function* data() {
			yield Uint8Array.from([1]);
			yield Uint8Array.from([2, 3]);
		}
		const { value } = await stage
			.host()
			.files.upload({ data: data(), filename: 'a.bin', contentType: 'audio/flac; rate=1' });
		expect(value).toBe('data:audio/flac;base64,AQID');
	});
});

test.each([
	['no name', { filename: ' ' }, 'invalid-input'],
	['a mask', { maskOf: { filename: 'b.png' } }, 'not-supported'],
	['another folder', { type: 'output' as const }, 'not-supported'],
	['more bytes than a request takes', { size: 20 * MEGABYTE + 1 }, 'too-large'],
	['more bytes than announced', { data: new Uint8Array(20 * MEGABYTE + 1), size: 1 }, 'too-large'],
])('a file with %s is refused', async (_what, changes, code) => {
	await onRunComfy(async (stage) => {
		const upload = { data: Uint8Array.from([1]), filename: 'a.png', ...changes };
		const error = await caught(stage.host().files.upload(upload));
		expect([error.code, stage.server.requests]).toEqual([code, []]);
	});
});

describe('a download', () => {
	const file = { filename: 'a.png', subfolder: '', type: 'output' as const };

	test.each([
		['without a URL', file, {}, 'not-found'],
		['with a conversion', file, { preview: { format: 'webp' as const } }, 'not-supported'],
	])('%s is refused', async (_what, address, options, code) => {
		await onRunComfy(async (stage) => {
			const error = await caught(stage.host().files.download(address, options));
			expect([error.code, typeof error.hint]).toEqual([code, 'string']);
		});
	});

	test('of a file that was deleted says so', async () => {
		await onRunComfy(async (stage) => {
			const url = stage.server.bucket.addressOf('gone/a.png');
			expect((await caught(stage.host().files.download({ ...file, url }))).code).toBe('not-found');
		});
	});
});
