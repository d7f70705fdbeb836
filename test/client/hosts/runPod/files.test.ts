import type { ApiWorkflow } from '../../../../nodes/client';
import { encodePng } from '../../../server/pictures/encodePng';
import { flatPicture } from '../../../server/pictures/Picture';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture, save } from '../../support/workflows';
import { onRunPod } from '../support/runPodStage';
import { handedIn, lastBody, submissionOf } from './submission';

const MB = 1024 * 1024;
const PNG = encodePng(flatPicture(8, 8, 0xff8800));

function loading(...names: string[]): ApiWorkflow {
	const loaders = names.map((image, index) => [`l${index}`, { class_type: 'LoadImage', inputs: { image } }]);
	return { ...(Object.fromEntries(loaders) as ApiWorkflow), save: save('l0') };
}

describe('input files', () => {
	test('travel with the job that uses them, and no others do', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const used = await client.uploadImage({
				data: PNG,
				filename: 'a b/ü.png',
				contentType: 'image/png; x',
			});
			await client.uploadImage({ data: PNG, filename: 'other.png' });
			expect(stage.server.requests).toEqual([]);
			const { promptId } = await client.queuePrompt(loading(used.value));
			const { files } = await client.waitForCompletion(promptId);
			expect(files).toHaveLength(1);
			const image = `data:image/png;base64,${PNG.toString('base64')}`;
			expect(lastBody(stage).input.images).toEqual([{ name: used.name, image }]);
			expect(used.name).toMatch(/^with-job-[\da-f]{12}-a_b_ü\.png$/);
		}));

	test('have names of their own, even when they are called the same', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const upload = { data: PNG, filename: 'a.png' };
			const [one, two] = [await client.uploadImage(upload), await client.uploadImage(upload)];
			expect(one.name).not.toBe(two.name);
			await client.queuePrompt(loading(one.value, two.value, one.value));
			expect(
				lastBody(stage)
					.input.images?.map(({ name }) => name)
					.sort(),
			).toEqual([one.name, two.name].sort());
		}));

	test('come from streams and from inputs that are lists', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const stream = (async function* () {
				yield PNG.subarray(0, 10);
				yield PNG.subarray(10);
			})();
			const { value } = await client.uploadImage({ data: stream, filename: 'a.png' });
			await client.queuePrompt({
				...picture(),
				'3': { class_type: 'TText', inputs: { text: { __value__: [[value]] } } },
			});
			expect(lastBody(stage).input.images?.[0].image).toContain(PNG.toString('base64'));
		}));

	test('are at hand for another attempt', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const { value } = await client.uploadImage({ data: PNG, filename: 'a.png' });
			for (const attempt of [1, 2]) {
				await client.queuePrompt(loading(value));
				expect([attempt, lastBody(stage).input.images?.length]).toEqual([attempt, 1]);
			}
		}));

	test('that another connection took over are missed before the job is sent', () =>
		onRunPod(async (stage) => {
			const { value } = await stage.connect().uploadImage({ data: PNG, filename: 'a.png' });
			const error = await caught(stage.connect().queuePrompt(loading(value)));
			expect([error.code, error.message]).toEqual(['invalid-input', expect.stringContaining(' a.png')]);
			expect(handedIn(stage)).toEqual([]);
		}));

	test.each([
		['told beforehand', { data: PNG, size: 16 * MB }],
		['found out', { data: Buffer.alloc(16 * MB) }],
		['found out while reading', { data: new Blob([Buffer.alloc(16 * MB)]).stream() as never }],
	])('that RunPod would never take are refused, their size %s', (_how, data) =>
		onRunPod(async (stage) => {
			const error = await caught(stage.connect().uploadImage({ filename: 'big.png', ...data }));
			expect([error.code, error.message]).toEqual(['too-large', expect.stringContaining('15 MB')]);
		}),
	);

	test('that are too much for /run may still go by /runsync', () =>
		onRunPod(async (stage) => {
			const host = stage.host();
			const { value } = await host.files.upload({ data: Buffer.alloc(8 * MB), filename: 'big.png' });
			const workflow = { ...picture(), '3': { class_type: 'TText', inputs: { text: value } } };
			const error = await caught(host.jobs.submit(submissionOf(workflow)));
			expect([error.code, error.message]).toEqual(['too-large', expect.stringContaining('10.7 MB')]);
			expect(error.hint).toContain('/runsync');
			expect(stage.server.requests).toEqual([]);
			await host.jobs.submit(submissionOf(workflow, { hostOptions: { sync: true } }));
			expect(handedIn(stage)).toHaveLength(1);
		}));

	test('wait in a room that has an end; those that a job took make way', () =>
		onRunPod(async (stage) => {
			const host = stage.host();
			const upload = async () => await host.files.upload({ data: Buffer.alloc(14 * MB), filename: 'a.png' });
			const kept = [await upload(), await upload(), await upload(), await upload()];
			expect((await caught(upload())).code).toBe('too-large');
			const sync = { hostOptions: { sync: true } };
			await host.jobs.submit(submissionOf(loading(kept[0].value), sync));
			await upload();
			const error = await caught(host.jobs.submit(submissionOf(loading(kept[0].value), sync)));
			expect(error.code).toBe('invalid-input');
		}));

	test.each([{ maskOf: { filename: 'a.png' } }, { type: 'output' as const }])('cannot be %j', (more) =>
		onRunPod(async (stage) => {
			const error = await caught(stage.connect().uploadImage({ data: PNG, filename: 'a.png', ...more }));
			expect(error.code).toBe('not-supported');
		}),
	);
});

describe('files that a job made', () => {
	test('come with the result, their bytes out of its JSON', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			const { files } = await client.waitForCompletion(promptId);
			expect(JSON.parse(JSON.stringify(files))).toEqual([
				{
					nodeId: '',
					key: 'images',
					filename: 'x_00001_.png',
					subfolder: '',
					type: 'output',
					kind: 'image',
					mimeType: 'image/png',
				},
			]);
			expect(await bytesOf(await client.download(files[0]))).toEqual(Buffer.from(stage.picture));
		}));

	test.each([false, true])('are fetched from the bucket without credentials (redirects: %s)', (redirects) =>
		onRunPod(
			async (stage) => {
				stage.server.storage.redirects = redirects;
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const [file] = (await client.waitForCompletion(promptId)).files;
				expect(file.url).toContain('/bucket/');
				const { stream, size } = await client.openFile(file);
				expect(await bytesOf(stream)).toEqual(Buffer.from(stage.picture));
				expect(size).toBe(stage.picture.length);
				const elsewhere = stage.requestsElsewhere();
				expect(elsewhere).toHaveLength(redirects ? 2 : 1);
				expect(JSON.stringify(elsewhere)).not.toContain('canary');
			},
			{ bucket: true },
		),
	);

	test.each(['ftp://127.0.0.1/a.png', 'file:///etc/passwd', 'data:image/png;base64,AAAA', '//'])(
		'are not fetched from where a redirect over another scheme leads: %s',
		(location) =>
			onRunPod(
				async (stage) => {
					stage.server.storage.redirects = location;
					const client = stage.connect();
					const { promptId } = await client.queuePrompt(picture());
					const [file] = (await client.waitForCompletion(promptId)).files;
					expect(await caught(client.openFile(file))).toMatchObject({ code: 'http', status: 307 });
					expect(stage.requestsElsewhere()).toHaveLength(1);
				},
				{ bucket: true },
			),
	);

	test('are gone when their address is too old', () =>
		onRunPod(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const [file] = (await client.waitForCompletion(promptId)).files;
				stage.server.storage.expired = true;
				const error = await caught(client.download(file));
				expect(error.code).toBe('not-found');
				expect(error.message).not.toContain('Signature');
			},
			{ bucket: true },
		));

	test.each([false, true])('come from workers before 5.0.0 too (bucket: %s)', (bucket) =>
		onRunPod(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const [file] = (await client.waitForCompletion(promptId)).files;
				expect(file.filename).toBe(bucket ? 'x_00001_.png' : `${promptId}.png`);
				expect(file.mimeType).toBe('image/png');
				expect(await bytesOf(await client.download(file))).toEqual(Buffer.from(stage.picture));
			},
			{ generation: 'message', bucket },
		),
	);

	test('cannot be fetched once their bytes are left behind, nor be converted', () =>
		onRunPod(async (stage) => {
			const file = { filename: 'a.png', subfolder: '', type: 'output' } as const;
			expect((await caught(stage.connect().download(file))).code).toBe('not-supported');
			const converted = { ...file, url: 'http://127.0.0.1:9/a' };
			const error = await caught(stage.connect().download(converted, { channel: 'rgb' }));
			expect(error.code).toBe('not-supported');
		}));
});
