import { checkWorkflow, InvalidWorkflowError } from '../../../nodes/client';
import { assertRunnable } from '../../../nodes/client/check/assertRunnable';
import { caught } from '../support/caught';
import { changed, info, workflow } from './sample';
import { reportText } from '../../../nodes/client/check/findings';

describe('the report as text', () => {
	it('is one sentence for each finding', () => {
		const broken = changed('4', { ckpt_name: 'flux1-dv.safetensors' });
		broken[20] = { class_type: 'Nowhere', inputs: {} };
		delete broken[5].inputs.width;
		broken[8].inputs.vae = ['77', 0];
		expect(reportText(checkWorkflow(broken, info))).toEqual([
			'The node type "Nowhere" (node 20) is not installed.',
			'"ckpt_name" of "The Model" (CheckpointLoaderSimple, node 4) is "flux1-dv.safetensors", which the server does not offer. Did you mean "flux1-dev.safetensors"? The server offers "sdxl/base.safetensors", "flux1-dev.safetensors".',
			'"width" of "EmptyLatentImage" (node 5) has neither a value nor a connection.',
			'"vae" of "VAEDecode" (node 8) is connected to node 77, which is not in the workflow.',
		]);
	});

	it('says that there is no output where that is all', () => {
		const broken = workflow();
		delete broken[9];
		expect(reportText(checkWorkflow(broken, info))).toEqual([expect.stringContaining('no output node')]);
	});

	it('leaves nothing to say of a workflow that fits', () => {
		expect(reportText(checkWorkflow(workflow(), info))).toEqual([]);
	});

	it.each<[string, Record<string, unknown>, string]>([
		['3', { steps: 'many' }, '"steps" of "KSampler" (node 3) is "many", but has to be a whole number (INT).'],
		['3', { cfg: null }, '"cfg" of "KSampler" (node 3) is null, but has to be a number (FLOAT).'],
		['3', { steps: 0 }, '"steps" of "KSampler" (node 3) is 0, but has to be at least 1.'],
		['3', { steps: 99999 }, '"steps" of "KSampler" (node 3) is 99999, but may be at most 10000.'],
		[
			'8',
			{ vae: ['4', 0] },
			'"vae" of "VAEDecode" (node 8) takes VAE, but output 0 of "The Model" (CheckpointLoaderSimple, node 4) gives MODEL. Output 2 would fit.',
		],
		[
			'8',
			{ vae: ['4', 5] },
			'"vae" of "VAEDecode" (node 8) is connected to output 5 of "The Model" (CheckpointLoaderSimple, node 4), which has only outputs 0 (MODEL), 1 (CLIP), 2 (VAE).',
		],
		[
			'8',
			{ vae: ['9', 0] },
			'"vae" of "VAEDecode" (node 8) is connected to output 0 of "SaveImage" (node 9), which has no outputs.',
		],
		[
			'8',
			{ vae: [4, 2] },
			'"vae" of "VAEDecode" (node 8) is connected to 4, but a node is named by its ID as text, as in ["4", 0].',
		],
		[
			'8',
			{ vae: ['4', 'VAE'] },
			'"vae" of "VAEDecode" (node 8) is connected to output "VAE" of "The Model" (CheckpointLoaderSimple, node 4), but outputs are counted from 0.',
		],
		[
			'6',
			{ text: ['a', 'b', 'c'] },
			'"text" of "CLIPTextEncode" (node 6) is the list ["a","b","c"], which the server takes for a connection. Write a list as {"__value__": [...]}.',
		],
	])('says of node %s with %j: %s', (id, inputs, sentence) => {
		expect(reportText(checkWorkflow(changed(id, inputs), info))[0]).toBe(sentence);
	});

	it('goes round a circle once', () => {
		const circle = changed('6', { clip: ['21', 0] });
		circle[21] = { class_type: 'CLIPSetLastLayer', inputs: { clip: ['22', 0], stop_at_clip_layer: -1 } };
		circle[22] = { class_type: 'CLIPSetLastLayer', inputs: { clip: ['21', 0], stop_at_clip_layer: -1 } };
		expect(reportText(checkWorkflow(circle, info))).toEqual([
			expect.stringMatching(/circle.*node 2[12]\) needs "CLIPSetLastLayer" \(node 2[12]\) needs .*\.$/),
		]);
	});

	it('names a file that is not there', () => {
		const file = { filename: 'a.png', subfolder: '', type: 'input' as const };
		const place = {
			nodeId: '4',
			nodeTitle: 'Load',
			nodeType: 'LoadImage',
			input: 'image',
			value: 'a.png',
			file,
		};
		const report = checkWorkflow(workflow(), info, { missingFiles: [{ ...place, didYouMean: ['b.png'] }] });
		expect(report).toMatchObject({ ok: false, failingOutputs: ['9'] });
		expect(reportText(report)).toEqual([
			'"image" of "Load" (LoadImage, node 4) is the file "a.png", which is not on the server. Did you mean "b.png"?',
		]);
	});

	it('keeps what strangers wrote short and in one line', () => {
		const broken = changed('4', { ckpt_name: `<b>\u0007${'x'.repeat(5000)}` });
		broken[4]._meta = { title: `Line\nbreak ${'y'.repeat(5000)}` };
		const [sentence] = reportText(checkWorkflow(broken, info));
		expect(sentence.length).toBeLessThan(400);
		expect(['\n', '\u0007', '<'].filter((character) => sentence.includes(character))).toEqual([]);
	});
});

describe('a workflow that has to run', () => {
	const broken = () => changed('3', { steps: 0, cfg: 'x' });

	it('passes when it can', () => {
		expect(() => assertRunnable(checkWorkflow(workflow(), info))).not.toThrow();
	});

	it('fails with all findings, readable', async () => {
		const error = await caught(() => assertRunnable(checkWorkflow(broken(), info), 'Do this.'));
		expect([error.code, error.hint]).toEqual(['invalid-workflow', 'Do this.']);
		expect(error).toBeInstanceOf(InvalidWorkflowError);
		expect(error.message.split('\n')).toEqual([
			'The workflow cannot run on this server: 2 problems.',
			'"steps" of "KSampler" (node 3) is 0, but has to be at least 1.',
			'"cfg" of "KSampler" (node 3) is "x", but has to be a number (FLOAT).',
		]);
	});

	it('fails with the findings as data, named as the server names them', async () => {
		const error = await caught(() => assertRunnable(checkWorkflow(broken(), info)));
		expect(error.hint).toContain('install');
		expect(error.problems).toMatchObject([
			{ nodeId: '3', nodeType: 'KSampler', input: 'steps', type: 'value_smaller_than_min', received: 0 },
			{
				nodeId: '3',
				input: 'cfg',
				type: 'invalid_input_type',
				received: 'x',
				text: expect.any(String) as string,
			},
		]);
	});

	it('fails with ten sentences and the number of the others', async () => {
		const many = Object.fromEntries(
			Array.from({ length: 14 }, (_, id) => [id, { class_type: `Unheard${id}`, inputs: {} }]),
		);
		const { message, problems } = await caught(() => assertRunnable(checkWorkflow(many, info)));
		expect(message.split('\n')).toHaveLength(12);
		expect(message).toMatch(/: 14 problems\.\n[^]*\nand 4 more\.$/);
		expect(problems).toHaveLength(14);
	});

	it('fails with ten sentences alone when there are ten', async () => {
		const ten = Object.fromEntries(
			Array.from({ length: 10 }, (_, id) => [id, { class_type: `Unheard${id}`, inputs: {} }]),
		);
		const { message } = await caught(() => assertRunnable(checkWorkflow(ten, info)));
		expect(message.split('\n')).toHaveLength(11);
		expect(message).not.toContain('more');
	});

	it.each([
		[11, 12, '0'],
		[12, 12, '…'],
	])('names a circle of %i nodes with %i names', async (size, names, seventh) => {
		const circle = Object.fromEntries(
			Array.from({ length: size }, (_, id) => [
				id,
				{ class_type: 'ImageInvert', inputs: { image: [String((id + 1) % size), 0] } },
			]),
		);
		const save = { class_type: 'SaveImage', inputs: { images: ['0', 0], filename_prefix: 'x' } };
		const text = reportText(checkWorkflow({ ...circle, 99: save }, info)).find((one) =>
			one.includes('circle'),
		);
		const parts = text?.slice(text.indexOf(': ') + 2, -1).split(' needs ') ?? [];
		expect(parts).toHaveLength(names);
		expect(parts.indexOf('…')).toBe(seventh === '…' ? 6 : -1);
	});

	it('fails when there is no output', async () => {
		const none = workflow();
		delete none[9];
		const { message } = await caught(() => assertRunnable(checkWorkflow(none, info)));
		expect(message).toMatch(/server\. The workflow has no output node/);
	});
});
