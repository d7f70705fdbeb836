import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import type { LittleComfyUi } from '../../server';
import { FileNodes, itemWith } from '../support/fileNodes';
import { WebServer } from '../support/WebServer';

const photo = encodePng(flatPicture(8, 8, 0x336699));
const item = itemWith(photo, 'my photo.png');

const uploadsTo = ({ requests }: LittleComfyUi) => requests.filter(({ path }) => path.includes('/upload/'));

describe('Upload Image', () => {
	let files: FileNodes;
	let web: WebServer;
	beforeAll(async () => {
		files = await FileNodes.start();
		web = await WebServer.start();
	});
	afterAll(async () => {
		await files.stop();
		await web.stop();
	});

	test('takes a file from an address', async () => {
		const address = web.put('/cat.png', photo, 'image/png');
		const ran = await files.upload({ source: 'address', address });
		expect(ran.error).toBeUndefined();
		const [{ json }] = ran.items('Node');
		expect(json).toMatchObject({ fileName: 'cat.png', mimeType: 'image/png', size: photo.length });
		expect(files.server.files.read('input', String(json.name))).toEqual(photo);
	});

	test('copies a file on the server, by default the one of the item, to another folder', async () => {
		const file = files.put('x/made.png', photo, 'output');
		const ran = await files.upload({ source: 'server' }, [{ json: file }]);
		expect(ran.error).toBeUndefined();
		const [{ json }] = ran.items('Node');
		expect(json).toMatchObject({ type: 'input', fileName: 'made.png' });
		expect(files.server.files.read('input', String(json.name))).toEqual(photo);
	});

	test.each([
		[{ source: 'address', address: 'ftp://example.com/a.png' }, /is not an address of a file/],
		[{ source: 'server', serverFile: 'gone.png' }, /no longer has the file "gone\.png"/],
		[{ source: 'server', serverFile: '={{ 5 }}' }, /is not a reference to a file/],
		[{ binaryPropertyName: 'photo' }, /^Item 0 has no binary field "photo"\. Its binary field is "data"\.$/],
	])('with %j says what is wrong, and uploads nothing', async (parameters, message) => {
		const before = uploadsTo(files.server).length;
		const { error } = await files.upload(parameters, [item]);
		expect(error?.message).toMatch(message);
		expect(uploadsTo(files.server)).toHaveLength(before);
	});
});
