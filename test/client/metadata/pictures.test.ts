import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { ascii, exif, PREFIX, tiff } from './support/exif';
import { avif, type ItemOptions } from './support/iso';
import { latin1 } from './support/numbers';
import { jpegOf, riff, webp, webpOf } from './support/pictures';
import { chunk, international, packed, plain, png, pngOf } from './support/png';
import { both, commentText, escaped, foundBoth, promptText, workflowText } from './support/texts';

describe('PNG', () => {
	test.each<[string, Buffer]>([
		['compressed', pngOf([packed('prompt', promptText), packed('workflow', workflowText)])],
		[
			'international',
			pngOf([international('prompt', promptText, false), international('workflow', workflowText, true)]),
		],
		['behind the pixels', pngOf([plain('prompt', promptText)], [plain('workflow', workflowText)])],
		['behind the end', pngOf([], [], [plain('workflow', workflowText), plain('prompt', promptText)])],
		['named with capital letters', pngOf([plain('Prompt', promptText), plain('WORKFLOW', workflowText)])],
		['in EXIF data', pngOf([chunk('eXIf', exif(both))])],
		[
			'beside others',
			pngOf([
				plain('Title', 'x'),
				packed('Comment', 'y'),
				plain('prompt', promptText),
				plain('workflow', workflowText),
			]),
		],
		[
			'more than once',
			pngOf([plain('prompt', promptText), plain('prompt', '{}'), plain('workflow', workflowText)]),
		],
		['in one comment', pngOf([plain('Comment', commentText)])],
	])('texts are found %s', async (_where, file) => {
		expect(await readWorkflowFile(file)).toEqual(foundBoth);
	});

	test('texts in Latin-1 keep their letters', async () => {
		const text = chunk('tEXt', latin1('Title\0Grüße'));
		expect(await readMetadata(pngOf([text]))).toEqual({ title: 'Grüße' });
	});

	test('escaped texts are the same workflow', async () => {
		const file = png({ prompt: escaped(promptText), workflow: escaped(workflowText) });
		expect(await readWorkflowFile(file)).toEqual(foundBoth);
	});

	test('something else behind the end is not read', async () => {
		const file = pngOf([plain('prompt', promptText)], [], [Buffer.alloc(100, 0xee)]);
		expect((await readWorkflowFile(file)).workflow).toEqual(foundBoth.workflow);
	});
});

describe('EXIF', () => {
	const inJpeg = (data: Buffer) => jpegOf([0xe1, Buffer.concat([PREFIX, data])]);

	test.each<[string, Buffer]>([
		['in big-endian order', inJpeg(exif(both))],
		['in little-endian order', inJpeg(exif(both, true))],
		[
			'named with capital letters and a blank',
			inJpeg(tiff([ascii(0x010f, `Workflow: ${workflowText}`), ascii(0x010e, `Prompt:${promptText}`)])),
		],
		[
			'in the Exif directory',
			inJpeg(
				tiff([ascii(0x0110, `prompt:${promptText}`)], {
					inside: [ascii(0x9003, `workflow:${workflowText}`)],
				}),
			),
		],
		[
			'in the next directory',
			inJpeg(
				tiff([ascii(0x0110, `prompt:${promptText}`)], { after: [ascii(0x010f, `workflow:${workflowText}`)] }),
			),
		],
		[
			'as undefined values',
			inJpeg(
				tiff([
					{ tag: 0x0110, type: 7, value: Buffer.from(`prompt:${promptText}`) },
					ascii(0x010f, `workflow:${workflowText}`),
				]),
			),
		],
		[
			"in the user's comment",
			inJpeg(
				tiff([], {
					inside: [
						{ tag: 0x9286, type: 7, value: Buffer.concat([latin1('ASCII\0\0\0'), Buffer.from(commentText)]) },
					],
				}),
			),
		],
		["in a JPEG's comment", jpegOf([0xfe, Buffer.from(commentText)])],
		['in WebP without prefix', webp(both, true, Buffer.alloc(0))],
		['in WebP beside XMP', webpOf(riff('XMP ', latin1('<x/>')), riff('EXIF', exif(both)))],
	])('texts are found %s', async (_where, file) => {
		expect(await readWorkflowFile(file)).toEqual(foundBoth);
	});

	test('directories that lead to each other come to an end', async () => {
		const data = tiff([ascii(0x0110, `prompt:${promptText}`)]);
		data.writeUInt32BE(8, 8 + 2 + 12); // the next directory is this one
		expect((await readWorkflowFile(inJpeg(data))).workflow).toEqual(foundBoth.workflow);
	});

	test('other tags are no texts', async () => {
		const data = tiff([ascii(0x010f, 'Canon: best'), ascii(0x0110, 'EOS'), ascii(0x0131, 'http://example')]);
		expect(await readMetadata(inJpeg(data))).toEqual({});
	});

	test('settings of AUTOMATIC1111 are recognised', async () => {
		const text = Buffer.from('a cat\nSteps: 20, Sampler: Euler', 'utf16le').swap16();
		const value = Buffer.concat([latin1('UNICODE\0'), text]);
		const file = inJpeg(tiff([], { inside: [{ tag: 0x9286, type: 7, value }] }));
		expect(await readMetadata(file)).toEqual({ parameters: 'a cat\nSteps: 20, Sampler: Euler' });
		await expect(readWorkflowFile(file)).rejects.toThrow('AUTOMATIC1111 or Forge made it');
	});
});

describe('AVIF', () => {
	test.each<[string, ItemOptions]>([
		['behind the tables', {}],
		['within them', { place: 'idat' }],
		['in three stretches', { stretches: 3 }],
		['with a prefix', { gap: PREFIX }],
		['told by the old version', { version: 0 }],
		['told by the newest version', { version: 2 }],
	])('EXIF data is found %s', async (_where, options) => {
		expect(await readWorkflowFile(avif(both, options))).toEqual(foundBoth);
	});
});
