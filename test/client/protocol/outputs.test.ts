import { collectOutputs, withoutPreviews, type RawOutputs } from '../../../nodes/client/protocol/outputs';
import { onStage } from '../support/Stage';

const image = (filename: string, more: object = {}) => ({ filename, subfolder: '', type: 'output', ...more });
const files = (outputs: object) => collectOutputs(outputs as RawOutputs).files;

describe('files are found', () => {
	test.each<[string, object, string[]]>([
		['under images', { images: [image('a.png'), image('b.png')] }, ['a.png', 'b.png']],
		['under keys that nobody has heard of', { result_files: [image('a.xyz')] }, ['a.xyz']],
		['in lists of lists', { a: [[[image('a.png')]], [image('b.png')]] }, ['a.png', 'b.png']],
		['alone, without a list', { audio: image('a.flac') }, ['a.flac']],
		[
			'as paths of 3D models',
			{ result: ['mesh/a.glb', null, 'b.obj [temp]', 'just text'] },
			['a.glb', 'b.obj'],
		],
		['once, although two keys name them', { images: [image('a.png')], preview: [image('a.png')] }, ['a.png']],
		['not among flags', { images: [image('a.webp')], animated: [true] }, ['a.webp']],
		[
			'not among other things',
			{ a: [null, 5, 'x', {}, { filename: 5 }, { filename: '' }], b: null, c: 'd' },
			[],
		],
	])('%s', (_where, output, names) => {
		expect(files({ '1': output }).map(({ filename }) => filename)).toEqual(names);
	});

	test('equal names in other folders or of other types are other files', () => {
		const list = [image('a.png'), image('a.png', { subfolder: 'x' }), image('a.png', { type: 'temp' })];
		expect(files({ '1': { images: list } })).toHaveLength(3);
	});

	test('what is left out counts as the root of output', () => {
		expect(files({ '1': { images: [{ filename: 'a.png' }] } })[0]).toMatchObject({
			subfolder: '',
			type: 'output',
		});
	});

	test('a path of a model says folder and type', () => {
		expect(files({ '1': { result: ['x\\y/a.glb [temp]'] } })[0]).toMatchObject({
			subfolder: 'x/y',
			filename: 'a.glb',
			type: 'temp',
			kind: '3d',
		});
	});

	test('further facts are kept, paths of the disk are not', () => {
		const gif = image('a.mp4', {
			format: 'video/h264-mp4',
			frame_rate: 8,
			fullpath: '/home/x/a.mp4',
			id: null,
		});
		expect(files({ '1': { gifs: [gif] } })[0].info).toEqual({ format: 'video/h264-mp4', frame_rate: 8 });
	});

	test('dotted ids are shown as the node of the workflow', () => {
		const workflow = { '2': { class_type: 'Loop', inputs: {}, _meta: { title: 'My loop' } } };
		const found = collectOutputs({ '2.0.1': { images: [image('a.png')], text: ['t'] } }, workflow, () => '2');
		expect(found.files[0]).toMatchObject({ nodeId: '2', nodeTitle: 'My loop', nodeType: 'Loop' });
		expect(found.texts[0]).toMatchObject({ nodeId: '2', nodeTitle: 'My loop' });
	});

	test.each([{}, { '1': null }, { '1': [] }, { '1': 'x' }])('%j has none', (outputs) =>
		expect(files(outputs)).toEqual([]),
	);
});

test.each(['text', 'string', 'tags', 'caption', 'prompt', 'TEXT'])('texts are found under %s', (key) => {
	expect(
		collectOutputs({ '1': { [key]: ['a', 5, ['b']], other: ['c'] } }).texts.map(({ text }) => text),
	).toEqual(['a', 'b']);
});

test('previews stay when there is nothing else', () => {
	const [saved, preview] = files({ '1': { images: [image('a.png'), image('b.png', { type: 'temp' })] } });
	expect([withoutPreviews([saved, preview]), withoutPreviews([preview]), withoutPreviews([])]).toEqual([
		[saved],
		[preview],
		[],
	]);
});

test('the bytes of a file that came over the socket are no part of its JSON', () =>
	onStage(async ({ client }) => {
		const data = new Uint8Array([1, 2, 3]);
		const { stream, size } = await client.openFile({ filename: 'a.png', subfolder: '', type: 'frame', data });
		const chunks = [];
		for await (const chunk of stream) chunks.push(...chunk);
		expect([chunks, size]).toEqual([[1, 2, 3], 3]);
	}));
