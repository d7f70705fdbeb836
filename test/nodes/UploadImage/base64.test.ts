import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { FileNodes } from '../support/fileNodes';

const png = encodePng(flatPicture(16, 16, 0xff8800));
const base64 = png.toString('base64');

let nodes: FileNodes;
beforeAll(async () => {
	nodes = await FileNodes.start();
});
afterAll(async () => await nodes.stop());
const upload = async (text: string, more: object = {}) =>
	await nodes.upload({ source: 'base64', base64: text, ...more });

test.each([
	['plain Base64', base64],
	['Base64 in lines', base64.replace(/.{60}/g, '$&\r\n')],
	['URL-safe Base64 without padding', png.toString('base64url')],
	['a data URI', `data:image/png;base64,${base64}`],
	['a data URI with parameters', `data:image/png;name=a.png;base64,${base64}`],
])('%s is decoded, its type found and its name made', async (_, text) => {
	const run = await upload(text);
	expect(run.error).toBeUndefined();
	const [{ json }] = run.items('Node');
	expect(json).toMatchObject({ mimeType: 'image/png', size: png.length });
	expect(json.name).toMatch(/^n8n-[\da-f]{32}\.png$/);
	expect(nodes.server.files.read('input', String(json.name))).toEqual(png);
});

test('a data URI that is not Base64 but text is decoded as text', async () => {
	await upload('data:image/svg+xml,%3Csvg%2F%3E', { fileName: 'drawing.svg' });
	expect(nodes.server.files.read('input', 'drawing.svg')?.toString()).toBe('<svg/>');
});

test.each([
	['ffd8ffe000104a46', 'image/jpeg', '.jpg'],
	['474946383961', 'image/gif', '.gif'],
	['52494646000000005745425056503820', 'image/webp', '.webp'],
	['52494646000000005741564566', 'audio/wav', '.wav'],
	['000000186674797069736f6d', 'video/mp4', '.mp4'],
	['1a45dfa301', 'video/webm', '.webm'],
	['664c614300', 'audio/flac', '.flac'],
	['676c544602', 'model/gltf-binary', '.glb'],
	['0102030405', 'application/octet-stream', ''],
])('the first bytes %s are taken for %s', async (hex, mimeType, extension) => {
	const [{ json }] = (await upload(Buffer.from(hex, 'hex').toString('base64'))).items('Node');
	expect(json.mimeType).toBe(mimeType);
	expect(json.name).toMatch(new RegExp(`^n8n-[\\da-f]{32}${extension.replace('.', '\\.')}$`));
});

test.each([
	['nothing', "={{ '' }}", '"Base64 Text" contains no Base64 text.'],
	['a data URI without data', 'data:image/png;base64,', '"Base64 Text" contains no Base64 text.'],
	['a URL', 'https://example.com/a.png', '"Base64 Text" contains an address instead of a file.'],
	['an object', '={{ ({ a: 1 }) }}', '"Base64 Text" is not Base64: {"a":1}'],
	['a sentence', 'Hello, world!', '"Base64 Text" is not Base64: "Hello, world!"'],
	['cut by one digit', 'AAAAA', '"Base64 Text" is not Base64: "AAAAA"'],
	['padded in the middle', 'AAAA=AAA', '"Base64 Text" is not Base64: "AAAA=AAA"'],
	[
		'a data URI without a comma',
		'data:image/png;base64',
		'"Base64 Text" is not Base64: "data:image/png;base64"',
	],
])('a text that is %s is an error that says so, and nothing is sent', async (_, text, message) => {
	const before = nodes.server.requests.length;
	const { error } = await upload(text);
	expect(error?.message).toBe(message);
	expect(error?.description).toBeTruthy();
	expect(nodes.server.requests.length).toBe(before);
});

test('a long text that is no Base64 is not repeated whole in the message', async () => {
	const { error } = await upload(`!${'x'.repeat(10_000)}`);
	expect(error?.message.length).toBeLessThan(120);
});
