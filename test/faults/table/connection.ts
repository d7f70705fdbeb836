import type { Fault } from '../support/Fault';
import {
	breakWithinBody,
	breakWithinChunks,
	resetAfter,
	resetBefore,
	resetWithinHeaders,
	resetWithinRequest,
	wrongLength,
} from '../support/requestActions';
import { FILES, HISTORY, LOOKS, POST, UPLOAD, VIEW, CATALOGUE } from './requests';

/** Connections that cannot be made or break off, in every phase of a request. */
export const connection: Fault[] = [
	{
		name: 'the connection is refused',
		arm: async ({ proxy }) => await proxy.hangUp(),
		outcomes: {
			queue: 'connection/refused',
			wait: 'timeout',
			run: 'connection/refused',
			download: 'connection/refused',
			upload: 'connection/refused',
			catalogue: 'connection/refused',
			look: 'connection/refused',
			cancel: 'connection/refused',
		},
		waitMs: 15_000,
	},
	{
		name: 'the connection is refused for a while',
		arm: async ({ proxy }) => {
			await proxy.hangUp();
			setTimeout(() => void proxy.behave(), 150);
		},
		outcomes: { wait: 'works' },
	},
	{
		name: 'the connection is reset before the request is handled, once',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, resetBefore);
			proxy.onRequest({ ...FILES, times: 1 }, resetBefore);
			proxy.onRequest({ ...CATALOGUE, times: 1 }, resetBefore);
		},
		outcomes: {
			queue: 'works',
			run: 'works',
			download: 'connection/reset',
			upload: 'connection/reset',
			catalogue: 'connection/reset',
		},
	},
	{
		name: 'the history breaks off again and again',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...HISTORY, times: 1 }, resetAfter);
			proxy.onRequest({ ...HISTORY, times: 1 }, resetWithinHeaders);
			proxy.onRequest({ ...HISTORY, times: 1 }, breakWithinBody(0.5));
			proxy.onRequest({ ...HISTORY, times: 1 }, breakWithinBody(0.9, false));
			proxy.onRequest({ ...HISTORY, times: 1 }, wrongLength(10));
		},
		outcomes: { wait: 'works', run: 'works' },
	},
	{
		name: 'the connection of a look is reset, once',
		arm: ({ proxy }) => proxy.onRequest({ ...LOOKS, times: 1 }, resetBefore),
		outcomes: { wait: 'works', run: 'works', look: 'connection/reset', cancel: 'connection/reset' },
	},
	{
		name: 'both a submission and the look after it are reset',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, resetAfter);
			proxy.onRequest({ ...LOOKS, times: 1 }, resetBefore);
		},
		outcomes: { queue: 'connection/reset', run: 'connection/reset' },
	},
	{
		name: 'every connection is reset before the request is handled',
		arm: ({ proxy }) => proxy.onRequest({ path: /./ }, resetBefore),
		outcomes: {
			queue: 'connection/reset',
			wait: 'timeout',
			run: 'connection/reset',
			cancel: 'connection/reset',
		},
		waitMs: 15_000,
	},
	{
		name: 'the connection is reset while the request is being sent',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, resetWithinRequest);
			proxy.onRequest(UPLOAD, resetWithinRequest);
		},
		outcomes: { queue: 'works', run: 'works', upload: 'connection/reset' },
	},
	{
		name: 'the connection is reset when the server has done its work',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, resetAfter);
			proxy.onRequest(FILES, resetAfter);
			proxy.onRequest(CATALOGUE, resetAfter);
		},
		outcomes: {
			queue: 'works',
			run: 'works',
			download: 'connection/reset',
			upload: 'connection/reset',
			catalogue: 'connection/reset',
		},
	},
	{
		name: 'the connection is reset within the headers of the answer',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, resetWithinHeaders);
			proxy.onRequest(VIEW, resetWithinHeaders);
			proxy.onRequest(CATALOGUE, resetWithinHeaders);
		},
		outcomes: {
			queue: 'works',
			run: 'works',
			download: 'connection/reset',
			catalogue: 'connection/reset',
		},
	},
	...[0, 0.5, 0.99].map(
		(share): Fault => ({
			name: `the connection is reset after ${share * 100} % of the body`,
			arm: ({ proxy }) => {
				proxy.onRequest({ ...POST, times: 1 }, breakWithinBody(share));
				proxy.onRequest(VIEW, breakWithinBody(share));
				proxy.onRequest(CATALOGUE, breakWithinBody(share));
			},
			outcomes: {
				queue: 'works',
				run: 'works',
				download: 'broken off',
				catalogue: 'connection/reset',
			},
		}),
	),
	{
		name: 'the connection is closed in good order within the body',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, breakWithinBody(0.5, false));
			proxy.onRequest(VIEW, breakWithinBody(0.5, false));
			proxy.onRequest(CATALOGUE, breakWithinBody(0.5, false));
		},
		outcomes: {
			queue: 'works',
			run: 'works',
			download: 'broken off',
			catalogue: 'connection/reset',
		},
	},
	{
		name: 'a body in chunks ends without its last chunk',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, breakWithinChunks);
			proxy.onRequest(VIEW, breakWithinChunks);
			proxy.onRequest(CATALOGUE, breakWithinChunks);
		},
		outcomes: { queue: 'works', run: 'works', download: 'broken off', catalogue: 'connection/reset' },
	},
	{
		name: 'the announced length is more than comes',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, wrongLength(10));
			proxy.onRequest(VIEW, wrongLength(10));
			proxy.onRequest(CATALOGUE, wrongLength(10));
		},
		outcomes: {
			queue: 'works',
			run: 'works',
			download: 'broken off',
			catalogue: 'connection/reset',
		},
	},
	{
		name: 'the announced length is less than comes',
		arm: ({ proxy }) => {
			proxy.onRequest({ ...POST, times: 1 }, wrongLength(-10));
			proxy.onRequest(CATALOGUE, wrongLength(-10));
		},
		// HTTP cannot detect that a file was cut like this
		outcomes: { queue: 'unexpected-response/200', catalogue: 'unexpected-response/200' },
	},
];
