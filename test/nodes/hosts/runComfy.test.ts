import type { INodeParameters } from 'n8n-workflow';
import { RunComfyStage } from '../../client/hosts/support/runComfyStage';
import { DEPLOYMENTS } from '../../server/hosts/comfyDeploy';
import type { Engine, InputItem } from '../../support/engine';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups } from './support/setups';

let engine: Engine;
let stage: RunComfyStage;
let nodes: HostPlay;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());
beforeEach(async () => {
	stage = await RunComfyStage.start();
	nodes = new HostPlay(engine, stage, setups.runComfy);
});
afterEach(async () => await stage.stop());

const withInputs = (...values: INodeParameters[]): INodeParameters => ({
	deploymentId: DEPLOYMENTS.picture,
	deploymentInputs: { values },
});
const data = Buffer.from([137, 80, 78, 71, 1, 2, 3]);
const input: InputItem[] = [
	{
		json: { prompt: 'a "quoted" lighthouse\nin a storm' },
		binary: { photo: { data, fileName: 'cat.png', mimeType: 'image/png' } },
	},
];

test('a deployment of RunComfy gets its inputs as overrides, and a file inside the job', async () => {
	const parameters = withInputs(
		{ name: '6.text', value: '={{ $json.prompt }}' },
		{ name: '31.seed', type: 'number', value: '42' },
		{ name: '12.image', type: 'file', value: 'photo' },
	);
	const run = await nodes.run([nodes.node('Run', parameters)], { input });
	expect(run.error?.message).toBeUndefined();
	expect(stage.bodies()).toMatchObject([
		{
			overrides: {
				'6': { inputs: { text: 'a "quoted" lighthouse\nin a storm' } },
				'31': { inputs: { seed: 42 } },
				'12': { inputs: { image: `data:image/png;base64,${data.toString('base64')}` } },
			},
		},
	]);
});

test.each([
	['an empty ID', { deploymentId: ' ' }, 'invalid-input', /Deployment ID/, /RunComfy/],
	['an input without a node', withInputs({ name: 'text', value: 1 }), 'invalid-input', /no node/, /6\.text/],
	[
		'a node that is not there',
		withInputs({ name: '99.text', value: 1 }),
		'validation',
		/no such node/,
		/6\.text/,
	],
])('a deployment of RunComfy is refused for %s', async (_what, parameters, code, message, hint) => {
	const { error } = await nodes.run([nodes.node('Run', parameters as INodeParameters)], { input });
	expect(error?.raw).toMatchObject({ context: { comfyUi: { code } } });
	expect([error?.message, error?.description]).toEqual([
		expect.stringMatching(message),
		expect.stringMatching(hint),
	]);
});
