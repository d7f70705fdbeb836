import type { HostStage } from '../../client/hosts/support/HostStage';
import { ComfyDeployStage } from '../../client/hosts/support/comfyDeployStage';
import { ComfyServerlessStage } from '../../client/hosts/support/comfyServerlessStage';
import { RunComfyStage } from '../../client/hosts/support/runComfyStage';
import { RunPodStage } from '../../client/hosts/support/runPodStage';
import type { Engine, EngineRun } from '../../support/engine';
import { until } from '../../support/until';
import { HostPlay } from '../hosts/support/HostPlay';
import { HOSTS } from '../hosts/support/setups';
import { startWaitingEngine } from './support/engine';

jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(),
);

let engine: Engine;
beforeAll(async () => {
	engine = await startWaitingEngine();
});
afterAll(async () => await engine.stop());

async function startDeploy(calls: number): Promise<HostStage> {
	const stage = await ComfyDeployStage.start();
	stage.server.calls = calls;
	return stage;
}

const CALLING: Array<[string, (calls: number) => Promise<HostStage>]> = [
	['ComfyUI Deploy', startDeploy],
	['ComfyUI Serverless', async (calls) => await ComfyServerlessStage.start({ calls })],
	['RunComfy', async (calls) => await RunComfyStage.start({ calls })],
	['RunPod', async (calls) => await RunPodStage.start({ calls })],
];

describe.each(CALLING)('on %s', (name, start) => {
	let stage: HostStage;
	let play: HostPlay;
	afterEach(async () => await stage.stop());

	async function begin(calls: number): Promise<void> {
		stage = await start(calls);
		const [, , setup] = HOSTS.find(([host]) => host === name)!;
		play = new HostPlay(engine, stage, setup);
	}

	/** Queue Prompt, Wait For Completion and Get Images with a job that runs until the stage releases it. */
	async function run(resumeByWebhook: boolean): Promise<EngineRun> {
		const queue = play.queueNode('slow');
		queue.parameters = { ...queue.parameters, options: { resumeByWebhook } };
		return await play.run([queue, play.node('Wait'), play.node('Get')]);
	}

	async function unhurried(): Promise<EngineRun> {
		stage.release();
		return await run(false);
	}

	/** An item of Wait For Completion without what differs from job to job. */
	const shapeOf = (ran: EngineRun) => {
		const { json } = ran.items('Wait')[0];
		const files = (json.files as object[]).map((file) => Object.keys(file));
		return { ...json, files, promptId: '', durationMs: 0, timings: {} };
	};

	test('the execution waits until the host calls, and ends as if it had waited itself', async () => {
		await begin(1);
		const waiting = await run(true);
		expect([waiting.error?.message, waiting.status]).toEqual([undefined, 'waiting']);
		expect(waiting.items('Wait')).toEqual([]);
		const resumed = engine.resumed(waiting);
		stage.release();
		const done = await resumed;
		expect([done.error?.message, done.status]).toEqual([undefined, 'success']);
		expect(done.items('Queue')).toMatchObject(waiting.items('Queue').map(({ json }) => ({ json })));
		expect(done.items('Get')).toHaveLength(1);
		expect(done.items('Get')[0].pairedItem).toEqual({ item: 0 });
		expect(shapeOf(done)).toEqual(shapeOf(await unhurried()));
	});

	test('a lost call costs time but no result: after the time limit the host is asked', async () => {
		await begin(0);
		const waiting = await run(true);
		expect(waiting.status).toBe('waiting');
		stage.release();
		await until(() => stage.going().length === 0, 'the job to end');
		const done = await engine.timeIsOver(waiting);
		expect([done.error?.message, done.status]).toEqual([undefined, 'success']);
		expect(done.items('Queue')).toMatchObject(waiting.items('Queue').map(({ json }) => ({ json })));
		expect(shapeOf(done)).toEqual(shapeOf(await unhurried()));
	});

	test('a job that outlives the time limit is waited for as ever', async () => {
		await begin(0);
		const waiting = await run(true);
		const done = engine.timeIsOver(waiting);
		stage.release();
		expect((await done).items('Wait')[0].json).toMatchObject({ status: 'success' });
	});

	test('a double call resumes once', async () => {
		await begin(2);
		const waiting = await run(true);
		const resumed = engine.resumed(waiting);
		stage.release();
		expect((await resumed).items('Wait')).toHaveLength(1);
	});
});
