import type { Engine } from '../../support/engine';
import { ComfyDeployStage } from '../../client/hosts/support/comfyDeployStage';
import { HostPlay } from '../hosts/support/HostPlay';
import { HOSTS } from '../hosts/support/setups';
import { startWaitingEngine } from './support/engine';
import { GatedRunPod } from './support/GatedRunPod';
import { nodeType } from '../../support/builtPackage';

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

async function on(
	play: (runPod: GatedRunPod) => Promise<void>,
	options?: Parameters<typeof GatedRunPod.start>[1],
) {
	const runPod = await GatedRunPod.start(engine, options);
	try {
		await play(runPod);
	} finally {
		await runPod.stop();
	}
}

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { index } }));

test('several jobs are waited for until the last has ended, whichever it is', () =>
	on(async (runPod) => {
		const waiting = await runPod.run([runPod.queue(), runPod.wait()], items(3));
		expect(waiting.status).toBe('waiting');
		const resumed = engine.resumed(waiting);
		const addresses = [0, 1, 2].map((index) => runPod.address(index));
		expect(new Set(addresses.map((url) => url.searchParams.get('secret'))).size).toBe(3);
		for (const index of [2, 0]) {
			await runPod.end(index);
			expect(await runPod.call(addresses[index], { id: runPod.jobs[index].id })).toBe(200);
		}
		await runPod.end(1);
		expect(await runPod.call(addresses[1], { id: runPod.jobs[1].id })).toBe(200);
		const done = await resumed;
		expect(done.error?.message).toBeUndefined();
		expect(done.items('Wait').map(({ json }) => json.promptId)).toEqual(runPod.jobs.map(({ id }) => id));
		expect(done.items('Wait').map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
	}));

test('jobs that have ended already are not waited for, and their calls do no harm', () =>
	on(
		async (runPod) => {
			const run = await runPod.run([runPod.queue(), runPod.wait()], items(2));
			expect([run.error?.message, run.status]).toEqual([undefined, 'success']);
			expect(run.items('Wait')).toHaveLength(2);
			expect(await runPod.call(runPod.address())).toBe(409);
		},
		{ open: true, calls: 2 },
	));

test('an item that could not be submitted goes on with the others', () =>
	on(async (runPod) => {
		const queue = runPod.queue({}, { onError: 'continueRegularOutput' });
		const { workflow } = queue.parameters;
		queue.parameters = { ...queue.parameters, workflow: '={{ $json.workflow }}' };
		const input = [
			{ json: { workflow: 'none', promptId: 'of-before' } },
			{ json: { workflow: String(workflow) } },
		];
		const waiting = await runPod.run([queue], input);
		expect(waiting.status).toBe('waiting');
		await runPod.end();
		const resumed = engine.resumed(waiting);
		expect(await runPod.call(runPod.address(), { id: 'of-before' })).toBe(404);
		expect(await runPod.call(runPod.address())).toBe(200);
		const [failed, queued] = (await resumed).items('Queue');
		expect(failed.json.error).toEqual(expect.any(String));
		expect(queued.json.promptId).toBe(runPod.jobs[0].id);
	}));

test('a job that failed resumes too, and fails where it is waited for', () =>
	on(async (runPod) => {
		const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
		runPod.server.endpoint.finish(runPod.jobs[0], 'FAILED');
		const resumed = engine.resumed(waiting);
		expect(await runPod.call(runPod.address())).toBe(200);
		expect((await resumed).error).toMatchObject({ node: 'Wait' });
	}));

test.each([30, 90])('waits for as many minutes as it is told (%i)', (resumeAfter) =>
	on(async (runPod) => {
		const before = Date.now();
		const { raw } = await runPod.run([runPod.queue({ resumeAfter }), runPod.wait()]);
		const till = raw.waitTill!.getTime() - resumeAfter * 60_000;
		expect(till).toBeGreaterThanOrEqual(before);
		expect(till).toBeLessThanOrEqual(Date.now());
	}),
);

test('warns when the callback URL is an address of this machine', () =>
	on(async (runPod) => {
		const run = await runPod.run([runPod.queue()]);
		expect(run.hints('Queue')).toMatchObject([{ message: expect.stringContaining('WEBHOOK_URL') }]);
	}));

test.each([
	['a time that is none', { resumeAfter: 0 }, {}, /"Resume After \(Minutes\)" is not a number of minutes/],
	['the tool of an agent', {}, { type: nodeType('QueuePromptTool') }, /tool of an AI Agent/],
])('%s is refused before anything is submitted', (_what, options, extras, message) =>
	on(async (runPod) => {
		const run = await runPod.run([runPod.queue(options, extras)]);
		expect(run.error?.message).toMatch(message);
		expect(runPod.jobs).toEqual([]);
	}),
);

test('a host without callbacks says so before anything is submitted', async () => {
	const stage = await ComfyDeployStage.start({ generation: 'webApp' });
	const [, , setup] = HOSTS.find(([host]) => host === 'ComfyUI Deploy')!;
	const play = new HostPlay(engine, stage, setup);
	const queue = play.queueNode('picture');
	queue.parameters = { ...queue.parameters, options: { resumeByWebhook: true } };
	const run = await play.run([queue]);
	expect(run.error?.message).toContain('does not call a URL when a run has ended');
	expect(stage.going()).toEqual([]);
	await stage.stop();
});
