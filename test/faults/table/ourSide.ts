import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../support/Fault';
import type { RequestMatch } from '../support/FaultyProxy';
import { atFrame } from '../support/atFrame';
import { silence, silenceAfter, stallWithinBody } from '../support/requestActions';
import { bigCatalogue } from '../support/bigCatalogue';
import type { OperationName } from '../support/operations';
import { recordedOrder } from '../support/recordedOrder';
import { CATALOGUE, FEATURES, HISTORY, LOOKS, POST, UPLOAD, VIEW } from './requests';

/** The caller gives up during a request, before or after the server has received it. */
const givesUp = (
	what: string,
	match: RequestMatch,
	action: typeof silence,
	operations: OperationName[],
): Fault => ({
	name: `the caller gives up ${what}`,
	arm: (scene) =>
		scene.proxy.onRequest(match, async (exchange) => {
			await action(exchange);
			await setTimeout(50); // what was written arrives first
			scene.giveUp();
		}),
	outcomes: Object.fromEntries(
		operations.map((name) => [name, name === 'download' ? 'broken off' : 'aborted']),
	),
});

/** The clock of this machine jumps at an event, and jumps again with every further one. */
const clock = (name: string, ms: number): Fault => {
	let spy: jest.SpyInstance | undefined;
	const real = Date.now.bind(Date);
	return {
		name,
		arm: ({ proxy }) => {
			let jumps = 0;
			spy = jest.spyOn(Date, 'now').mockImplementation(() => real() + jumps * ms);
			proxy.onFrame((frame, line) => {
				proxy.struck += 1;
				jumps += 1;
				line.pass(frame);
			});
		},
		disarm: () => spy?.mockRestore(),
		outcomes: { wait: 'works', run: 'works' },
	};
};

/** What goes wrong on our side of the network. */
export const ourSide: Fault[] = [
	givesUp('while a job is being handed in', POST, silence, ['queue', 'run']),
	givesUp('when the server has taken the job', POST, silenceAfter, ['queue', 'run']),
	givesUp('while a job is looked at', LOOKS, silence, ['wait', 'look', 'cancel', 'run']),
	givesUp('while the history is read', HISTORY, silenceAfter, ['wait', 'run']),
	givesUp('in the middle of a download', VIEW, stallWithinBody(0.5), ['download']),
	givesUp('while the largest upload is asked for', FEATURES, silence, ['upload']),
	givesUp('while a file is on its way', UPLOAD, silence, ['upload']),
	givesUp('while the catalogue is read', CATALOGUE, stallWithinBody(0.5), ['catalogue']),
	{
		name: 'the caller has given up before',
		arm: (scene) => {
			scene.proxy.struck += 1;
			scene.giveUp();
		},
		outcomes: {
			queue: 'aborted',
			wait: 'aborted',
			run: 'aborted',
			download: 'aborted',
			upload: 'aborted',
			catalogue: 'aborted',
			look: 'aborted',
			cancel: 'aborted',
		},
	},
	...[...new Set(recordedOrder().map(([type]) => type))].map(
		(type): Fault => ({
			name: `the caller gives up at the event ${type}`,
			arm: (scene) => atFrame(scene, type, type === 'status' ? 2 : 1, () => scene.giveUp()),
			outcomes: { run: 'aborted' },
		}),
	),
	clock('the clock jumps forward, an hour at each event', 3_600_000),
	clock('the clock jumps back, a day at each event', -86_400_000),
	{
		name: 'the catalogue has 20 MB',
		arm: ({ proxy }) => {
			proxy.struck += 1;
		},
		server: { objectInfo: bigCatalogue(20) },
		idleTimeoutMs: 10_000,
		outcomes: { catalogue: 'works', run: 'works' },
	},
	{
		name: 'a catalogue of 20 MB stalls',
		arm: ({ proxy }) => proxy.onRequest(CATALOGUE, stallWithinBody(0.9)),
		server: { objectInfo: bigCatalogue(20) },
		outcomes: { catalogue: 'connection/timeout' },
	},
];
