import type { HostStage } from '../../client/hosts/support/HostStage';
import type { Engine, EngineRun } from '../../support/engine';
import { until } from '../../support/until';
import { startWholeEngine } from './support/engine';
import { EACH, HostPlay, itemsFor } from './support/HostPlay';
import { HOSTS } from './support/setups';

jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(),
);

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

describe.each(HOSTS)('on %s', (_name, start, setup) => {
	let stage: HostStage;
	let play: HostPlay;
	beforeEach(async () => {
		stage = await start();
		play = new HostPlay(engine, stage, setup);
	});
	afterEach(async () => await stage.stop());

	const pictureOf = async (run: EngineRun, node: string, index = 0) =>
		(await run.binary(run.items(node)[index], 'data')).toString('hex');
	const expected = () => Buffer.from(stage.picture).toString('hex');

	test('Run Workflow gives the picture that the job made', async () => {
		const run = await play.run([play.runNode('picture')]);
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Run')).toHaveLength(1);
		expect(run.items('Run')[0].json).toMatchObject({ status: 'success', attempts: 1, kind: 'image' });
		expect(run.items('Run')[0].binary?.data).toMatchObject({ mimeType: 'image/png', fileExtension: 'png' });
		expect(await pictureOf(run, 'Run')).toBe(expected());
	});

	test.each([
		['the prompt ID', { source: 'promptId' }],
		['the list of files', { source: 'files' }],
	])('Queue Prompt, Wait For Completion and Get Images (by %s) do so as well', async (_by, source) => {
		const run = await play.run([play.queueNode('picture'), play.node('Wait'), play.node('Get', source)]);
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Wait')[0].json).toMatchObject({
			promptId: run.items('Queue')[0].json.promptId,
			status: 'success',
			files: [{ kind: 'image', mimeType: 'image/png' }],
		});
		expect(await pictureOf(run, 'Get')).toBe(expected());
	});

	test('five items are five jobs', async () => {
		const input = itemsFor(Array.from({ length: 5 }, () => stage.job('picture')));
		const run = await play.run([play.node('Run', EACH)], { input });
		expect(run.error?.message).toBeUndefined();
		const items = run.items('Run');
		expect(new Set(items.map(({ json }) => json.promptId)).size).toBe(5);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
	});

	test('a job that fails fails its node, with what to do', async () => {
		const { error, status } = await play.run([play.runNode('failing')]);
		expect([status, error?.node]).toEqual(['error', 'Run']);
		expect(error?.raw).toMatchObject({ context: { comfyUi: { code: 'execution' } } });
		expect(error?.message).not.toMatch(/^(ComfyUI|undefined)?$/);
		expect(error?.description).toBeTruthy();
	});

	test('credentials that are refused are named as the cause', async () => {
		for (const node of [play.runNode('picture'), play.node('Wait', { promptId: UNKNOWN })]) {
			const { error } = await play.run([node], { validCredential: false });
			expect(error?.raw).toMatchObject({
				context: { comfyUi: { code: 'authentication' } },
				failure: { cause: 'credential-invalid' },
			});
			expect(error?.message).toMatch(/key|credential|login|password|token/i);
			expect(error?.description).toMatch(/key|credential|password|token/i);
		}
		expect(stage.going()).toEqual([]);
	});

	test('a host that is too busy is asked again', async () => {
		stage.tooMany(2);
		const run = await play.run([play.runNode('picture', { retry: { retries: 2, wait: 1 } })]);
		expect(run.error?.message).toBeUndefined();
		expect(await pictureOf(run, 'Run')).toBe(expected());
	});

	test('a host that is down is told as such', async () => {
		const node = play.runNode('picture');
		const { run } = play.launch([node]);
		expect((await run).status).toBe('success');
		const again = play.runNode('picture', { options: { timeout: 300 } });
		await stage.goDown();
		const { error } = await play.launch([again]).run;
		// a pool waits for one of its servers
		const code = setup.host === 'pool' ? { code: 'timeout' } : { code: 'connection', reason: 'refused' };
		expect(error?.raw).toMatchObject({ context: { comfyUi: code } });
		expect(error?.message).toMatch(/Nothing answers at http/);
		if (setup.host === 'pool') return;
		const ofOneOwn = setup.host === 'selfHosted';
		expect(error?.description).toMatch(ofOneOwn ? /--listen/ : /Check the base URL in the credential/);
		if (!ofOneOwn) expect(error?.description).not.toMatch(/--listen|Start ComfyUI|8188/);
	});

	test('the items that do well go on beside one that fails', async () => {
		const input = itemsFor([stage.job('picture'), stage.job('failing'), stage.job('picture')]);
		const node = play.node('Run', { ...EACH, retry: { retries: 0 } }, { onError: 'continueRegularOutput' });
		const run = await play.run([node], { input });
		expect(run.error?.message).toBeUndefined();
		expect(run.items('Run').map(({ json, pairedItem }) => [typeof json.error, pairedItem])).toEqual([
			['undefined', { item: 0 }],
			['string', { item: 1 }],
			['undefined', { item: 2 }],
		]);
		expect(run.items('Run')[1].json.details).toMatchObject({ code: 'execution' });
	});

	test.each(['Run', 'Wait'])(
		'stopping the execution in %s stops the job where the host can',
		async (where) => {
			const chain = where === 'Run' ? [play.runNode('slow')] : [play.queueNode('slow'), play.node('Wait')];
			const started: string[] = [];
			const { run, cancel } = play.launch(chain, { onNode: (name) => started.push(name) });
			await until(() => stage.going().length === 1 && started.includes(where), 'the job');
			const [promptId] = stage.going();
			const client = stage.connect();
			cancel();
			expect((await run).status).toBe('canceled');
			stage.release();
			await until(() => stage.going().length === 0, 'an idle host');
			const { state } = await client.getJob(promptId);
			if (client.host.capabilities.cancel) expect(state).not.toBe('success');
			else expect(state).toBe('success');
		},
	);
});

const UNKNOWN = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
