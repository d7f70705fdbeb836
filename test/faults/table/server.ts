import { request } from 'node:http';
import { delay } from '../../../nodes/client/core/time';
import { gate } from '../../support/gate';
import { atFrame } from '../support/atFrame';
import type { Fault } from '../support/Fault';
import type { Scene } from '../support/Scene';
import { HISTORY, POST } from './requests';

const DURING = ['execution_start', 'progress', 'executed'];

/**
 * Does something to the server when the job has reached an event, which is forwarded. The job does not continue before that
 * is done: it would be over before a request of another client arrives.
 */
const when = (type: string, act: (scene: Scene) => unknown) => (scene: Scene) => {
	const { faults } = scene.server;
	void faults.holdAt(type);
	atFrame(scene, type, 1, async (frame, line) => {
		line.pass(frame);
		await act(scene);
		faults.release();
	});
};

/** Something that is done before the job begins. */
const first = (act: (scene: Scene) => Promise<unknown>) => async (scene: Scene) => {
	scene.proxy.struck += 1;
	await act(scene);
};

/** What another client asks of the server. */
const asAnother = async ({ server: { url } }: Scene, path: string, body: object) =>
	await new Promise((resolve) => {
		request(`${url}/api/${path}`, { method: 'POST', agent: false }, (answer) => {
			answer.resume().on('end', resolve);
		}).end(JSON.stringify(body));
	});

/** What happens to the server and to the jobs on it. */
export const server: Fault[] = [
	...DURING.map(
		(type): Fault => ({
			name: `the server restarts at ${type}, and has forgotten everything`,
			arm: when(type, ({ server: little }) => little.restart({ downUntil: delay(1_000) })),
			outcomes: { run: 'lost/restarted' },
		}),
	),
	{
		name: 'the server restarts while the job is queued',
		arm: first(async ({ server: little }) => await little.restart()),
		outcomes: { wait: 'lost/restarted' },
	},
	{
		name: 'the server restarts right after the job has ended',
		arm: when('execution_success', ({ server: little }) => little.restart()),
		outcomes: { run: 'works' },
	},
	{
		name: 'the worker dies',
		arm: when('progress', ({ server: little }) => little.faults.killWorker()),
		outcomes: { run: 'timeout' },
		waitMs: 15_000,
	},
	{
		name: 'the history entry of the job is evicted as soon as it is there',
		arm: ({ proxy, server: little }) =>
			proxy.onRequest(HISTORY, async (exchange) => {
				for (const id of idsOf(little.requests)) little.faults.dropHistory(id);
				await exchange.passOn();
			}),
		outcomes: { wait: 'works', run: 'works' },
	},
	{
		name: 'the history entry comes late',
		arm: ({ proxy, server: little }) => {
			const written = gate();
			little.faults.historyGate = async () => await written.passed;
			let asked = 0;
			proxy.onRequest(HISTORY, async (exchange) => {
				if (++asked === 3) written.open();
				await exchange.passOn();
			});
		},
		outcomes: { wait: 'works', run: 'works' },
	},
	{
		name: 'another deletes the job from the queue',
		arm: first(async (scene) => await asAnother(scene, 'queue', { delete: scene.server.going })),
		outcomes: { wait: 'lost/removed' },
	},
	{
		name: 'another clears the queue',
		arm: first(async (scene) => await asAnother(scene, 'queue', { clear: true })),
		outcomes: { wait: 'lost/removed' },
	},
	...DURING.slice(0, 2).map(
		(type): Fault => ({
			name: `another interrupts the job at ${type}`,
			arm: when(type, async (scene) => await asAnother(scene, 'interrupt', {})),
			outcomes: { wait: 'interrupted', run: 'interrupted' },
		}),
	),
	{
		name: 'the job vanishes without a trace',
		arm: when('progress', ({ server: little }) =>
			idsOf(little.requests).forEach((id) => little.faults.loseJob(id)),
		),
		outcomes: { wait: 'lost/removed', run: 'lost/removed' },
	},
	...['0.3.40', '0.3.64', '0.33.0'].map(
		(version): Fault => ({
			name: `the prompt ID is replaced by a server ${version}`,
			arm: ({ proxy, server: little }) => {
				proxy.struck += 1;
				little.faults.replacePromptId(true);
			},
			server: { version },
			outcomes: { queue: 'works', run: 'works' },
		}),
	),
	{
		name: 'the prompt ID is replaced, and the answer is late',
		arm: ({ proxy, server: little }) => {
			little.faults.replacePromptId(true);
			proxy.onRequest(POST, async (exchange) => {
				const answer = await exchange.forward();
				await little.idle();
				exchange.send(answer);
			});
		},
		outcomes: { queue: 'works', run: 'works' },
	},
];

function idsOf(requests: Scene['server']['requests']): string[] {
	const posts = requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt'));
	return posts.map(({ bodyText }) => (JSON.parse(bodyText) as { prompt_id: string }).prompt_id);
}
