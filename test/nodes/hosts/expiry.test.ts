import { ComfyServerlessStage } from '../../client/hosts/support/comfyServerlessStage';
import type { LittleServerlessOptions } from '../../server/hosts/comfyServerless';
import type { Engine } from '../../support/engine';
import { until } from '../../support/until';
import { startWholeEngine } from './support/engine';
import { EACH, HostPlay, itemsFor } from './support/HostPlay';
import { setups } from './support/setups';

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

/** Runs one test with its own ComfyUI Serverless. */
async function onStage(
	play: (stage: ComfyServerlessStage, nodes: HostPlay) => Promise<void>,
	options?: LittleServerlessOptions,
): Promise<void> {
	const stage = await ComfyServerlessStage.start(options);
	try {
		await play(stage, new HostPlay(engine, stage, setups.comfyServerless));
	} finally {
		await stage.stop();
	}
}

describe('a login that ends while jobs run', () => {
	test.each<[string, LittleServerlessOptions]>([
		['by a refresh', {}],
		['by a refresh with the token as a query parameter', { refresh: 'query' }],
		['by another login where the refresh is refused', { refresh: 'none' }],
	])('is renewed %s', async (_how, options) => {
		await onStage(async (stage, nodes) => {
			const { run } = nodes.launch([nodes.runNode('slow')]);
			await until(() => stage.going().length === 1, 'the job');
			const { length } = stage.server.accounts.issued;
			stage.expireLogin();
			await until(() => stage.server.accounts.issued.length > length, 'other tokens');
			stage.release();
			const ended = await run;
			expect(ended.error?.message).toBeUndefined();
			expect(ended.items('Run')).toMatchObject([{ json: { status: 'success', attempts: 1 } }]);
		}, options);
	});

	test('is renewed once for many items, none of which is submitted again', async () => {
		await onStage(async (stage, nodes) => {
			const input = itemsFor(Array.from({ length: 8 }, () => stage.job('slow')));
			const { run } = nodes.launch([nodes.node('Run', { ...EACH, options: { concurrency: 8 } })], { input });
			await until(() => stage.going().length === 8, 'all jobs');
			stage.expireLogin();
			await until(() => stage.server.accounts.refreshes > 0, 'a refresh');
			stage.release();
			const ended = await run;
			expect(ended.error?.message).toBeUndefined();
			expect(new Set(ended.items('Run').map(({ json }) => json.promptId)).size).toBe(8);
			const { logins, refreshes } = stage.server.accounts;
			expect([logins, refreshes]).toEqual([1, 1]);
			expect(stage.server.book.executions.size).toBe(8);
		});
	});

	test('and cannot be renewed is told as such', async () => {
		await onStage(
			async (stage, nodes) => {
				const { run } = nodes.launch([nodes.runNode('slow')]);
				await until(() => stage.going().length === 1, 'the job');
				const reply = { status: 401, body: { error: 'http_error', message: 'Account is closed' } };
				stage.server.faults.arm({ path: /^\/auth\// }, { kind: 'respond', reply });
				stage.expireLogin();
				const { error } = await run;
				expect(error?.raw).toMatchObject({ context: { comfyUi: { code: 'authentication' } } });
				expect(error?.description).toMatch(/password/);
			},
			{ refresh: 'none' },
		);
	});

	test('is kept by n8n for the next execution', async () => {
		await onStage(async (stage, nodes) => {
			for (let times = 0; times < 2; times++) {
				const run = await nodes.run([nodes.runNode('picture')]);
				expect(run.error?.message).toBeUndefined();
			}
			expect(stage.server.accounts.logins).toBe(1);
		});
	});
});
