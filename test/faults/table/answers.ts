import { gzipSync } from 'node:zlib';
import type { Fault } from '../support/Fault';
import type { RequestAction } from '../support/FaultyProxy';
import { answer, answerAfter, changed } from '../support/requestActions';
import { CATALOGUE, FILES, HISTORY, LOOKS, POST, UPLOAD } from './requests';

const ALL = { path: /./ };
const STATUSES = [500, 502, 503, 504, 429];
const LOGIN = '<!DOCTYPE html><html><form><input type="password" name="p"></form></html>';

/** What answers in the place of the server, for everything. */
const instead = (name: string, action: RequestAction, code: string): Fault => ({
	name,
	arm: ({ proxy }) => proxy.onRequest(ALL, action),
	outcomes: { queue: code, wait: code, upload: code, catalogue: code, look: code, cancel: code },
});

/** Proxies that answer by themselves. */
export const answers: Fault[] = [
	...STATUSES.map(
		(status): Fault => ({
			name: `${status} is answered once`,
			arm: ({ proxy }) => {
				for (const match of [POST, LOOKS, FILES, CATALOGUE])
					proxy.onRequest({ ...match, times: 1 }, answer(status));
			},
			outcomes: {
				queue: `http/${status}`,
				wait: 'works',
				download: `http/${status}`,
				upload: `http/${status}`,
				catalogue: `http/${status}`,
			},
		}),
	),
	...STATUSES.map(
		(status): Fault => ({
			name: `${status} is answered for good`,
			arm: ({ proxy }) => proxy.onRequest(ALL, answer(status, { 'retry-after': '1' })),
			outcomes: { queue: `http/${status}`, wait: 'timeout', cancel: `http/${status}` },
			waitMs: 10_000,
		}),
	),
	...[502, 504].map(
		(status): Fault => ({
			name: `the server takes a job, and a proxy answers ${status}`,
			arm: ({ proxy }) => {
				proxy.onRequest({ ...POST, times: 1 }, answerAfter(status));
				proxy.onRequest(UPLOAD, answerAfter(status));
			},
			outcomes: { queue: `http/${status}`, upload: `http/${status}` },
		}),
	),
	instead('the credentials are refused', answer(401), 'authentication/401'),
	instead('access is refused', answer(403), 'authentication/403'),
	instead(
		'everything is redirected',
		answer(308, { location: 'https://elsewhere.test/?token=canary' }),
		'unexpected-response/308',
	),
	instead(
		'everything is redirected to a login',
		answer(302, { location: '/login?next=/canary' }),
		'authentication/302',
	),
	instead(
		'a login page is answered',
		answer(200, { 'content-type': 'text/html' }, LOGIN),
		'authentication/200',
	),
	instead(
		'a web page is answered',
		answer(200, { 'content-type': 'application/json' }, '<html>Welcome</html>'),
		'unexpected-response/200',
	),
	instead('nothing is in the answer', answer(200, {}, ''), 'unexpected-response/200'),
	instead('a text is answered', answer(200, {}, 'OK'), 'unexpected-response/200'),
	{
		name: 'the answer is compressed although nobody asked for it',
		arm: ({ proxy }) => {
			const compress = changed(({ body, headers }) => ({
				body: gzipSync(body),
				headers: { ...headers, 'content-encoding': 'gzip' },
			}));
			for (const match of [POST, CATALOGUE]) proxy.onRequest(match, compress);
		},
		outcomes: { queue: 'unexpected-response/200', catalogue: 'unexpected-response/200' },
	},
	{
		name: 'the upload is too large for a proxy',
		arm: ({ proxy }) => proxy.onRequest(UPLOAD, answer(413)),
		outcomes: { upload: 'too-large' },
	},
	{
		name: 'all answers have a wrong content type',
		arm: ({ proxy }) =>
			proxy.onRequest(
				ALL,
				changed(({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html; charset=latin1' } })),
			),
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
		name: 'answers hold NaN and Infinity',
		arm: ({ proxy }) => {
			const spoil = changed(({ body }) => ({
				body: Buffer.from(
					body.toString().replace(/^\{/, '{"stat": [NaN, -Infinity, Infinity, "NaN"], ').replace(', }', '}'),
				),
			}));
			for (const match of [POST, HISTORY, UPLOAD, CATALOGUE]) proxy.onRequest(match, spoil);
		},
		outcomes: { queue: 'works', wait: 'works', run: 'works', upload: 'works', catalogue: 'works' },
	},
	{
		name: 'the JSON of an answer is cut off',
		arm: ({ proxy }) => {
			const cut = changed(({ body }) => ({ body: body.subarray(0, body.length - 3) }));
			for (const match of [POST, UPLOAD, CATALOGUE]) proxy.onRequest(match, cut);
		},
		outcomes: {
			queue: 'unexpected-response/200',
			upload: 'unexpected-response/200',
			catalogue: 'unexpected-response/200',
		},
	},
	...['null', '[]', '"x"', '7', '{}', '{"jobs": {}, "prompt_id": 7, "name": null}'].map(
		(text): Fault => ({
			name: `${text} is answered to everything`,
			arm: ({ proxy }) => {
				proxy.onRequest(ALL, answer(200, {}, text));
				proxy.onFrame(() => {}); // events would tell what the answers do not
			},
			outcomes: { queue: 'unexpected-response/200', upload: 'not-found', wait: 'lost/removed' },
		}),
	),
	...['7', '{}'].map(
		(text): Fault => ({
			name: `${text} is answered to everything, and the events tell of the job`,
			arm: ({ proxy, server }) =>
				proxy.onRequest(ALL, async (exchange) => {
					await server.idle(); // an answer before the end would be believed, and the job be lost
					await answer(200, {}, text)(exchange);
				}),
			outcomes: { wait: 'works' },
		}),
	),
];
