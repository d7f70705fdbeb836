import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { frame, id3, mp3, type Encoding, type Id3Options } from './support/id3';
import { glb, glbOf, safetensors } from './support/models';
import { flac, oggPages, opusPackets } from './support/sound';
import {
	both,
	commentText,
	escaped,
	foundBoth,
	prompt,
	promptText,
	workflow,
	workflowText,
} from './support/texts';

const picture = frame('APIC', Buffer.from('\0image/png\0\u0003\0\u00ff\u00e0\u00ff\0', 'latin1'));

describe('MP3', () => {
	const versions = [3, 4] as const;
	const encodings: Encoding[] = [0, 1, 2, 3];
	const cases = versions.flatMap((version) => encodings.map((encoding) => [version, encoding] as const));

	test.each(cases)('version 2.%i with encoding %i', async (version, encoding) => {
		const texts = encoding === 0 ? { prompt: escaped(promptText), workflow: escaped(workflowText) } : both;
		for (const unsynchronised of [false, true]) {
			for (const extended of [false, true]) {
				const file = mp3(texts, { version, encoding, unsynchronised, extended });
				expect(await readWorkflowFile(file)).toEqual(foundBoth);
			}
		}
	});

	test.each<[string, Id3Options]>([
		['behind a cover picture', { before: [picture] }],
		['with sizes of the older version', { plainSizes: true }],
	])('texts are found %s', async (_where, options) => {
		expect(await readWorkflowFile(mp3(both, options))).toEqual(foundBoth);
	});

	test('a comment that holds everything is read', async () => {
		const comment = frame(
			'COMM',
			Buffer.concat([Buffer.from('\u0003eng\0', 'latin1'), Buffer.from(commentText)]),
		);
		expect(await readWorkflowFile(mp3({}, { before: [comment] }))).toEqual(foundBoth);
	});

	test('one without a tag is recognised', async () => {
		await expect(readWorkflowFile(Buffer.from([0xff, 0xfb, 0x90, 0x64, 0, 0]))).rejects.toThrow(
			'The MP3 file contains no workflow.',
		);
	});
});

describe('FLAC and Ogg', () => {
	test('a tag of MP3 before FLAC is passed', async () => {
		expect(await readWorkflowFile(Buffer.concat([id3({ title: 'x' }), flac(both)]))).toEqual(foundBoth);
	});

	test('names may have capital letters, and a comment may hold everything', async () => {
		expect(await readWorkflowFile(flac({ PROMPT: promptText, Workflow: workflowText }))).toEqual(foundBoth);
		expect(await readWorkflowFile(flac({ DESCRIPTION: commentText }))).toEqual(foundBoth);
	});

	test.each([1, 2, 3, 255])('comments over pages of %i segments', async (segments) => {
		expect(await readWorkflowFile(Buffer.concat(oggPages(opusPackets(both), segments)))).toEqual(foundBoth);
	});

	test('pages of two streams may alternate', async () => {
		const [sound, other] = [
			oggPages(opusPackets(both), 2, 7),
			oggPages([Buffer.alloc(700), Buffer.alloc(900)], 2, 8),
		];
		const pages = sound.flatMap((page, index) => (other[index] ? [other[index], page] : [page]));
		expect(await readWorkflowFile(Buffer.concat(pages))).toEqual(foundBoth);
	});
});

describe('models', () => {
	test('extras may be objects', async () => {
		expect(await readWorkflowFile(glb({ prompt, workflow }))).toEqual(foundBoth);
	});

	test('64-bit seeds in objects keep their digits', async () => {
		const extras = '{"prompt":{"3":{"class_type":"A","inputs":{"seed":18446744073709551615}}}}';
		const { prompt: text } = await readMetadata(glbOf(`{"asset":{"extras":${extras}}}`));
		expect(text).toBe('{"3":{"class_type":"A","inputs":{"seed":18446744073709551615}}}');
	});

	test('what else the metadata say is kept as well', async () => {
		expect(await readMetadata(safetensors({ ss_steps: '20', Prompt: promptText }))).toEqual({
			ss_steps: '20',
			prompt: promptText,
		});
	});

	test('names from the file cannot reach the prototype', async () => {
		const texts = await readMetadata(glbOf('{"asset":{"extras":{"__proto__":"a","constructor":"b"}}}'));
		expect(Object.entries(texts)).toEqual([
			['__proto__', 'a'],
			['constructor', 'b'],
		]);
		expect(Object.getPrototypeOf(texts)).toBe(Object.prototype);
	});
});
