import {
	ComfyUiClient,
	connectComfyApiV2,
	connectRunComfy,
	connectRunPod,
	type Host,
} from '../../../nodes/client';
import { LittleApiV2 } from '../../server/hosts/comfyApiV2/LittleApiV2';
import { until } from '../../support/until';
import { ComfyDeployStage } from '../hosts/support/comfyDeployStage';
import { comfyApiV2Stage, comfyCloudStage } from '../hosts/support/comfyOrgStages';
import { ComfyServerlessStage } from '../hosts/support/comfyServerlessStage';
import type { HostStage, StageJob } from '../hosts/support/HostStage';
import { Watch } from './Watch';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

interface WatchedStage {
	stage: HostStage;
	/** ComfyUI Deploy lists the runs of one workflow. */
	workflowId?: string;
}

const HOSTS: Array<[string, () => Promise<WatchedStage>]> = [
	['Comfy Cloud', async () => ({ stage: await comfyCloudStage() })],
	['Comfy API v2', async () => ({ stage: await comfyApiV2Stage() })],
	[
		'ComfyUI Deploy',
		async () => {
			const stage = await ComfyDeployStage.start();
			return { stage, workflowId: stage.server.workflowId };
		},
	],
	['ComfyUI Serverless', async () => ({ stage: await ComfyServerlessStage.start() })],
];

async function submit(client: ComfyUiClient, { workflow, options }: StageJob): Promise<string> {
	return (await client.queuePrompt(workflow, { ...options, events: false })).promptId;
}

/** Submits as another client does, and waits for the end. */
async function run(stage: HostStage, kind: 'picture' | 'failing'): Promise<string> {
	const other = stage.connect();
	const promptId = await submit(other, stage.job(kind));
	await until(async () => 'result' in (await other.getJob(promptId)), 'the end');
	return promptId;
}

describe.each(HOSTS)('%s', (_name, start) => {
	const onStage = async (play: (watched: WatchedStage) => Promise<void>) => {
		const watched = await start();
		try {
			await play(watched);
		} finally {
			await watched.stage.stop();
		}
	};

	test('reports the jobs of other clients with what they made, and none of before', () =>
		onStage(async ({ stage, workflowId }) => {
			await run(stage, 'picture');
			const watch = await Watch.begun(stage.connect(), { workflowId, events: ['finished', 'failed'] });
			const good = await run(stage, 'picture');
			const [event] = await watch.seen('finished');
			expect(event).toMatchObject({ job: { promptId: good, result: { files: [expect.anything()] } } });
			const bad = await run(stage, 'failing');
			await watch.seen('failed');
			expect(watch.log).toEqual([`finished ${good}`, `failed ${bad}`]);
			await watch.stop();
		}));

	test('reports a job that ran already when the watch began', () =>
		onStage(async ({ stage, workflowId }) => {
			const slow = await submit(stage.connect(), stage.job('slow'));
			const watch = await Watch.begun(stage.connect(), { workflowId, events: ['finished'] });
			stage.release();
			await watch.seen('finished');
			expect(watch.log).toEqual([`finished ${slow}`]);
			await watch.stop();
		}));

	test('continues from a cursor after a time without a watch', () =>
		onStage(async ({ stage, workflowId }) => {
			const slow = await submit(stage.connect(), stage.job('slow'));
			const options = { workflowId, events: ['finished', 'queueEmpty'] } as const;
			const first = await Watch.begun(stage.connect(), options);
			await first.stop();
			stage.release();
			const later = [slow];
			for (let count = 0; count < 3; count++) later.push(await run(stage, 'picture'));
			const second = new Watch(stage.connect(), { ...options, since: first.cursor });
			await second.seen('queueEmpty');
			const finished = second.log.filter((line) => line !== 'queueEmpty');
			expect(finished.sort()).toEqual(later.map((id) => `finished ${id}`).sort());
			await second.stop();
		}));

	test('refuses wrong credentials', () =>
		onStage(async ({ stage, workflowId }) => {
			const watch = new Watch(stage.connect('bad'), { workflowId });
			expect(await watch.ended).toMatchObject({ code: 'authentication' });
		}));
});

test('ComfyUI Deploy needs the workflow whose runs it lists', async () => {
	const stage = await ComfyDeployStage.start();
	const watch = new Watch(stage.connect());
	expect(await watch.ended).toMatchObject({ code: 'invalid-input' });
	await stage.stop();
});

test('the open-source ComfyUI Deploy says that it does not list runs', async () => {
	const stage = await ComfyDeployStage.start({ generation: 'webApp' });
	const watch = new Watch(stage.connect(), { workflowId: 'any' });
	expect(await watch.ended).toMatchObject({ code: 'not-supported' });
	await stage.stop();
});

test('a Comfy API v2 that lists no jobs says so, and which host to choose', async () => {
	const api = await LittleApiV2.start({ kind: 'cloud' });
	const client = new ComfyUiClient(connectComfyApiV2({ baseUrl: api.url, apiKey: api.apiKey }));
	const watch = new Watch(client);
	expect(await watch.ended).toMatchObject({
		code: 'not-supported',
		message: expect.stringContaining('501'),
		hint: expect.stringContaining('Comfy Cloud'),
	});
	await client.close();
	await api.stop();
});

test('more jobs than a page of the Comfy API v2 holds are found', async () => {
	const stage = await comfyApiV2Stage();
	const first = await Watch.begun(stage.connect(), { events: ['finished'] });
	await first.stop();
	const client = stage.connect();
	const ids: string[] = [];
	for (let count = 0; count < 45; count++) ids.push(await submit(client, stage.job('picture')));
	const second = new Watch(stage.connect(), { since: first.cursor, events: ['finished'] });
	await second.seen('finished', 45);
	expect(second.log.sort()).toEqual(ids.map((id) => `finished ${id}`).sort());
	await second.stop();
	await stage.stop();
});

test('jobs with a log, which ComfyUI Serverless cannot list, are reported when a poll has seen them run', async () => {
	const stage = await ComfyServerlessStage.start({ shapes: 'real', logs: true });
	await run(stage, 'failing');
	const slow = await submit(stage.connect(), stage.job('slow'));
	const watch = await Watch.begun(stage.connect(), { events: ['finished'] });
	stage.release();
	await watch.seen('finished');
	expect(watch.log).toEqual([`finished ${slow}`]);
	await watch.stop();
	await stage.stop();
});

test.each<[string, () => Host]>([
	['RunPod', () => connectRunPod({ endpointId: 'abc', apiKey: 'key' })],
	['RunComfy', () => connectRunComfy({ apiKey: 'key' })],
])('%s says that its jobs cannot be watched', async (name, connect) => {
	const client = new ComfyUiClient(connect());
	const watch = new Watch(client);
	expect(await watch.ended).toMatchObject({
		code: 'not-supported',
		message: expect.stringContaining(name),
	});
	await client.close();
});
