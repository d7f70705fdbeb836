import { setTimeout as delay } from 'node:timers/promises';
import { newLines } from '../../packages/cli/src/commands/logs';
import { picture } from '../client/support/workflows';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { CliStage } from './support/cli';

let stage: CliStage;
let server: LittleComfyUi;

beforeEach(async () => {
	stage = await CliStage.start();
	({ server } = stage);
});
afterEach(() => stage.stop());

/** Starts a command that goes on until it is stopped. */
function follow(args: string[]) {
	const { child, ended } = stage.start(args);
	let printed = '';
	child.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
	const stop = async () => {
		child.kill('SIGINT');
		return await ended;
	};
	return { printed: () => printed, stop };
}

describe('comfyui watch', () => {
	test('prints the events of other clients and ends with 130', async () => {
		const { printed, stop } = follow(['watch', '--events', 'finished']);
		// What ended before the watch began is not reported, so another job follows until one is.
		for (let color = 1; printed() === ''; color += 1) {
			await server.submit(picture(color), { clientId: 'somebody' });
			await delay(200);
		}
		const { code, stdout } = await stop();
		expect(code).toBe(130);
		expect(stdout).toMatch(/finished .* x_\d+_\.png\n/);
	});
});

describe('comfyui logs', () => {
	const run = async () => {
		await server.submit(picture(1), { clientId: 'somebody' });
		await server.idle();
	};

	test('prints the latest lines and ends', async () => {
		await run();
		const { code, stdout } = await stage.run(['logs', '-n', '2']);
		expect(code).toBe(0);
		expect(stdout.split('\n').map((line) => line.replace(/^[\d:]+ /, ''))).toEqual([
			'INFO 100%|##########| 20/20',
			'INFO Prompt executed in 0.01 seconds',
			'',
		]);
	});

	test('-f prints each following line once, until Ctrl-C', async () => {
		const { printed, stop } = follow(['logs', '-f']);
		await until(() => printed().includes('Using CPU: this is slow\n'));
		await run();
		await until(() => printed().includes('Prompt executed in 0.01 seconds\n'));
		const { code, stdout, stderr } = await stop();
		expect({ code, stderr }).toEqual({ code: 130, stderr: 'Stopped.\n' });
		for (const text of ['Device: cpu', 'Using CPU', 'got prompt', 'Prompt executed'])
			expect(stdout.split(text)).toHaveLength(2);
	});

	test('-f prints the state of a progress bar when it moved on, and nothing again', async () => {
		const isRunning = server.faults.holdAt('executing');
		await server.submit(picture(1), { clientId: 'somebody' });
		await isRunning;
		const { printed, stop } = follow(['logs', '-f']);
		await until(() => new Set(printed().match(/\d+%\|/g)).size > 2);
		server.faults.release();
		await until(() => printed().includes('Prompt executed'));
		const { stdout } = await stop();
		for (const text of ['Device: cpu', 'got prompt', 'Prompt executed'])
			expect(stdout.split(text)).toHaveLength(2);
	});

	test('-f in JSON is one document per line', async () => {
		const { printed, stop } = follow(['logs', '-f', '--json']);
		await until(() => printed().includes('Using CPU'));
		const { documents } = await stop();
		expect(documents()[0]).toMatchObject({ type: 'log', level: 'INFO', text: 'Device: cpu' });
		expect(documents().at(-1)).toMatchObject({ type: 'result', ok: false, error: { code: 'stopped' } });
	});

	const line = (text: string, time = `2026-11-29T06:36:${text.slice(-2)}`) => ({ time, text });

	test.each<[string, string[], string[], string[]]>([
		['what follows', ['a 01', 'b 02'], ['a 01', 'b 02', 'c 03'], ['c 03']],
		['nothing', ['a 01', 'b 02'], ['a 01', 'b 02'], []],
		['what follows where the window moved on', ['a 01', 'b 02', 'c 03'], ['b 02', 'c 03', 'd 04'], ['d 04']],
		['everything where nothing is left of the old window', ['a 01'], ['b 02', 'c 03'], ['b 02', 'c 03']],
	])('of two windows, %s is new', (_, known, latest, expected) => {
		const lines = (texts: string[]) => texts.map((text) => line(text));
		expect(newLines(lines(known), lines(latest))).toEqual(lines(expected));
	});

	test('a progress bar that moved on is one new line, and a line that lost its beginning is none', () => {
		const known = [line('got prompt 01'), line('loading model 02'), line('ready 03'), line('50 % 04')];
		const latest = [line('model 02'), line('ready 03'), line('75 % 05')];
		expect(newLines(known, latest)).toEqual([line('75 % 05')]);
	});
});
