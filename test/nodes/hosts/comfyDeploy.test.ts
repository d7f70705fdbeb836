import type { INodeParameters } from 'n8n-workflow';
import { ComfyDeployStage } from '../../client/hosts/support/comfyDeployStage';
import { DEPLOYMENTS, type LittleComfyDeployOptions } from '../../server/hosts/comfyDeploy';
import type { Engine, InputItem } from '../../support/engine';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups } from './support/setups';

const UNKNOWN = '11111111-1111-4111-8111-111111111111';

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

/** Runs one test with its own ComfyUI Deploy. */
async function onStage(
	play: (stage: ComfyDeployStage, nodes: HostPlay) => Promise<void>,
	options: LittleComfyDeployOptions,
): Promise<void> {
	const stage = await ComfyDeployStage.start(options);
	try {
		await play(stage, new HostPlay(engine, stage, setups.comfyDeploy));
	} finally {
		await stage.stop();
	}
}

const withInputs = (...values: INodeParameters[]): INodeParameters => ({
	deploymentId: DEPLOYMENTS.picture,
	deploymentInputs: { values },
});

describe.each([
	['hosted', { generation: 'v2' }, '/run/deployment/queue', /^inputs\/vid_n8n-[\da-f]{32}\.png$/],
	['open source', { generation: 'webApp' }, '/run', /^inputs\/img_8Kc2\.png$/],
] as const)('a deployment of ComfyUI Deploy (%s)', (_generation, options, route, stored) => {
	const data = Buffer.from([137, 80, 78, 71, 1, 2, 3]);
	const input: InputItem[] = [
		{
			json: { prompt: 'a "quoted" lighthouse\nin a storm', steps: 20 },
			binary: { photo: { data, fileName: 'cat.png', mimeType: 'image/png' } },
		},
	];

	test('gets its inputs, each of its type', async () => {
		await onStage(async (stage, nodes) => {
			const parameters = withInputs(
				{ name: 'prompt', value: '={{ $json.prompt }}' },
				{ name: 'steps', value: '={{ $json.steps }}' },
				{ name: 'seed', type: 'number', value: '42' },
			);
			const run = await nodes.run([nodes.node('Run', parameters)], { input });
			expect(run.error?.message).toBeUndefined();
			expect(stage.bodies(route)).toMatchObject([
				{
					deployment_id: DEPLOYMENTS.picture,
					inputs: { prompt: 'a "quoted" lighthouse\nin a storm', steps: 20, seed: 42 },
				},
			]);
		}, options);
	});

	test.each([
		['by the name of its field', { type: 'file', value: 'photo' }],
		['by an expression', { value: '={{ $binary.photo }}' }],
	])('gets the address of a file that is uploaded without the key, %s', async (_how, row) => {
		await onStage(async (stage, nodes) => {
			const parameters = withInputs({ name: 'image', ...row });
			const run = await nodes.run([nodes.node('Run', parameters)], { input });
			expect(run.error?.message).toBeUndefined();
			const { bucket } = stage.server;
			const path = [...bucket.files.keys()].find((name) => stored.test(name)) ?? 'none';
			expect(bucket.files.get(path)?.data).toEqual(data);
			expect(stage.bodies(route)).toMatchObject([{ inputs: { image: bucket.addressOf(path) } }]);
			expect(bucket.requests.map(({ headers }) => headers.authorization)).toEqual(
				bucket.requests.map(() => undefined),
			);
		}, options);
	});

	test.each([
		['an empty ID', { deploymentId: ' ' }, 'invalid-input', /Deployment ID/],
		['an input without a name', withInputs({ name: ' ', value: 1 }), 'invalid-input', /no input ID/],
		['an ID that is not there', { deploymentId: UNKNOWN }, 'not-found', /not found/i],
	])('is refused for %s', async (_what, parameters, code, message) => {
		await onStage(async (_stage, nodes) => {
			const { error } = await nodes.run([nodes.node('Run', parameters as INodeParameters)], { input });
			expect(error?.raw).toMatchObject({ context: { comfyUi: { code } } });
			expect(error?.message).toMatch(message);
			expect(error?.description).toBeTruthy();
		}, options);
	});
});
