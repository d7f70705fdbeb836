import { checkWorkflow, ComfyUiClient, type ApiWorkflow, type ObjectInfo } from '../../../nodes/client';
import { BigInteger, parseJson, stringifyExactly } from '../../../nodes/client/core/json';
import { LittleComfyUi } from '../../server';
import { canvas, picture, save, textToImage } from '../support/workflows';

/** Both are asked about the same workflows: the check before sending, and the server that gets them. */
let server: LittleComfyUi;
let client: ComfyUiClient;
let info: ObjectInfo;

beforeAll(async () => {
	server = await LittleComfyUi.start({
		objectInfo: {
			Several: {
				input: { required: { names: ['COMBO', { options: ['a', 'b'], multiselect: true }] } },
				output: [],
				output_node: true,
				name: 'Several',
			},
			Sizes: { input: { required: { size: [[512, 1024]] } }, output: [], output_node: true, name: 'Sizes' },
		},
	});
	server.files.put('input', 'there.png', 'x');
	server.files.put('input', 'sub/there.png', 'x');
	server.files.put('temp', 'there.png', 'x');
	client = ComfyUiClient.connect({ url: server.url });
	info = await client.objectInfo();
});

afterAll(async () => {
	await client.close();
	await server.idle();
	expect(server.damage).toEqual([]);
	await server.stop();
});

/** What the server says: which outputs it refuses, and whether it refuses all. */
async function sent(workflow: ApiWorkflow): Promise<{ refused: boolean; failing: string[] }> {
	const body = stringifyExactly({ prompt: workflow });
	const answer = await fetch(`${server.url}/prompt`, { method: 'POST', body });
	const { node_errors: errors } = parseJson(await answer.text()) as {
		node_errors: Record<string, { dependent_outputs: string[] }>;
	};
	const failing = Object.values(errors).flatMap(({ dependent_outputs: outputs }) => outputs);
	expect([200, 400]).toContain(answer.status);
	return { refused: answer.status === 400, failing: [...new Set(failing)].sort() };
}

async function expectAgreement(workflow: ApiWorkflow, ok: boolean): Promise<void> {
	const report = await client.checkWorkflow(workflow, { objectInfo: info });
	const { refused, failing } = await sent(workflow);
	expect({ ok: report.ok, failing: [...report.failingOutputs].sort() }).toEqual({
		ok: !refused && failing.length === 0,
		failing: report.missingNodeTypes.length > 0 ? report.outputNodes : failing,
	});
	const nothingLeft = report.outputNodes.length === report.failingOutputs.length;
	expect(refused).toBe(nothingLeft || report.missingNodeTypes.length > 0);
	expect(report.ok).toBe(ok);
}

/** A canvas with these inputs, saved. */
const withCanvas = (inputs: object): ApiWorkflow => ({
	...picture(),
	'1': { class_type: 'EmptyImage', inputs: { ...canvas().inputs, ...inputs } },
});
const withSampler = (inputs: object): ApiWorkflow => {
	const workflow = textToImage();
	workflow['3'].inputs = { ...workflow['3'].inputs, ...inputs };
	return workflow;
};
const withImage = (image: unknown): ApiWorkflow => ({
	'1': { class_type: 'LoadImage', inputs: { image } },
	'2': save('1'),
});
const withInput = (type: string, inputs: Record<string, unknown>): ApiWorkflow => ({
	'1': { class_type: type, inputs },
});
const invert = (source: unknown) => ({ class_type: 'ImageInvert', inputs: { image: [source, 0] } });
const longSeed = (digits: string) => ({ seed: new BigInteger(digits), steps: 1 });
const noColor = { width: 16, height: 16, batch_size: 1 };

const GOOD: Array<[string, ApiWorkflow]> = [
	['a picture', picture()],
	['text to image', textToImage()],
	['a number as text', withCanvas({ width: ' 16 ' })],
	['a signed number as text', withCanvas({ width: '+1_6' })],
	['true for a whole number', withCanvas({ batch_size: true })],
	['a fraction for a whole number', withCanvas({ width: 16.9 })],
	['a wrapped number', withCanvas({ width: { __value__: '16' } })],
	['a text for a number', withSampler({ cfg: '7.5e0', steps: 1 })],
	['the longest seed', withSampler(longSeed('18446744073709551615'))],
	[
		'a number for a text',
		{ ...picture(), '2': { ...save('1'), inputs: { images: ['1', 0], filename_prefix: 5 } } },
	],
	[
		'null for a text',
		{ ...picture(), '2': { ...save('1'), inputs: { images: ['1', 0], filename_prefix: null } } },
	],
	['an unknown input', withCanvas({ depth: 'abc' })],
	['a node that is not needed and broken', { ...picture(), '7': { class_type: 'KSampler', inputs: {} } }],
	['a circle that is not needed', { ...picture(), '7': invert('8'), '8': invert('7') }],
	[
		'an output counted from the end',
		{ ...picture(), '2': { ...save('1'), inputs: { images: ['1', -1], filename_prefix: 'x' } } },
	],
	[
		'anything for what takes anything',
		{ ...picture(), '3': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } } },
	],
	['several choices', withInput('Several', { names: { __value__: ['a', 'b'] } })],
	['a number among numbers', withInput('Sizes', { size: 512 })],
	['a file', withImage('there.png')],
	['a file in a folder', withImage('sub/there.png')],
	['a file of another kind', withImage('there.png [temp]')],
];

const BAD: Array<[string, ApiWorkflow]> = [
	['a missing node type', { ...picture(), '7': { class_type: 'Nope', inputs: {} } }],
	['no output', { '1': canvas() }],
	['a missing input', { ...picture(), '1': { class_type: 'EmptyImage', inputs: noColor } }],
	['a connection to nothing', { '2': save('9') }],
	['a connection to nothing further up', { '1': invert('9'), '2': save('1') }],
	['a connection by number', { '1': canvas(), '2': save(1 as never) }],
	[
		'an output that is not there',
		{ ...picture(), '2': { ...save('1'), inputs: { images: ['1', 4], filename_prefix: 'x' } } },
	],
	[
		'an output by name',
		{ ...picture(), '2': { ...save('1'), inputs: { images: ['1', 'IMAGE'], filename_prefix: 'x' } } },
	],
	['a list of one', { ...picture(), '2': { ...save('1'), inputs: { images: ['1'], filename_prefix: 'x' } } }],
	['another type', { '1': { class_type: 'PrimitiveString', inputs: { value: '' } }, '2': save('1') }],
	['a whole number for a number', withSampler({ cfg: ['20', 0] })],
	['a text for a choice', withSampler({ scheduler: ['21', 0] })],
	['a text for a whole number', withCanvas({ width: 'wide' })],
	['nothing for a whole number', withCanvas({ width: '' })],
	['a point in a whole number', withCanvas({ width: '16.0' })],
	['null for a whole number', withCanvas({ width: null })],
	['not a number for a whole number', withCanvas({ width: NaN })],
	['a list for a whole number', withCanvas({ width: { __value__: [1] } })],
	['a comma in a number', withSampler({ cfg: '7,5' })],
	['an object for a number', withSampler({ cfg: {} })],
	['too little', withCanvas({ width: 0 })],
	['too little as text', withCanvas({ width: '-1' })],
	['too much', withCanvas({ width: 99999 })],
	['endlessly much', withSampler({ cfg: 'inf' })],
	['a seed that is too long by one', withSampler(longSeed('18446744073709551616'))],
	['a seed that lost its digits', withSampler({ seed: 2 ** 64 })],
	['a choice that is not there', withSampler({ scheduler: 'nope' })],
	['a choice in other letters', withSampler({ scheduler: 'Normal' })],
	['null for a choice', withSampler({ scheduler: null })],
	['a model that is not there', textToImage(1, 'mine.safetensors')],
	['a wrong one of several choices', withInput('Several', { names: { __value__: ['a', 'c'] } })],
	['several choices as a bare list', withInput('Several', { names: ['a', 'b'] })],
	['a text among numbers', withInput('Sizes', { size: '512' })],
	['a circle', { '1': invert('3'), '3': invert('1'), '2': save('1') }],
	['a node connected to itself', { '1': invert('1'), '2': save('1') }],
	['a file that is not there', withImage('gone.png')],
	['a file that is elsewhere', withImage('sub/there.png [output]')],
	['a number for a file', withImage(5)],
	[
		'one of two outputs',
		{ ...picture(), '3': { class_type: 'SaveImage', inputs: { filename_prefix: 'y' } } },
	],
	[
		'both of two outputs',
		{ '1': invert('9'), '2': save('1'), '3': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } } },
	],
];
for (const [, workflow] of BAD) {
	if (!workflow['3']?.inputs.cfg) continue;
	workflow['20'] = { class_type: 'PrimitiveInt', inputs: { value: 7 } };
	workflow['21'] = { class_type: 'PrimitiveString', inputs: { value: 'normal' } };
}

describe('the check before sending and the server agree', () => {
	test.each(GOOD)('that this runs: %s', async (_what, workflow) => await expectAgreement(workflow, true));
	test.each(BAD)('that this does not: %s', async (_what, workflow) => await expectAgreement(workflow, false));

	test('without the server for all that the catalogue tells', () => {
		const wrong = [...GOOD, ...BAD].filter(([what]) => !what.includes('file'));
		const found = wrong.filter(([, workflow]) => checkWorkflow(workflow, info).ok).map(([what]) => what);
		expect(found).toEqual(GOOD.map(([what]) => what).filter((what) => !what.includes('file')));
	});
});
