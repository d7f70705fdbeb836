import { readWorkflowFile, toApiFormat } from '../../../nodes/client';
import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { editorFileOf2025 } from '../support/editorFiles';
import { collect, serverUnderTest } from '../support/ServerUnderTest';
import { load, picture, save, unique } from '../support/workflows';

const server = serverUnderTest();
const { client } = server;

const png = (width: number, color = 0xff0000) => encodePng(flatPicture(width, 10, color));
const widthOf = (file: Buffer) => file.readUInt32BE(16);

/** The width of a picture after LoadImage and SaveImage. */
async function loadedWidth(image: string): Promise<number> {
	const { result } = await server.run({ '1': load(image), '2': save('1', unique('loaded')) });
	return widthOf(await server.download(result.files[0]));
}

describe('an upload', () => {
	const filename = `${unique('upload')}.png`;

	test('keeps its name, and LoadImage takes it', async () => {
		const { value } = await client.uploadImage({ data: png(20), filename, contentType: 'image/png' });
		expect(value).toBe(filename);
		expect(await loadedWidth(value)).toBe(20);
	});

	test('gets another name when the name is taken', async () => {
		expect((await client.uploadImage({ data: png(21), filename })).name).not.toBe(filename);
	});

	test('replaces the file when that is wanted', async () => {
		const { value } = await client.uploadImage({ data: png(22), filename, overwrite: true });
		expect(value).toBe(filename);
		expect(await loadedWidth(value)).toBe(22);
	});

	test('goes to a subfolder, where the check of a workflow and LoadImage find it', async () => {
		const { value } = await client.uploadImage({ data: png(23), filename, subfolder: 'deep/er' });
		expect(value).toBe(`deep/er/${filename}`);
		expect((await client.checkWorkflow({ '1': load(value), '2': save('1') })).ok).toBe(true);
		expect(await loadedWidth(value)).toBe(23);
	});

	test('goes to temp, and LoadImage takes it from there', async () => {
		const { value } = await client.uploadImage({ data: png(24), filename, type: 'temp' });
		expect(value).toBe(`${filename} [temp]`);
		expect(await loadedWidth(value)).toBe(24);
	});

	test('of bytes that are there already is found by the name that the server gives', async () => {
		const data = png(25);
		const again = `${unique('same')}.png`;
		await client.uploadImage({ data, filename: again });
		expect(await loadedWidth((await client.uploadImage({ data, filename: again })).value)).toBe(25);
	});

	test('that breaks off halfway leaves no file', async () => {
		const broken = `${unique('broken')}.png`;
		const bytes = png(27);
		async function* halfOf() {
			yield bytes.subarray(0, 40);
			yield Buffer.alloc(8 * 1024 * 1024);
			throw new Error('the sender is gone');
		}
		await expect(client.uploadImage({ data: halfOf(), filename: broken })).rejects.toThrow();
		const { status } = await server.fetch(`/view?type=input&filename=${broken}`);
		expect(status).toBe(404);
		expect((await client.uploadImage({ data: bytes, filename: broken })).name).toBe(broken);
		expect(await loadedWidth(broken)).toBe(27);
	});

	test('becomes a mask on a picture that is there', async () => {
		await client.uploadImage({ data: png(26), filename: `${unique('original')}.png` });
		const mask = await client.uploadImage({
			data: png(26, 0),
			filename: `${unique('mask')}.png`,
			maskOf: { filename: `${unique('original')}.png` },
		});
		const { result } = await server.run({
			'1': { class_type: 'LoadImageMask', inputs: { image: mask.value, channel: 'alpha' } },
			'2': { class_type: 'MaskToImage', inputs: { mask: ['1', 0] } },
			'3': save('2', unique('masked')),
		});
		expect(result.files).toHaveLength(1);
	});
});

test('a picture is converted to WebP by the server', async () => {
	const { result } = await server.run(picture());
	const { stream } = await client.openFile(result.files[0], { preview: { format: 'webp' } });
	expect((await collect(stream)).toString('latin1', 8, 12)).toBe('WEBP');
});

test('a file holds the workflow of the editor that made it', async () => {
	const uiWorkflow = editorFileOf2025(unique('embedded'));
	const { prompt } = toApiFormat(uiWorkflow, await client.objectInfo());
	const { result } = await server.run(prompt, { uiWorkflow });
	const found = await readWorkflowFile(await server.download(result.files[0]));
	expect(found.uiWorkflow).toMatchObject({ id: uiWorkflow.id });
});
