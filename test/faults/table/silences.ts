import type { Fault } from '../support/Fault';
import { drip, late, silence, silenceAfter, stallWithinBody } from '../support/requestActions';
import { CATALOGUE, HISTORY, LOOKS, POST, VIEW } from './requests';

/** Connections on which nothing comes, or comes late. */
export const silences: Fault[] = [
	{
		name: 'nothing is answered',
		arm: ({ proxy }) => proxy.onRequest({ path: /./ }, silence),
		outcomes: {
			queue: 'aborted',
			wait: 'timeout',
			download: 'connection/timeout',
			upload: 'connection/timeout',
			catalogue: 'connection/timeout',
			look: 'connection/timeout',
			cancel: 'connection/timeout',
		},
		waitMs: 15_000,
		patienceMs: 4_000,
	},
	{
		name: 'the answer to a submission never comes',
		arm: ({ proxy }) => proxy.onRequest(POST, silenceAfter),
		outcomes: { queue: 'aborted', run: 'aborted' },
		patienceMs: 500,
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
		arm: ({ proxy }) => proxy.onRequest({ path: /./ }, late(120)),
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
		arm: ({ proxy }) => proxy.onRequest({ path: /./ }, drip),
		outcomes: { queue: 'works', run: 'works', download: 'works', catalogue: 'works', look: 'works' },
	},
];
