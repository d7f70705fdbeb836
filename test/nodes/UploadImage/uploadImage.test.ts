import { decodePng } from '../../server/pictures/decodePng';
import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { LittleComfyUi } from '../../server';
import { FileNodes, itemWith } from '../support/fileNodes';

const png = encodePng(flatPicture(16, 16, 0xff8800));
const large = Buffer.alloc(3_000_000, 'ComfyUI ');

describe.each(['filesystem', 'default'] as const)('with binary mode %s', (binaryMode) => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start(binaryMode);
	});
	afterAll(async () => await nodes.stop());

	test('a file reaches the server byte for byte, with its length in the header', async () => {
		const run = await nodes.upload({ fileName: 'clip.mp4' }, [itemWith(large, 'x.mp4', 'video/mp4')]);
		expect(run.error).toBeUndefined();
		expect(nodes.server.files.read('input', 'clip.mp4')?.equals(large)).toBe(true);
		const request = nodes.server.requests.find(({ path }) => path.endsWith('/upload/image'));
		expect(Number(request?.headers['content-length'])).toBeGreaterThan(large.length);
		expect(request?.bodyText).toContain('Content-Type: video/mp4');
	});
});

describe('an upload', () => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start();
	});
	afterAll(async () => await nodes.stop());
	afterEach(() => {
		nodes.server.faults.clear();
		nodes.server.requests.splice(0);
	});
	const inputs = (path: string) => nodes.server.files.read('input', path);
	const uploads = () => nodes.server.requests.filter(({ path }) => path.includes('/upload/'));

	test('says where the server put the file, and what Load Image takes', async () => {
		const run = await nodes.upload({ fileName: 'a.png' }, [itemWith(png, 'own name.png')]);
		expect(run.items('Node')).toEqual([
			{
				json: {
					name: 'a.png',
					subfolder: '',
					type: 'input',
					value: 'a.png',
					field: 'data',
					fileName: 'own name.png',
					mimeType: 'image/png',
					size: png.length,
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	test('gets a name made of its content when none is given', async () => {
		const run = await nodes.upload({}, [
			itemWith(png, 'Foto Müller.png'),
			itemWith(png, 'other.png'),
			itemWith(large, 'Foto Müller.png'),
		]);
		const [one, two, other] = run.items('Node').map(({ json }) => String(json.name));
		expect(one).toMatch(/^n8n-[\da-f]{32}\.png$/);
		expect(two).toBe(one);
		expect(other).not.toBe(one);
		expect(inputs(one)).toEqual(png);
		expect(inputs(other)?.equals(large)).toBe(true);
	});

	test('of the same bytes for the second time stores nothing', async () => {
		const bytes = Buffer.from('the same bytes');
		await nodes.upload({}, [itemWith(bytes)]);
		const before = nodes.server.files.list('input');
		const run = await nodes.upload({}, [itemWith(bytes)]);
		expect(before).toContain(run.items('Node')[0].json.name);
		expect(nodes.server.files.list('input')).toEqual(before);
	});

	test.each([
		['of other bytes', Buffer.from('not the file')],
		['of as many bytes', Buffer.alloc(png.length, 7)],
	])('never replaces or uses a file %s that has this name already', async (_, foreign) => {
		const [{ json }] = (await nodes.upload({}, [itemWith(png)])).items('Node');
		nodes.put(String(json.name), foreign, 'input');
		const options = { overwrite: true }; // is about the name that a person gives
		const run = await nodes.upload({ options }, [itemWith(png)]);
		const { name } = run.items('Node')[0].json;
		expect(inputs(String(json.name))).toEqual(foreign);
		expect(name).not.toBe(json.name);
		expect(inputs(String(name))).toEqual(png);
		nodes.put(String(json.name), png, 'input');
	});

	test.each([
		[undefined, 'image/jpeg', /^n8n-[\da-f]{32}\.jpg$/],
		['../../etc/passwd', 'text/plain', /^n8n-[\da-f]{32}\.txt$/],
		['a..b.PNG', 'image/png', /^n8n-[\da-f]{32}\.png$/],
		[`${'長'.repeat(150)}.webp`, 'image/png', /^n8n-[\da-f]{32}\.webp$/],
	])('of a file called %s keeps the extension', async (fileName, mimeType, name) => {
		const run = await nodes.upload({}, [itemWith(png, fileName, mimeType)]);
		expect(run.items('Node')[0].json.name).toMatch(name);
	});

	test('goes by the name that the server chose when there is another file of that name', async () => {
		nodes.put('taken.png', Buffer.from('other'), 'input');
		const run = await nodes.upload({ fileName: 'taken.png' }, [itemWith(png)]);
		expect(run.items('Node')[0].json).toMatchObject({ name: 'taken (1).png', value: 'taken (1).png' });
		expect(inputs('taken.png')).toEqual(Buffer.from('other'));
	});

	test('replaces the file of that name when that is wanted', async () => {
		nodes.put('old.png', Buffer.from('other'), 'input');
		const run = await nodes.upload({ fileName: 'old.png', options: { overwrite: true } }, [itemWith(png)]);
		expect(run.items('Node')[0].json.name).toBe('old.png');
		expect(inputs('old.png')).toEqual(png);
	});

	test('into a subfolder and another folder gives a value that Load Image understands', async () => {
		const parameters = { fileName: 'a.png', subfolder: 'x/y/', type: 'temp' };
		const run = await nodes.upload(parameters, [itemWith(png)]);
		expect(run.items('Node')[0].json).toMatchObject({ subfolder: 'x/y', value: 'x/y/a.png [temp]' });
		expect(nodes.server.files.read('temp', 'x/y/a.png')).toEqual(png);
	});

	test('takes each of several fields, or all', async () => {
		const binary = {
			first: { data: png, fileName: '1.png' },
			second: { data: large, fileName: '2.bin' },
			third: { data: png, fileName: '3.png' },
		};
		const two = await nodes.upload({ binaryPropertyName: 'first, second' }, [{ json: {}, binary }]);
		expect(two.items('Node').map(({ json }) => json.field)).toEqual(['first', 'second']);
		const all = await nodes.upload({ binaryPropertyName: '*' }, [{ json: {}, binary }]);
		expect(all.items('Node').map(({ json }) => json.fileName)).toEqual(['1.png', '2.bin', '3.png']);
	});

	test('takes a binary object that an expression gives', async () => {
		const parameters = { binaryPropertyName: '={{ $binary.photo }}', fileName: 'by-object.png' };
		const run = await nodes.upload(parameters, [{ json: {}, binary: { photo: { data: png } } }]);
		expect(run.error).toBeUndefined();
		expect(inputs('by-object.png')).toEqual(png);
	});

	test('takes no object that is a file of another item', async () => {
		const binary = { photo: { data: Buffer.from('other').toString('base64'), mimeType: 'image/png' } };
		const parameters = { binaryPropertyName: '={{ $json.photo }}', fileName: 'foreign.png' };
		const item = { json: { photo: binary.photo }, binary: { photo: { data: png } } };
		const { error } = await nodes.upload(parameters, [item]);
		expect(error?.message).toBe('The value for "Input Binary Field" is a file that item 0 does not have.');
		expect(uploads()).toEqual([]);
	});

	test('of several files under one name is refused before anything is sent', async () => {
		const binary = { a: { data: png }, b: { data: large } };
		const parameters = { binaryPropertyName: '*', fileName: 'x.png' };
		const { error } = await nodes.upload(parameters, [{ json: {}, binary }]);
		expect(error?.message).toContain(
			'has 2 files to upload, but "File Name" gives them all the name "x.png"',
		);
		expect(uploads()).toEqual([]);
	});

	test('evaluates its parameters for each item and links what comes out', async () => {
		const items = ['one', 'two'].map((name) => ({ ...itemWith(png), json: { name, customer: 7 } }));
		const parameters = { fileName: '={{ $json.name }}.png', options: { includeInput: true } };
		const run = await nodes.upload(parameters, items);
		expect(run.items('Node')).toMatchObject([
			{ json: { name: 'one.png', customer: 7 }, pairedItem: { item: 0 } },
			{ json: { name: 'two.png', customer: 7 }, pairedItem: { item: 1 } },
		]);
	});

	test.each([
		[{}, [{ json: {} }], /^Item 0 has no binary field "data"\. It has no binary fields\.$/],
		[
			{ binaryPropertyName: 'photo' },
			[itemWith(png)],
			/^Item 0 has no binary field "photo"\. Its binary field is "data"\.$/,
		],
		[{ binaryPropertyName: '*' }, [{ json: {} }], /^The item has no binary data to upload\.$/],
		[{ binaryPropertyName: ' , ' }, [itemWith(png)], /^"Input Binary Field" is empty\.$/],
		[{ fileName: 'a/b.png' }, [itemWith(png)], /^The file name contains a slash/],
		[{ subfolder: '../x' }, [itemWith(png)], /^The subfolder has to be a relative path/],
		[{ type: '={{ "models" }}' }, [itemWith(png)], /^ComfyUI has no folder type "models"\.$/],
	])(
		'with %j that cannot be done is an error that says so, and nothing is sent',
		async (parameters, input, message) => {
			const { error } = await nodes.upload(parameters, input);
			expect(error?.message).toMatch(message);
			expect(uploads()).toEqual([]);
		},
	);

	test('that the server refuses as too large is an error that says what to raise', async () => {
		nodes.server.faults.respond({ path: /upload/ }, { status: 413, body: '<html>Too large</html>' });
		const { error } = await nodes.upload({}, [itemWith(png)]);
		expect(error?.message).toBe('The server refused the request because it is too large (413)');
		expect(error?.description).toContain('client_max_body_size');
	});

	test('that the server breaks off, as some do with large files, is an error that says so too', async () => {
		nodes.server.faults.resetConnection({ path: /upload/ });
		const { error } = await nodes.upload({}, [itemWith(large)]);
		expect(error?.message).toContain('closed the connection before the answer was complete');
		expect(error?.description).toContain('client_max_body_size');
	});

	test('that is larger than the server says it takes is not even sent', async () => {
		const small = await LittleComfyUi.start({ maxUploadBytes: 1024 * 1024 });
		const run = await nodes.run('comfyUiUploadImage', {}, [itemWith(large)], {}, small.url);
		await small.stop();
		expect(run.error?.message).toBe('The file has 2.9 MB, the server accepts at most 1.0 MB.');
		expect(run.error?.description).toContain('--max-upload-size');
		expect(small.requests.filter(({ path }) => path.includes('/upload/'))).toEqual([]);
	});

	test('that did not work keeps its item and says why when the node continues on fail', async () => {
		const items = [{ json: { customer: 7 } }, itemWith(png)];
		const run = await nodes.upload({ fileName: 'fine.png' }, items, { onError: 'continueRegularOutput' });
		expect(run.items('Node')).toMatchObject([
			{
				json: { customer: 7, error: expect.stringContaining('no binary field "data"') },
				pairedItem: { item: 0 },
			},
			{ json: { name: 'fine.png' }, pairedItem: { item: 1 } },
		]);
	});
});

describe('a mask', () => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start();
		nodes.put('sub/photo.png', encodePng(flatPicture(4, 4, 0x123456)), 'output');
	});
	afterAll(async () => await nodes.stop());
	const mask = encodePng({ ...flatPicture(4, 4, 0), alpha: new Uint8Array(16).fill(77) });

	test.each([
		['its value', { originalName: 'sub/photo.png [output]' }],
		[
			'name, subfolder and type',
			{ originalName: 'photo.png', originalSubfolder: 'sub', originalType: 'output' },
		],
	])('is put on a copy of the original given by %s', async (_, original) => {
		const run = await nodes.upload({ asMask: true, fileName: 'masked.png', ...original }, [itemWith(mask)]);
		expect(run.error).toBeUndefined();
		const { name, value, maskOf } = run.items('Node')[0].json;
		expect(value).toBe(name);
		expect(maskOf).toEqual({ filename: 'photo.png', subfolder: 'sub', type: 'output' });
		const stored = decodePng(nodes.server.files.read('input', String(name)) ?? Buffer.alloc(0));
		expect(stored?.alpha?.[5]).toBe(77);
		expect([...(stored?.rgb.subarray(0, 3) ?? [])]).toEqual([0x12, 0x34, 0x56]);
	});

	test('goes by default on the picture that was uploaded before', async () => {
		nodes.put('before.png', encodePng(flatPicture(4, 4, 0xff)), 'input');
		const items = [{ ...itemWith(mask), json: { value: 'before.png' } }];
		const run = await nodes.upload({ asMask: true }, items);
		expect(run.items('Node')[0].json.maskOf).toEqual({
			filename: 'before.png',
			subfolder: '',
			type: 'input',
		});
	});

	test('for a picture that the server does not have is an error, where the server itself would say yes', async () => {
		const { error } = await nodes.upload({ asMask: true, originalName: 'gone.png' }, [itemWith(mask)]);
		expect(error?.message).toBe(
			'The server has no image "gone.png" in its input folder, so the mask cannot be added to it.',
		);
	});

	test('without an original is an error', async () => {
		const { error } = await nodes.upload({ asMask: true, originalName: "={{ '' }}" }, [itemWith(mask)]);
		expect(error?.message).toBe('"Original File Name" is empty.');
	});
});
