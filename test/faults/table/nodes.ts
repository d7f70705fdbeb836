import { BinaryDataService } from 'n8n-core';
import { without } from '../support/Exchange';
import type { FaultyProxy, RequestAction, RequestMatch } from '../support/FaultyProxy';
import type { NodeFault, NodeScene } from '../support/NodeFault';
import {
	answer,
	answerAfter,
	breakWithinBody,
	breakWithinChunks,
	resetAfter,
	resetBefore,
	resetWithinHeaders,
	silence,
	silenceAfter,
	stallWithinBody,
} from '../support/requestActions';
import { CATALOGUE, HISTORY, LOOKS, POST, VIEW } from './requests';

const row = (
	name: string,
	match: RequestMatch,
	action: RequestAction,
	outcome = 'works',
	more: Partial<NodeFault> = {},
): NodeFault => ({ name, arm: ({ proxy }) => proxy.onRequest(match, action), outcome, ...more });

const once = (match: RequestMatch): RequestMatch => ({ ...match, times: 1 });
const PAGE = '<html><b onclick="x">Please log in</b><input type="password"></html>';

/** The execution is stopped while a request is on its way. */
const stopped = (what: string, match: RequestMatch, action: RequestAction): NodeFault => ({
	name: `the execution is stopped ${what}`,
	arm: ({ proxy, cancel }) =>
		proxy.onRequest(once(match), async (exchange) => {
			await action(exchange);
			cancel();
		}),
	outcome: 'canceled',
});

/** n8n cannot keep what arrives. */
function diskFull(): NodeFault {
	let spy: jest.SpyInstance | undefined;
	return {
		name: 'the disk of n8n is full',
		arm: ({ proxy }) => {
			const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
			spy = jest.spyOn(BinaryDataService.prototype, 'store').mockRejectedValue(error);
			proxy.onRequest(VIEW, async (exchange) => {
				const whole = await exchange.forward();
				const headers = without(whole.headers, 'content-length');
				exchange.send({ ...whole, headers, body: Buffer.alloc(30_000_000) }); // more than buffers take
			});
		},
		disarm: () => spy?.mockRestore(),
		outcome: 'ENOSPC: no space left',
	};
}

const restarts = ({ proxy, server }: NodeScene, type: string) => {
	let done = false;
	proxy.onFrame((frame, line) => {
		line.pass(frame);
		if (done || frame.type !== type) return;
		done = true;
		proxy.struck += 1;
		void server.restart();
	});
};

const refuseSockets = (proxy: FaultyProxy) => proxy.onUpgrade((socket) => socket.destroy());

/** What happens to the node that goes from a workflow to its files. */
export const nodes: NodeFault[] = [
	...[429, 500, 502, 503, 504].map((status) =>
		row(`a submission is answered with ${status} once`, once(POST), answer(status)),
	),
	row('a submission is answered with 503 for good', POST, answer(503), 'http', { runs: 0 }),
	row('the server takes a job, and a proxy answers 502', once(POST), answerAfter(502)),
	row('the server takes a job, and a proxy answers 504', once(POST), answerAfter(504)),
	row('the server takes a job, and the answer is reset', once(POST), resetAfter),
	row('the server takes a job, and the answer breaks off', once(POST), breakWithinBody(0.5)),
	row('the server takes every job, and all answers are 502', POST, answerAfter(502)),
	row('a submission is reset before it arrives', once(POST), resetBefore),
	row('every submission is reset before it arrives', POST, resetBefore, 'connection', { runs: 0 }),
	row('the catalogue breaks off once', once(CATALOGUE), breakWithinBody(0.5)),
	row('looks are reset again and again', { ...LOOKS, times: 5 }, resetBefore),
	row('the history breaks off once', once(HISTORY), breakWithinBody(0.5)),
	row('a download breaks off once', once(VIEW), breakWithinBody(0.5)),
	row('a download is reset within its headers once', once(VIEW), resetWithinHeaders),
	row('every download breaks off', VIEW, breakWithinBody(0.9), 'connection'),
	row('every download is closed in good order too early', VIEW, breakWithinBody(0.9, false), 'connection'),
	row('every download ends without its last chunk', VIEW, breakWithinChunks, 'connection'),
	row('downloads are answered with 500', VIEW, answer(500), 'http'),
	row('downloads are answered with a login page', VIEW, answer(401, {}, PAGE), 'authentication'),
	row('the file is no longer there', VIEW, answer(404), 'not-found'),
	row('everything is a login page', { path: /./ }, answer(200, {}, PAGE), 'authentication', { runs: 0 }),
	row('everything is redirected', { path: /./ }, answer(301, { location: 'http://x.test/' }), 'unexpected'),
	{ name: 'no socket can be opened', arm: ({ proxy }) => refuseSockets(proxy), outcome: 'works' },
	...['execution_start', 'progress', 'executed'].map(
		(type): NodeFault => ({
			name: `the server restarts at ${type}, and has forgotten everything`,
			arm: (scene) => restarts(scene, type),
			outcome: 'works',
		}),
	),
	diskFull(),
	stopped('while the catalogue is read', CATALOGUE, silence),
	stopped('while a job is being handed in', POST, silence),
	stopped('when the server has taken the job', POST, silenceAfter),
	stopped('while jobs are looked at', LOOKS, silence),
	stopped('while the history is read', HISTORY, stallWithinBody(0.5)),
	stopped('before a download begins', VIEW, silence),
	stopped('in the middle of a download', VIEW, stallWithinBody(0.5)),
	{
		name: 'the execution is stopped while the socket is being opened',
		arm: ({ proxy, cancel }) =>
			proxy.onUpgrade((socket) => {
				socket.on('error', () => {});
				socket.on('end', () => socket.destroy());
				socket.resume();
				cancel();
			}),
		outcome: 'canceled',
		runs: 0,
	},
	...['status', 'execution_start', 'executing', 'progress', 'executed', 'execution_success'].map(
		(type): NodeFault => ({
			name: `the execution is stopped at the event ${type}`,
			arm: ({ proxy, cancel }) =>
				proxy.onFrame((frame, line) => {
					line.pass(frame);
					if (frame.type !== type) return;
					proxy.struck += 1;
					cancel();
				}),
			outcome: 'canceled',
		}),
	),
];
