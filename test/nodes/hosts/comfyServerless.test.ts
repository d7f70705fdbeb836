import { readFileSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';
import { ComfyServerlessStage } from '../../client/hosts/support/comfyServerlessStage';
import type { Engine, InputItem } from '../../support/engine';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups } from './support/setups';

let engine: Engine;
let stage: ComfyServerlessStage;
let nodes: HostPlay;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());
beforeEach(async () => {
	stage = await ComfyServerlessStage.start();
	nodes = new HostPlay(engine, stage, setups.comfyServerless);
});
afterEach(async () => await stage.stop());

const data = Buffer.from([137, 80, 78, 71, 1, 2, 3]);
const input: InputItem[] = [
	{ json: {}, binary: { photo: { data, fileName: 'cat.png', mimeType: 'image/png' } } },
];
const readyMade = (workflowSource: string, image?: string): INodeParameters => ({
	workflowSource,
	prompt: 'a fox',
	...(image && { image }),
	checkpoint: { __rl: true, mode: 'name', value: 'v1-5-pruned-emaonly-fp16.safetensors' },
	width: 64,
	height: 64,
	retry: { retries: 0 },
});

test.each([
	['Text to Image', readyMade('textToImage')],
	['Image to Image, with a picture on the server', readyMade('imageToImage', 'example.png')],
])('%s runs with the name of a checkpoint', async (_what, parameters) => {
	stage.server.comfyUi.files.put('input', 'example.png', readFileSync('test/fixtures/picture.png'));
	const run = await nodes.run([nodes.node('Run', parameters)], { input });
	expect(run.error?.message).toBeUndefined();
	expect(run.items('Run')).toMatchObject([{ json: { status: 'success', kind: 'image' } }]);
});

test('Image to Image with a picture of the item says that the service cannot take it, and queues nothing', async () => {
	const run = await nodes.run([nodes.node('Run', readyMade('imageToImage', 'photo'))], { input });
	expect(run.error?.raw).toMatchObject({ context: { comfyUi: { code: 'not-supported' } } });
	expect(run.error?.description).toBeTruthy();
	expect(stage.server.book.executions.size).toBe(0);
});

test('labels are stored with the job, and ComfyUI Server lists them', async () => {
	const labels = { label: [{ name: 'campaign', value: 'autumn' }] };
	const run = await nodes.run([nodes.runNode('picture', { options: { labels } })]);
	expect(run.error?.message).toBeUndefined();
	const list = { resource: 'job', operation: 'getMany', jobStatus: 'all' };
	const listed = await nodes.run([nodes.node('Server', list)]);
	expect(listed.items('Server')).toMatchObject([{ json: { metadata: { campaign: 'autumn' } } }]);
});
