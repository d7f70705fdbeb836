import { comfyApiV2Stage, comfyCloudStage } from '../../client/hosts/support/comfyOrgStages';
import type { HostStage } from '../../client/hosts/support/HostStage';
import { save } from '../../client/support/workflows';
import type { Engine } from '../../support/engine';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups } from './support/setups';

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

describe.each([
	['Comfy Cloud', comfyCloudStage, setups.comfyCloud],
	['Comfy API v2', comfyApiV2Stage, setups.comfyApiV2],
] as const)('files of %s', (_name, start, setup) => {
	let stage: HostStage;
	let nodes: HostPlay;
	beforeEach(async () => {
		stage = await start();
		nodes = new HostPlay(engine, stage, setup);
	});
	afterEach(async () => await stage.stop());

	test('are fetched from the storage that the host leads to, without the key', async () => {
		const chain = [nodes.queueNode('picture'), nodes.node('Wait'), nodes.node('Get', { source: 'files' })];
		const run = await nodes.run(chain);
		expect(run.error?.message).toBeUndefined();
		expect(await run.binary(run.items('Get')[0], 'data')).toEqual(Buffer.from(stage.picture));
		const elsewhere = stage.requestsElsewhere();
		expect(elsewhere).toHaveLength(1); // it refuses requests with a key
		const text = JSON.stringify(elsewhere);
		for (const secret of stage.secrets) expect(text).not.toContain(secret);
	});

	test('that an item brings are uploaded into the inputs of the workflow', async () => {
		const first = await nodes.run([nodes.runNode('picture')]);
		const workflow = JSON.stringify({
			'1': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
			'2': save('1', 'copy'),
		});
		const inputs = { values: [{ node: '1', input: 'image', value: 'photo' }] };
		const data = await first.binary(first.items('Run')[0], 'data');
		const binary = { photo: { data, fileName: 'my photo.png', mimeType: 'image/png' } };
		const run = await nodes.run([nodes.node('Run', { workflowSource: 'json', workflow, inputs })], {
			input: [{ json: {}, binary }],
		});
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Run')).toMatchObject([{ json: { status: 'success', kind: 'image' } }]);
	});
});
