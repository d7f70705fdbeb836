import type { Fault } from '../support/Fault';
import type { UpgradeAction } from '../support/FaultyProxy';
import { swallow, type Line } from '../support/relay';

const WORKS = { wait: 'works', run: 'works' };

/** Something strange comes before every frame that is due. */
const before = (name: string, strange: (line: Line, count: number) => void): Fault => ({
	name,
	arm: ({ proxy }) => {
		let count = 0;
		proxy.onFrame((frame, line) => {
			proxy.struck += 1;
			strange(line, count++);
			line.pass(frame);
		});
	},
	outcomes: WORKS,
});

/** A binary frame of ComfyUI. */
const frame = (type: number, ...rest: number[]) => Uint8Array.from([0, 0, 0, type, ...rest]);

const MESSAGES = [
	'{"type":"executing","data":{"node":',
	'',
	'null',
	'[]',
	'7',
	'{"type":"executing"}',
	'{"type":"executing","data":null}',
	'{"type":"executed","data":{"prompt_id":7,"node":{}}}',
	'{"type":"progress_state","data":{"prompt_id":"x","nodes":[null]}}',
	'{"type":"progress","data":{"value":NaN,"max":-Infinity}}',
	'{"type":"status","data":{"status":{"exec_info":{"queue_remaining":NaN}}}}',
	'{"type":"status","data":{"status":null}}',
	'{"type":"status","data":{"status":{"exec_info":"x"}}}',
	'{"type":"__proto__","data":{"__proto__":{"polluted":true}}}',
	'{"type":"constructor","data":{}}',
	'{"type":"crystools.monitor","data":{"cpu_utilization":3}}',
	'{"type":"execution_error","data":{"prompt_id":"x","exception_type":{},"traceback":7}}',
	'{"type":"execution_cached","data":{"prompt_id":"x","nodes":[{}]}}',
];

const refuse =
	(status: string): UpgradeAction =>
	(socket) => {
		socket.on('error', () => {});
		socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 6\r\nConnection: close\r\n\r\ncanary`);
	};

/** Upgrades that lead to no socket. */
const upgrade = (name: string, action: UpgradeAction): Fault => ({
	name,
	arm: ({ proxy }) => proxy.onUpgrade(action),
	outcomes: { run: 'works' },
});

/** Frames that are broken, and sockets that are none. */
export const frames: Fault[] = [
	before('messages come that are cut off, empty, unknown or of a wrong shape', (line) =>
		MESSAGES.forEach((text) => line.say(text)),
	),
	before('binary frames come that are cut off at every length', (line, count) => {
		const whole = frame(4, 0, 0, 0, 2, 123, 125, 0x89, 0x50);
		for (let length = 0; length <= whole.length; length++) line.sendBinary(whole.subarray(0, length));
		line.sendBinary(frame(count % 256, 255, 255, 255, 255, 1, 2, 3));
	}),
	before('pictures come that name no node, another job or Object members', (line) => {
		for (const text of ['{}', 'null', '{"prompt_id":"__proto__","node_id":"constructor"}', '[NaN]']) {
			const metadata = Buffer.from(text);
			line.sendBinary(
				Buffer.concat([frame(4, 0, 0, 0, metadata.length), metadata, Buffer.from([0xff, 0xd8])]),
			);
		}
		line.sendBinary(frame(3, 0, 0, 0, 9, ...Buffer.from('__proto__text')));
	}),
	before('texts come in wrong UTF-8', (line) => {
		line.sendRaw(Uint8Array.from([0x81, 2, 0xc3, 0x28])); // ends the connection, by the standard
	}),
	before('frames come that are larger than anything', (line, count) => {
		if (count === 4) line.sendRaw(Uint8Array.from([0x82, 127, 0, 0, 0, 255, 0, 0, 0, 0, 1]));
	}),
	before('the announced length of a frame is more than comes', (line, count) => {
		if (count === 4) line.sendRaw(Uint8Array.from([0x82, 126, 255, 255, 1, 2, 3]));
	}),
	before('frames come with reserved bits and unknown codes', (line, count) => {
		if (count === 3) line.sendRaw(Uint8Array.from([0xf3, 1, 65]));
		if (count === 7) line.sendRaw(Uint8Array.from([0x8f, 0]));
	}),
	upgrade('the WebSocket is refused with 404', refuse('404 Not Found')),
	upgrade('the WebSocket is refused with 426', refuse('426 Upgrade Required')),
	upgrade('the WebSocket is refused with 401', refuse('401 Unauthorized')),
	upgrade('the upgrade is answered with a web page', refuse('200 OK')),
	upgrade('the upgrade is redirected', refuse('302 Found\r\nLocation: /login')),
	upgrade('the upgrade is answered with a wrong key', (socket) => {
		swallow(socket);
		socket.write(
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
		);
	}),
	upgrade('the upgrade is never answered', swallow),
	upgrade('the upgrade is reset', (socket) => void socket.destroy()),
];
