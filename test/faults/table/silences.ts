import type { Fault } from '../support/Fault';
import type { RequestAction } from '../support/FaultyProxy';
import type { Scene } from '../support/Scene';
import { drip, late, silence, silenceAfter, stallWithinBody } from '../support/requestActions';
import { CATALOGUE, HISTORY, LOOKS, POST, VIEW } from './requests';

const ALL = { path: /./ };

/** The caller gives up, but not before another request of the client, which comes later, has timed out. */
const outlastsTimeouts =
	(scene: Scene, action: RequestAction): RequestAction =>
	async (exchange) => {
		await action(exchange);
		await scene.client.getSystemStats().catch(() => {});
		scene.giveUp();
	};

/** Connections on which nothing comes, or comes late. */
export const silences: Fault[] = [
	{
		name: 'nothing is answered',
		arm: ({ proxy }) => proxy.onRequest(ALL, silence),
		outcomes: {
			wait: 'timeout',
			download: 'connection/timeout',
			upload: 'connection/timeout',
			catalogue: 'connection/timeout',
			look: 'connection/timeout',
			cancel: 'connection/timeout',
		},
		waitMs: 15_000,
	},
	{
		name: 'nothing is answered, and the caller gives up long after the time-outs',
		arm: (scene) => {
			scene.proxy.onRequest(POST, outlastsTimeouts(scene, silence));
			scene.proxy.onRequest(ALL, silence);
		},
		outcomes: { queue: 'aborted' },
	},
	{
		name: 'the answer to a submission never comes',
		arm: (scene) => {
			scene.proxy.onRequest(POST, outlastsTimeouts(scene, silenceAfter));
			scene.proxy.onRequest({ path: /system_stats/ }, silence);
		},
		outcomes: { queue: 'aborted', run: 'aborted' },
	},
	{
		name: 'the first look is never answered',
		arm: ({ proxy }) => proxy.onRequest({ ...LOOKS, times: 1 }, silence),
		outcomes: { wait: 'works', run: 'works' },
	},
	...[0, 0.5].map(
		(share): Fault => ({
			name: `the answer stalls after ${share * 100} % of its body`,
			arm: ({ proxy }) => {
				proxy.onRequest({ ...HISTORY, times: 1 }, stallWithinBody(share));
				proxy.onRequest(VIEW, stallWithinBody(share));
				proxy.onRequest(CATALOGUE, stallWithinBody(share));
			},
			outcomes: { wait: 'works', run: 'works', download: 'broken off', catalogue: 'connection/timeout' },
		}),
	),
	{
		name: 'the first byte comes late',
		arm: ({ proxy }) => proxy.onRequest(ALL, late(120)),
		idleTimeoutMs: 10_000,
		outcomes: {
			queue: 'works',
			wait: 'works',
			run: 'works',
			download: 'works',
			upload: 'works',
			catalogue: 'works',
			look: 'works',
			cancel: 'works',
		},
	},
	{
		name: 'answers come in small pieces',
		arm: ({ proxy }) => proxy.onRequest(ALL, drip),
		idleTimeoutMs: 10_000,
		outcomes: { queue: 'works', run: 'works', download: 'works', catalogue: 'works', look: 'works' },
	},
];
