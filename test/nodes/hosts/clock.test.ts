import type { HostStage } from '../../client/hosts/support/HostStage';
import type { Engine } from '../../support/engine';
import { until } from '../../support/until';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { HOSTS } from './support/setups';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The clock of n8n's machine, which is set while the host's keeps its time. */
const RealDate = Date;
let shift = 0;
/** The stand-ins run in this process: what they ask gets the right time. */
const isAskedByHost = () => /[/\\]test[/\\]server[/\\]/.test(new Error().stack?.split('\n')[3] ?? '');

class SetDate extends RealDate {
	constructor(...given: [] | [value: number | string | Date]) {
		if (given.length > 0) super(given[0] as number);
		else super(RealDate.now() + (isAskedByHost() ? 0 : shift));
	}

	static override now(): number {
		return RealDate.now() + (isAskedByHost() ? 0 : shift);
	}
}

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
	globalThis.Date = SetDate as DateConstructor;
});
afterAll(async () => {
	globalThis.Date = RealDate;
	await engine.stop();
});
afterEach(() => (shift = 0));

describe.each(HOSTS)('on %s', (_name, start, setup) => {
	let stage: HostStage;
	let play: HostPlay;
	beforeEach(async () => {
		stage = await start();
		play = new HostPlay(engine, stage, setup);
	});
	afterEach(async () => await stage.stop());

	test.each([
		['forwards', 2 * DAY_MS],
		['backwards', -2 * DAY_MS],
	])('a clock that is set %s by two days while a job runs changes nothing', async (_way, change) => {
		const { run } = play.launch([play.runNode('slow', { options: { timeout: 3600 } })]);
		await until(() => stage.going().length > 0, 'the job');
		shift = change;
		stage.release();
		const result = await run;
		expect(result.error?.message).toBeUndefined();
		expect(result.items('Run')[0].json).toMatchObject({ status: 'success', attempts: 1 });
		expect(result.items('Run')[0].binary?.data.mimeType).toBe('image/png');
		// What the node has left behind, such as a login, is of use to the next run.
		const next = await play.run([play.runNode('picture')]);
		expect(next.error?.message).toBeUndefined();
		expect((await next.binary(next.items('Run')[0], 'data')).equals(stage.picture)).toBe(true);
	});
});
