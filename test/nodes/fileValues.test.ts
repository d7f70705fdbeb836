import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import type { LittleComfyUi } from '../server';
import { itemWith } from './support/fileNodes';
import { JobNodes, queue } from './support/JobNodes';
import { save } from './support/jobWorkflows';
import { sentJobs } from './support/sent';
import { WebServer } from './support/WebServer';

const photo = encodePng(flatPicture(8, 8, 0x336699));
const item = itemWith(photo, 'my photo.png');

const invert = {
	'1': { class_type: 'LoadImage', inputs: { image: 'none.png' }, _meta: { title: 'Photo' } },
	'2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
	'3': save('2'),
};

const uploadsTo = ({ requests }: LittleComfyUi) => requests.filter(({ path }) => path.includes('/upload/'));

let nodes: JobNodes;
let web: WebServer;
beforeAll(async () => {
	nodes = await JobNodes.start();
	web = await WebServer.start();
});
afterAll(async () => {
	await nodes.stop();
	await web.stop();
});
afterEach(async () => await nodes.stopServers());

async function run(value: unknown, options: object = {}, json: object = {}) {
	const server = await nodes.server();
	const parameters = { inputs: { values: [{ node: 'Photo.image', value }] }, options };
	const ran = await nodes.run(server, [queue(invert, parameters as never)], {
		input: [{ ...item, json: json as never }],
	});
	return { server, error: ran.error, image: sentJobs(server)[0]?.prompt['1'].inputs.image as string };
}

describe('an image input of a job', () => {
	test.each<[string, () => unknown]>([
		['a binary field', () => 'data'],
		['a binary object', () => '={{ $binary.data }}'],
		['an address', () => web.put('/a%20photo.png', photo, 'image/png')],
		['an address without a type and an extension', () => web.put('/photo', photo)],
		['a data URI', () => `data:image/png;base64,${photo.toString('base64')}`],
		['Base64', () => photo.toString('base64')],
		['Base64 from an expression', () => '={{ $json.picture }}'],
	])('takes %s', async (_, value) => {
		const { server, error, image } = await run(value(), {}, { picture: photo.toString('base64') });
		expect(error).toBeUndefined();
		expect(image).toMatch(/^n8n-[\da-f]{32}\.png$/);
		expect(server.files.read('input', image)).toEqual(photo);
	});

	test.each<[string, unknown, object, string]>([
		['the name of a file', 'there.png', {}, 'there.png'],
		[
			'an object that Upload Image returned',
			'={{ $json }}',
			{ name: 'there.png', value: 'there.png' },
			'there.png',
		],
		[
			'an object that Wait For Completion listed',
			'={{ $json }}',
			{ filename: 'made.png', subfolder: 'x', type: 'output' },
			'x/made.png [output]',
		],
	])('takes a file on the server, by %s, without uploading it', async (_, value, json, expected) => {
		const server = await nodes.server();
		server.files.put('input', 'there.png', photo);
		server.files.put('output', 'x/made.png', photo);
		const parameters = { inputs: { values: [{ node: 'Photo.image', value }] } };
		const ran = await nodes.run(server, [queue(invert, parameters as never)], {
			input: [{ ...item, json: json as never }],
		});
		expect(ran.error).toBeUndefined();
		expect(sentJobs(server)[0].prompt['1'].inputs.image).toBe(expected);
		expect(uploadsTo(server)).toEqual([]);
	});

	test('takes no file that only JSON names, because the ID could be that of another execution', async () => {
		const server = await nodes.server();
		const first = await nodes.engine.run({ nodes: [{ name: 'First', type: 'test.noOp' }], input: [item] });
		const foreign = first.items('First')[0].binary?.data;
		expect(foreign?.id).toBeDefined();
		const { id, mimeType } = foreign ?? {};
		const parameters = { inputs: { values: [{ node: 'Photo.image', value: '={{ $json.file }}' }] } };
		const ran = await nodes.run(server, [queue(invert, parameters)], {
			input: [{ ...item, json: { file: { id, mimeType } } }],
		});
		expect(ran.error?.message).toBe('The value for "Photo.image" is a file that item 0 does not have.');
		expect(uploadsTo(server)).toEqual([]);
		expect(sentJobs(server)).toEqual([]);
	});

	test('that names neither a binary field nor a file is an error that names the fields of the item', async () => {
		const { server, error } = await run('foto');
		expect(error?.message).toMatch(/"Photo".*"foto", which is not on the server/);
		expect(error?.description).toContain('Its binary field is "data".');
		expect(uploadsTo(server)).toEqual([]);
		expect(sentJobs(server)).toEqual([]);
	});

	test('is downloaded once and uploaded once for two inputs with the same address', async () => {
		const server = await nodes.server();
		const address = web.put('/twice.png', photo);
		const two = { ...invert, '4': { ...invert['1'], _meta: { title: 'Same' } }, '5': save('4') };
		const values = ['Photo.image', 'Same.image'].map((node) => ({ node, value: address }));
		const before = web.requests.length;
		const ran = await nodes.run(server, [queue(two, { inputs: { values } })], { input: [item] });
		expect(ran.error).toBeUndefined();
		expect(web.requests.length - before).toBe(1);
		expect(uploadsTo(server)).toHaveLength(1);
	});

	test('that several items share is sent once', async () => {
		const server = await nodes.server();
		const parameters = { inputs: { values: [{ node: 'Photo.image', value: 'data' }] } };
		const ran = await nodes.run(server, [queue(invert, parameters)], { input: [item, item, item] });
		expect(ran.error).toBeUndefined();
		expect(sentJobs(server)).toHaveLength(3);
		expect(uploadsTo(server)).toHaveLength(1);
	});
});

test('JSON that looks like a file stays what it is in an input that takes no files', async () => {
	const server = await nodes.server();
	const note = { '1': { class_type: 'TText', inputs: { text: 'x' } } };
	const parameters = {
		inputs: { values: [{ node: '1', input: 'text', type: 'json', value: '={{ $json }}' }] },
	};
	const json = { id: 'x', mimeType: 'image/png' };
	await nodes.run(server, [queue(note, { ...parameters, options: { checkWorkflow: false } })], {
		input: [{ json }],
	});
	expect(uploadsTo(server)).toEqual([]);
});

describe('a download from an address', () => {
	test('is requested without the credential of the server', async () => {
		const server = await nodes.server({ auth: { kind: 'bearer', token: 'secret-token' } });
		const address = web.put('/plain.png', photo);
		const parameters = { inputs: { values: [{ node: 'Photo.image', value: address }] } };
		const credential = { authentication: 'bearer', token: 'secret-token' };
		const ran = await nodes.run(server, [queue(invert, parameters)], { credential });
		expect(ran.error).toBeUndefined();
		const request = web.requests.at(-1);
		expect(request?.url).toBe('/plain.png');
		expect(JSON.stringify(request?.headers)).not.toMatch(/authorization|secret-token/i);
	});

	test('follows redirects', async () => {
		const real = web.put('/real.png', photo);
		const { error, image } = await run(
			web.on('/moved', (_, response) => void response.writeHead(302, { location: real }).end()),
		);
		expect(error).toBeUndefined();
		expect(image).toMatch(/\.png$/);
	});

	test.each<[string, () => string, RegExp]>([
		['that does not exist', () => `${web.url}/gone.png?key=s3cret`, /\/gone\.png answered with status 404/],
		[
			'of a web page',
			() => `${web.put('/page', Buffer.from('<html>'), 'text/html; charset=utf-8')}?key=s3cret`,
			/\/page.* returns a web page instead of a file/,
		],
		['of nothing', () => web.put('/empty.png', Buffer.alloc(0)), /\/empty\.png returns an empty answer/],
		[
			'that nothing serves',
			() => 'http://127.0.0.1:9/x.png?key=s3cret',
			/could not be downloaded.*127\.0\.0\.1:9/,
		],
		['that is invalid', () => 'http://[x/y.png', /is not an address of a file/],
		[
			'that ends too early',
			() =>
				web.on('/cut.png', (_, response) => {
					response.writeHead(200, { 'content-length': 1000 });
					response.write('x', () => response.destroy());
				}),
			/could not be downloaded.*closed the connection/,
		],
	])('%s is an error that says so, and nothing is queued', async (_, address, message) => {
		const { server, error } = await run(address());
		expect(error?.message).toMatch(message);
		expect(`${error?.message} ${error?.description}`).not.toContain('s3cret');
		expect(error?.description).toBeTruthy();
		expect(sentJobs(server)).toEqual([]);
		expect(uploadsTo(server)).toEqual([]);
	});

	const large = Buffer.alloc(1_100_000, 1);
	test.each<[string, () => string]>([
		['says that it is larger', () => web.put('/large.png', large)],
		[
			'turns out to be larger',
			() => web.on('/endless.png', (_, response) => void response.writeHead(200).end(large)),
		],
	])('that %s than the limit is an error that names the option', async (_, address) => {
		const { server, error } = await run(address(), { maxDownload: 1 });
		expect(error?.message).toMatch(/^The file at http:.* has more than 1 MB\.$/);
		expect(error?.description).toContain('"Max Download Size (MB)"');
		expect(uploadsTo(server)).toEqual([]);
	});

	test('gets the extension that belongs to its bytes', async () => {
		const { image } = await run(web.put('/photo.php', photo, 'application/octet-stream'));
		expect(image).toMatch(/\.png$/);
	});

	test('of a larger file reaches the server byte for byte', async () => {
		const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
		const { server, error, image } = await run(web.put('/noise.bin', noise), { checkWorkflow: false });
		expect(error).toBeUndefined();
		expect(server.files.read('input', image)?.equals(noise)).toBe(true);
	});
});
