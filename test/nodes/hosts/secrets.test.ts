import { inspect } from 'node:util';
import type { HostStage } from '../../client/hosts/support/HostStage';
import type { Engine, EngineRun } from '../../support/engine';
import { until } from '../../support/until';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { listenToLogs } from './support/logged';
import { HOSTS } from './support/setups';

jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(1000),
);

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

/** The run as n8n keeps it, and what JSON leaves out: causes, stacks, hidden members. */
function everything(run: EngineRun): string {
	const hidden = { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null };
	return `${JSON.stringify(run.raw)} ${inspect(run.raw, hidden)}`;
}

const shapesOf = (secret: string) => [secret, encodeURIComponent(secret), btoa(secret)];

type Scene = (play: HostPlay, stage: HostStage) => Promise<EngineRun>;

const chainOf = (play: HostPlay, kind: 'picture' | 'failing') => [
	play.queueNode(kind),
	play.node('Wait'),
	play.node('Get', { source: 'files' }),
];

const SCENES: Record<string, Scene> = {
	'Run Workflow succeeds': async (play) => await play.run([play.runNode('picture')]),
	'the chain succeeds': async (play) => await play.run(chainOf(play, 'picture')),
	'a job fails': async (play) => await play.run(chainOf(play, 'failing')),
	'a job fails and the node goes on': async (play) =>
		await play.run([play.runNode('failing', {}, { onError: 'continueRegularOutput' })]),
	'the credentials are refused': async (play) =>
		await play.run([play.runNode('picture')], { validCredential: false }),
	'the credentials are refused and the node goes on': async (play) =>
		await play.run([play.runNode('picture', {}, { onError: 'continueErrorOutput' })], {
			validCredential: false,
		}),
	'a job is unknown': async (play) => await play.run([play.node('Wait', { promptId: UNKNOWN })]),
	'the host is too busy for long': async (play, stage) => {
		stage.tooMany(100_000);
		return await play.run([play.runNode('picture', { options: { timeout: 600 } })]);
	},
	'the host is down': async (play, stage) => {
		const node = play.runNode('picture');
		const { run } = play.launch([node, play.node('Get', { source: 'files' })], {
			onNode: (name) => void (name === 'Get' && down.push(stage.goDown())),
		});
		const ended = await run;
		await Promise.all(down.splice(0));
		return ended;
	},
	'the execution is stopped': async (play, stage) => {
		const { run, cancel } = play.launch([play.runNode('slow')]);
		await until(() => stage.going().length === 1, 'the job');
		cancel();
		stage.release();
		return await run;
	},
};
const down: Array<Promise<void>> = [];
const UNKNOWN = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

describe.each(HOSTS)('nothing shows a secret on %s', (_name, start, setup) => {
	test.each(Object.entries(SCENES))('when %s', async (_when, scene) => {
		const stage = await start();
		const logs = listenToLogs();
		try {
			const run = await scene(new HostPlay(engine, stage, setup), stage);
			const text = `${everything(run)} ${logs.text()}`;
			expect(logs.text()).toContain('debug');
			const found = stage.secrets.flatMap(shapesOf).filter((secret) => text.includes(secret));
			const places = found.map((secret) => text.slice(Math.max(text.indexOf(secret) - 200, 0)).slice(0, 280));
			expect(places).toEqual([]);
		} finally {
			logs.stop();
			await stage.stop();
		}
	});
});
