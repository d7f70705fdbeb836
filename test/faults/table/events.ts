import { WebSocket } from 'ws';
import type { Fault } from '../support/Fault';
import type { Line, RelayedFrame } from '../support/relay';
import { atFrame } from '../support/atFrame';
import { recordedOrder } from '../support/recordedOrder';

const WORKS = { wait: 'works', run: 'works' };

/** The socket breaks at every event of a recorded run, before or after the event is delivered. */
export const drops: Fault[] = recordedOrder().map(([type, which], index) => ({
	name: `the socket is dropped at event ${index + 1} of the recorded order (${type}, no. ${which})`,
	arm: (scene) =>
		atFrame(scene, type, which, (frame, line) => {
			if (index % 2 === 0) line.pass(frame);
			line.cut();
		}),
	outcomes: { run: 'works' },
}));

/** A fault of every frame. */
const everyFrame = (
	name: string,
	mangle: (frame: RelayedFrame, line: Line, count: number) => void,
	outcomes: Fault['outcomes'] = WORKS,
): Fault => ({
	name,
	arm: ({ proxy }) => {
		let count = 0;
		proxy.onFrame((frame, line) => {
			proxy.struck += 1;
			mangle(frame, line, count++);
		});
	},
	outcomes,
});

/** Sockets on which the frames come in another way than they were sent. */
export const order: Fault[] = [
	everyFrame('every frame comes twice', (frame, line) => {
		line.pass(frame);
		line.pass(frame);
	}),
	everyFrame('every second frame is missing', (frame, line, count) => {
		if (count % 2 === 0) line.pass(frame);
	}),
	everyFrame('only status comes', (frame, line) => {
		if (frame.type === 'status') line.pass(frame);
	}),
	{
		name: 'frames come in another order',
		arm: ({ proxy }) => {
			let kept: RelayedFrame[] = [];
			proxy.onFrame((frame, line) => {
				proxy.struck += 1;
				if (frame.type === 'status') return line.pass(frame);
				kept.push(frame);
				if (kept.length < 3) return;
				kept.reverse().forEach((one) => line.pass(one));
				kept = [];
			});
		},
		outcomes: WORKS,
	},
	{
		name: 'the end of the job is told before everything else',
		arm: ({ proxy }) => {
			proxy.onFrame((frame, line) => {
				proxy.struck += 1;
				const { data } =
					frame.type === 'execution_start' ? (JSON.parse(String(frame.data)) as { data: object }) : {};
				if (data) line.say(JSON.stringify({ type: 'executing', data: { ...data, node: null } }));
				line.pass(frame);
			});
		},
		outcomes: WORKS,
	},
	everyFrame('the socket breaks off after every fifth frame', (frame, line, count) => {
		if (count % 5 === 4) line.cut();
		else line.pass(frame);
	}),
	everyFrame('the socket is closed in good order after every fifth frame', (frame, line, count) => {
		if (count % 5 === 4) line.close(1011);
		else line.pass(frame);
	}),
	...['status', 'execution_start', 'executing', 'executed'].map(
		(type): Fault => ({
			name: `the socket is half-open from ${type} on`,
			arm: (scene) => atFrame(scene, type, 1, (_frame, line) => line.freeze()),
			outcomes: { run: 'works' },
		}),
	),
	{
		name: 'thousands of events of others come',
		arm: ({ proxy }) => {
			proxy.onFrame((frame, line) => {
				proxy.struck += 1;
				for (let job = 0; job < 300; job++) {
					const prompt_id = `6f1ed002-ab5b-4c3e-9d1c-${String(job).padStart(12, '0')}`;
					line.say(JSON.stringify({ type: 'execution_start', data: { prompt_id, timestamp: 1 } }));
					line.say(JSON.stringify({ type: 'executing', data: { prompt_id, node: null } }));
				}
				line.pass(frame);
			});
		},
		outcomes: WORKS,
	},
	{
		name: 'another client takes the same id',
		arm: async ({ proxy, client, server }) => {
			proxy.struck += 1;
			const url = `${server.url.replace('http', 'ws')}/ws?clientId=${client.clientId}`;
			const other = new WebSocket(url);
			await new Promise((resolve) => other.once('message', resolve));
			other.terminate(); // and takes the registration with it
		},
		outcomes: { wait: 'works' },
	},
];
