import { deflateSync } from 'node:zlib';
import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { inPortions, Watched } from './support/feeds';
import { box, brand, keyed, VERSION } from './support/iso';
import { mp3 } from './support/id3';
import { element, head, IDS } from './support/matroska';
import { big32, big64, latin1, little32 } from './support/numbers';
import { riff } from './support/pictures';
import { chunk, packed, plain, pngOf, SIGNATURE } from './support/png';
import { both, foundBoth, promptText } from './support/texts';

const MEGABYTE = 1024 ** 2;
const TOO_LONG = 'The workflow in this file is longer than 64 MB.';

test.each<[string, Buffer]>([
	[
		'a text of PNG',
		Buffer.concat([SIGNATURE, Buffer.from('7fffffff', 'hex'), latin1('tEXtprompt\0'), Buffer.alloc(99)]),
	],
	['EXIF of WebP', Buffer.concat([latin1('RIFF\0\0\0\0WEBPEXIF'), little32(0xffff_ffff)])],
	['a value of MP4', Buffer.concat([brand('isom'), hugeValue()])],
	[
		'a tag of Matroska',
		Buffer.concat([head, element(0x45a3, latin1('PROMPT')), Buffer.from('448708ffffffff', 'hex')]),
	],
	[
		'the JSON of GLB',
		Buffer.concat([latin1('glTF'), little32(2), little32(0), little32(0xffff_fff0), latin1('JSON')]),
	],
	['the header of safetensors', Buffer.concat([little32(0xffff_fff0), big32(0), latin1('{'.repeat(50))])],
])('a length that nothing real has is refused before anything is read: %s', async (_what, file) => {
	await expect(readWorkflowFile(file)).rejects.toMatchObject({ code: 'invalid-workflow', message: TOO_LONG });
});

/** A `moov` that promises a prompt of 4 GB. */
function hugeValue(): Buffer {
	const moov = box('moov', box('meta', VERSION, ...keyed({ prompt: 'x' })));
	for (const type of ['moov', 'meta', 'ilst', '\0\0\0\u0001', 'data']) {
		moov.writeUInt32BE(
			0xffff_fff0,
			moov.lastIndexOf(latin1(type), type.startsWith('\0') ? moov.lastIndexOf('data') - 8 : undefined) - 4,
		);
	}
	return moov;
}

test('a JSON file of more than 64 MB is refused, and read no further', async () => {
	const blanks = Buffer.alloc(MEGABYTE, ' ');
	const watched = new Watched(Array.from({ length: 1000 }, () => blanks));
	await expect(readWorkflowFile(watched)).rejects.toThrow(TOO_LONG);
	expect(watched.given).toBeLessThan(70 * MEGABYTE);
	expect(watched.closed).toBe(1);
});

test('comments of Ogg that go on for ever are refused', async () => {
	const page = Buffer.concat([
		latin1('OggS\0\u0001'),
		Buffer.alloc(20),
		Buffer.alloc(256, 0xff),
		Buffer.alloc(255 * 255),
	]);
	const watched = new Watched(Array.from({ length: 10_000 }, () => page));
	await expect(readWorkflowFile(watched)).rejects.toThrow(TOO_LONG);
	expect(watched.given).toBeLessThan(70 * MEGABYTE);
});

describe('texts that unpack to far more than they are', () => {
	const bomb = Buffer.alloc(80 * MEGABYTE);

	test('a workflow is given up', async () => {
		await expect(readWorkflowFile(pngOf([packed('prompt', bomb)]))).rejects.toThrow(
			'The PNG picture contains a workflow that cannot be decompressed: the file is damaged.',
		);
	});

	test('others are passed over, however many there are', async () => {
		const data = deflateSync(bomb);
		const bombs = Array.from({ length: 100 }, (_, index) =>
			chunk('zTXt', Buffer.concat([latin1(`x${index}\0\0`), data])),
		);
		const file = pngOf([...bombs, plain('prompt', promptText)]);
		expect(await readMetadata(file)).toEqual({ prompt: promptText });
	});
});

test('other texts are kept up to a sum', async () => {
	const texts = Array.from({ length: 40 }, (_, index) => plain(`x${index}`, 'y'.repeat(MEGABYTE - 10)));
	const found = await readMetadata(
		pngOf([plain('long', 'z'.repeat(2 * MEGABYTE)), ...texts, plain('prompt', promptText)]),
	);
	expect(Object.keys(found)).toHaveLength(16);
	expect(found.prompt).toBe(promptText);
	expect(found.long).toBeUndefined();
});

test('texts are read byte for byte as well', async () => {
	const nodes = Object.fromEntries(
		Array.from({ length: 500 }, (_, index) => [index, { class_type: 'A', inputs: { text: 'ü'.repeat(50) } }]),
	);
	const file = mp3({ prompt: JSON.stringify(nodes) });
	expect((await readWorkflowFile(inPortions(file, 1))).workflow).toEqual(nodes);
});

test('counts that nothing real has are no promise', async () => {
	const keys = Buffer.concat([VERSION, Buffer.from('ffffffff', 'hex'), box('mdta', latin1('prompt'))]);
	const file = Buffer.concat([
		brand('isom'),
		box('moov', box('meta', VERSION, box('keys', keys), box('ilst'))),
	]);
	await expect(readWorkflowFile(file)).rejects.toThrow('The MP4 file contains no workflow.');
});

test('a block that claims more than there is gives nothing, and takes no memory', async () => {
	const file = Buffer.concat([
		SIGNATURE,
		big32(60 * MEGABYTE),
		latin1('tEXtprompt\0'),
		Buffer.from(promptText),
	]);
	await expect(readWorkflowFile(file)).rejects.toThrow('it ends too early or is damaged');
	const webp = riff('RIFF', Buffer.concat([latin1('WEBPEXIF'), little32(60 * MEGABYTE)]));
	await expect(readWorkflowFile(new Blob([webp]))).rejects.toThrow('it ends too early or is damaged');
});

test('a size beyond the parent ends with the parent', async () => {
	const meta = box('meta', VERSION, ...keyed(both));
	meta.writeUInt32BE(0x7fff_ffff, 0);
	const file = Buffer.concat([brand('isom'), box('moov', meta), box('mdat', big64(0))]);
	expect(await readWorkflowFile(file)).toEqual(foundBoth);
});

test('tags of EXIF that all point to the same megabytes are read once', async () => {
	const text = Buffer.concat([Buffer.from('ASCII\0\0\0Steps: 1'), Buffer.alloc(20 * MEGABYTE, 'x')]);
	const entries = 5000;
	const entry = Buffer.concat([
		Buffer.from('92860007', 'hex'),
		big32(text.length),
		big32(8 + 2 + entries * 12 + 4),
	]);
	const directory = Buffer.concat([big32(entries).subarray(2), Buffer.alloc(entries * 12, entry), big32(8)]);
	const exif = Buffer.concat([latin1('MM\0*'), big32(8), directory, text]);
	const file = riff('RIFF', Buffer.concat([latin1('WEBP'), riff('EXIF', exif)]));
	await expect(readWorkflowFile(file)).rejects.toThrow('The WebP picture contains no workflow');
});

test('the tags of Matroska need no list around them', async () => {
	const tag = element(0x67c8, element(0x45a3, latin1('PROMPT')), element(0x4487, Buffer.from(promptText)));
	const file = Buffer.concat([head, element(IDS.segment, element(IDS.tags, tag))]);
	expect((await readWorkflowFile(file)).workflow).toEqual(foundBoth.workflow);
});
