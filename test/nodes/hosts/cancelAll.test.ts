import type { HostStage } from '../../client/hosts/support/HostStage';
import { JobPreparer } from '../../../nodes/shared/workflow/JobPreparer';
import type { Engine } from '../../support/engine';
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
	// It finds the bad item before the first job. What it cannot find, such as an upload that fails, comes later.
	jest.spyOn(JobPreparer.prototype, 'check').mockResolvedValue();
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

/** What no host takes: neither a workflow nor a deployment. */
const BAD = { json: { workflow: '{}', deployment: '' } };

describe.each(HOSTS)('a Queue Prompt that ends early, on %s', (_name, start, setup) => {
	let stage: HostStage;
	let play: HostPlay;
	beforeEach(async () => {
		stage = await start();
		play = new HostPlay(engine, stage, setup);
	});
	afterEach(async () => {
		stage.release();
		await until(() => stage.going().length === 0, 'an idle host');
		await stage.stop();
	});

	const canCancel = () => stage.connect().host.capabilities.cancel && !/open source/.test(stage.name);
	const slowItems = (count: number) => itemsFor(Array.from({ length: count }, () => stage.job('slow')));

	test('cancels its jobs although the host is too busy for that at first', async () => {
		stage.tooManyCancels(3);
		const run = await play.run([play.node('Queue', EACH)], { input: [...slowItems(3), BAD] });
		expect(run.error?.itemIndex).toBe(3);
		if (canCancel()) {
			expect(run.error?.description ?? '').not.toContain('could not be cancelled');
			expect(stage.going()).toEqual([]);
		} else {
			expect(run.error?.description).toContain('3 jobs could not be cancelled and may still run');
		}
	});

	test('names the jobs that it could not cancel, and why', async () => {
		stage.tooManyCancels(1_000);
		const run = await play.run([play.node('Queue', EACH)], { input: [...slowItems(2), BAD] });
		const { description } = run.error ?? {};
		expect(description).toMatch(/2 jobs could not be cancelled and may still run/);
		expect(stage.going()).toHaveLength(2);
		for (const promptId of stage.going()) expect(description).toContain(promptId);
		if (canCancel()) expect(description).toMatch(/429|too many|busy|full/i);
	});
});
