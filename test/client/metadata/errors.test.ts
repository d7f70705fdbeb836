import type { ComfyUiError } from '../../../nodes/client';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { caught } from '../support/caught';
import { everyFormat } from './support/formats';
import { mp4Of, box } from './support/iso';
import { glb } from './support/models';
import { latin1 } from './support/numbers';
import { chunk, packed, png, pngOf } from './support/png';
import { foundBoth, promptText, workflowText } from './support/texts';

const failure = async (file: Uint8Array, filename?: string) =>
	await caught<ComfyUiError>(readWorkflowFile(file, { filename }));

test('a file without a workflow is named, with the reasons', async () => {
	const error = await failure(pngOf([]), 'a.png');
	expect(error).toMatchObject({
		code: 'invalid-workflow',
		message: 'The PNG picture "a.png" contains no workflow.',
	});
	expect(error.hint).toContain('messenger');
	expect(error.hint).toContain('/view?preview=');
	expect(error.hint).toContain('--disable-metadata');
	expect(error.hint).toContain('output folder');
});

test.each([
	['MP4 file', mp4Of(box('free'))],
	['MOV video', mp4Of(box('free'), { brandName: 'qt  ' })],
	['HEIF picture', mp4Of(box('free'), { brandName: 'heic' })],
	['GLB model', glb({})],
])('the kind is told by the content: %s', async (kind, file) => {
	expect((await failure(file, 'wrong.png')).message).toBe(`The ${kind} "wrong.png" contains no workflow.`);
});

test.each<[string, Buffer, message: RegExp, hint: RegExp]>([
	['nothing', Buffer.alloc(0), /^The file "x" is empty\.$/, /original file/],
	[
		'something unknown',
		Buffer.from('hello'),
		/has a format that contains no workflow/,
		/PNG, WebP, JPEG and AVIF/,
	],
	['zeros', Buffer.alloc(500), /has a format that contains no workflow/, /JSON files/],
	['GIF', latin1('GIF89a'), /is a GIF picture, which contains no workflow/, /PNG with the workflow beside/],
	['WAV', latin1('RIFF\0\0\0\0WAVEfmt '), /is a WAV file/, /FLAC, MP3 and Opus/],
	['AVI', latin1('RIFF\0\0\0\0AVI LIST'), /is an AVI video/, /MP4, MOV/],
	['ZIP', latin1('PK\u0003\u0004'), /is a ZIP archive/, /Unpack it/],
	['a login page', latin1('\n<!DOCTYPE html>'), /is a web page or SVG picture/, /login page/],
])('a file of another kind is told: %s', async (_what, file, message, hint) => {
	const error = await failure(file, 'x');
	expect(error.message).toMatch(message);
	expect(error.hint).toMatch(hint);
});

test('without a name the file is spoken of all the same', async () => {
	expect((await failure(pngOf([]))).message).toBe('The PNG picture contains no workflow.');
	expect((await failure(Buffer.alloc(0))).message).toBe('The file is empty.');
});

test('a text that is no JSON is told, with the place', async () => {
	const error = await failure(png({ prompt: '{"3": {"class_type" "A"}}' }), 'a.png');
	expect(error.message).toMatch(
		/^The PNG picture "a\.png" contains a workflow that cannot be read\. The workflow is not valid JSON: line 1, column 21/,
	);
});

test('a text that another program wrote is told', async () => {
	const error = await failure(png({ prompt: 'a cat on a roof' }), 'a.png');
	expect(error.message).toContain('The workflow is not JSON; it starts with "a cat on a roof"');
	expect(error.hint).toContain('another program');
});

test('one that is readable is enough', async () => {
	expect(await readWorkflowFile(png({ prompt: promptText.slice(0, -5), workflow: workflowText }))).toEqual({
		uiWorkflow: foundBoth.uiWorkflow,
	});
	expect(await readWorkflowFile(png({ prompt: promptText, workflow: '{"nodes"' }))).toEqual({
		workflow: foundBoth.workflow,
	});
	expect(await readWorkflowFile(png({ prompt: 'null', workflow: promptText }))).toEqual({
		workflow: foundBoth.workflow,
	});
});

test('JSON that was wrapped as a text several times is unwrapped', async () => {
	const thrice = JSON.stringify(JSON.stringify(promptText));
	expect((await readWorkflowFile(png({ prompt: thrice }))).workflow).toEqual(foundBoth.workflow);
});

test('damaged compression is told', async () => {
	const text = packed('workflow', workflowText);
	text.fill(0xee, 22, 40);
	expect((await failure(pngOf([text]))).message).toContain('cannot be decompressed: the file is damaged');
});

test('a file that was not downloaded whole is told', async () => {
	const file = pngOf([chunk('IDAT', Buffer.alloc(1000))]);
	const error = await failure(file.subarray(0, 500), 'a.png');
	expect(error.message).toContain('it ends too early or is damaged');
	expect(error.hint).toContain('Download it again.');
});

test('an end that is in order is no damage', async () => {
	for (const [, file] of everyFormat({ prompt: '', workflow: '' })) {
		expect((await failure(file)).message).toMatch(/^The .* contains no workflow\.$/);
	}
});

test('names of files are shown without what could deceive', async () => {
	const error = await failure(pngOf([]), `<b>\u202Egnp\n${'x'.repeat(500)}.png`);
	expect(error.message.length).toBeLessThan(150);
	expect(error.message).not.toMatch(/[<>\n\u202E]/);
});
