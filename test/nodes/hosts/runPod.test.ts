import { randomBytes } from 'node:crypto';
import { lastBody, handedIn } from '../../client/hosts/runPod/submission';
import { RunPodStage } from '../../client/hosts/support/runPodStage';
import { save } from '../../client/support/workflows';
import type { Engine, InputItem } from '../../support/engine';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups } from './support/setups';
import { nodeType } from '../../support/builtPackage';

let engine: Engine;
let stage: RunPodStage;
let nodes: HostPlay;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());
beforeEach(async () => {
	stage = await RunPodStage.start();
	nodes = new HostPlay(engine, stage, setups.runPod);
});
afterEach(async () => await stage.stop());

const workflow = JSON.stringify({
	'1': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
	'2': save('1', 'copy'),
});

/** The form with the name of a binary field in the place of the picture. */
const form = (image: string) => ({
	workflowSource: 'json',
	workflow,
	workflowInputs: { mappingMode: 'defineBelow', value: { '1.image': image } },
});

function itemWith(data: Buffer): InputItem[] {
	return [{ json: {}, binary: { photo: { data, fileName: 'my photo.png', mimeType: 'image/png' } } }];
}

describe('a file of the item on RunPod', () => {
	test.each([
		['named in the form', form('photo')],
		['given to the form by an expression', form('={{ $binary.photo }}')],
		[
			'named in the list of inputs',
			{
				workflowSource: 'json',
				workflow,
				inputs: { values: [{ node: '1', input: 'image', value: 'photo' }] },
			},
		],
	])('travels with the job, %s', async (_how, parameters) => {
		const data = Buffer.from(stage.picture);
		const run = await nodes.run([nodes.node('Run', parameters)], { input: itemWith(data) });
		expect(run.error?.message).toBeUndefined();
		const { images = [], workflow: sent } = lastBody(stage).input;
		expect(images).toEqual([
			{
				name: expect.stringMatching(/-n8n-[\da-f]{32}\.png$/),
				image: `data:image/png;base64,${data.toString('base64')}`,
			},
		]);
		expect(sent['1'].inputs.image).toBe(images[0].name);
		expect(run.items('Run')).toMatchObject([{ json: { status: 'success', kind: 'image' } }]);
	});

	test('goes with a workflow of our own and the name of its checkpoint', async () => {
		const parameters = {
			workflowSource: 'imageToImage',
			prompt: 'a fox',
			image: 'photo',
			checkpoint: { __rl: true, mode: 'name', value: 'flux1-dev-fp8.safetensors' },
			width: 64,
			height: 64,
		};
		const run = await nodes.run([nodes.node('Run', parameters)], {
			input: itemWith(Buffer.from(stage.picture)),
		});
		expect(run.error?.message).toBeUndefined();
		const { images = [], workflow: sent } = lastBody(stage).input;
		expect(sent['10'].inputs.image).toBe(images[0].name);
		expect(sent['4'].class_type).toBe('FluxGuidance');
	});

	test('that makes the job too large is refused before anything is sent, with the limit', async () => {
		const large = itemWith(randomBytes(9 * 1024 * 1024));
		const { error } = await nodes.run([nodes.node('Run', form('photo'))], { input: large });
		expect(error?.message).toMatch(/RunPod accepts at most 10 MB/);
		expect(error?.description).toMatch(/Send smaller files/);
		expect(error?.raw).toMatchObject({ context: { comfyUi: { code: 'too-large' } } });
		expect(handedIn(stage)).toEqual([]);
	});
});

describe('the form on a host without a catalogue', () => {
	const ask = async (text: string) =>
		await engine.resourceMapping({
			nodeType: nodeType('RunWorkflow'),
			method: 'workflowInputs',
			typeVersion: 1, // later versions have a field of their own for the image
			parameters: { host: 'runPod', workflowSource: 'json', workflow: text },
			credentials: { runPodComfyUiApi: setups.runPod.credential(stage, true) },
		});

	test('is made of what the workflow has, files first', async () => {
		const { fields } = await ask(workflow);
		expect(fields).toMatchObject([
			{ id: '1.image', displayName: expect.stringContaining('binary field'), type: 'string' },
			{ id: '2.filename_prefix', type: 'string', defaultValue: 'copy', removed: true },
		]);
	});

	test('says what to do with a workflow in the format of the editor', async () => {
		const { fields, emptyFieldsNotice } = await ask('{"nodes": [], "links": []}');
		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toMatch(/RunPod does not describe its nodes.*Export \(API\)/);
	});
});
