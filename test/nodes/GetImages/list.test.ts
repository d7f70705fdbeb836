import { FileNodes } from '../support/fileNodes';

let nodes: FileNodes;
beforeAll(async () => {
	nodes = await FileNodes.start();
});
afterAll(async () => await nodes.stop());

const a = () => nodes.put('a.png', Buffer.from('A'));
const b = () => nodes.put('sub/b.mp4', Buffer.from('B'), 'temp');

test('a list comes by default from the files of the item, and previews in it are taken too', async () => {
	const run = await nodes.get({ source: 'files' }, [{ json: { files: [a(), { ...b(), nodeId: '7' }] } }]);
	expect(run.items('Node').map(({ json }) => json)).toMatchObject([
		{ fileName: 'a.png', comfyUiFile: 'a.png [output]', kind: 'image', index: 0 },
		{ fileName: 'b.mp4', comfyUiFile: 'sub/b.mp4 [temp]', kind: 'video', index: 1, nodeId: '7' },
	]);
	expect(await run.binary(run.items('Node')[1], 'data')).toEqual(Buffer.from('B'));
});

test.each([
	['JSON text of a list', () => JSON.stringify([a(), b()]), ['a.png', 'b.mp4']],
	['JSON text of one file', () => JSON.stringify(a()), ['a.png']],
	['names, one per line', () => (a(), b(), 'a.png\nsub/b.mp4 [temp]\n'), ['a.png', 'b.mp4']],
])('a list can be %s', async (_, files, names) => {
	const run = await nodes.get({ source: 'files', files: files() });
	expect(run.items('Node').map(({ json }) => json.fileName)).toEqual(names);
});

test.each([
	['one object', (file: object) => file, '={{ $json.given }}'],
	[
		'an item of Wait For Completion',
		(file: object) => ({ promptId: 'x', files: [file] }),
		'={{ $json.given }}',
	],
	['lists in a list', (file: object) => [[file]], '={{ $json.given }}'],
	[
		'what Upload Image returned',
		() => ({ name: 'a.png', subfolder: '', type: 'output' }),
		'={{ $json.given }}',
	],
])('a list can be %s', async (_, given, files) => {
	const run = await nodes.get({ source: 'files', files }, [{ json: { given: given(a()) as never } }]);
	expect(run.items('Node').map(({ json }) => json.fileName)).toEqual(['a.png']);
});

test.each([
	['nothing', '={{ $json.nothing }}', 'The expression for "Files" gives no value for item 0.'],
	['an empty text', '={{ "" }}', '"Files" is empty.'],
	['broken JSON', '[{"filename": ', '"Files" begins like JSON, but is not valid JSON.'],
	['an empty list', '={{ [] }}', 'The list of files is empty.'],
	['numbers', '={{ [7] }}', '7 is not a reference to a file.'],
	['objects without a name', '={{ [{ "a": 1 }] }}', '{"a":1} is not a reference to a file.'],
	[
		'an unknown type',
		'={{ [{ "filename": "a", "type": "secret" }] }}',
		'The file "a" has the type "secret".',
	],
	['a way out of the folder', '../a.png', /names must not contain ".."/],
])('a list that is %s is an error that says so, and nothing is asked for', async (_, files, message) => {
	const before = nodes.server.requests.length;
	const { error } = await nodes.get({ source: 'files', files });
	expect(error?.message).toMatch(message);
	expect(error?.description ?? 'none').not.toMatch(/\bundefined\b|\[object/);
	expect(nodes.server.requests.length).toBe(before);
});

test('a picture of the WebSocket is taken out of the item that Wait For Completion made', async () => {
	const frame = { filename: 'f_00001.png', subfolder: '', type: 'frame', binaryProperty: 'frame_1' };
	const input = {
		json: { files: [frame] },
		binary: { frame_1: { data: Buffer.from('PNG'), fileName: 'f_00001.png', mimeType: 'image/png' } },
	};
	const run = await nodes.get({ source: 'files' }, [input]);
	const [item] = run.items('Node');
	expect(item.json).toMatchObject({ fileName: 'f_00001.png', size: 3 });
	expect(item.json).not.toHaveProperty('url');
	expect(await run.binary(item, 'data')).toEqual(Buffer.from('PNG'));

	const { error } = await nodes.get({ source: 'files' }, [{ json: { files: [frame] } }]);
	expect(error?.message).toBe(
		'The image "f_00001.png" came over the WebSocket and is not stored on the server.',
	);
});

test('a name that the server gave with a path in it does not become a folder in n8n', async () => {
	nodes.put('x/y/c.png', Buffer.from('C'));
	const run = await nodes.get({ source: 'files', files: 'x/y/c.png' });
	const [item] = run.items('Node');
	expect(item.binary?.data).toMatchObject({ fileName: 'c.png' });
	expect(item.binary?.data).not.toHaveProperty('directory');
});
