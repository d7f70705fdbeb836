import type { LookupOptions } from 'node:dns';
import { WebSocket as UndiciWebSocket } from 'undici';
import { WebSocket } from 'ws';
import { now } from '../../../nodes/client/core/time';
import type { ServerMessage } from '../../../nodes/client/protocol/messages';
import { EventChannel } from '../../../nodes/client/transport/EventChannel';
import { openGlobalSocket } from '../../../nodes/client/transport/globalSocket';
import { openSocket } from '../../../nodes/client/transport/openSocket';
import type { OpenSocket, SocketEvents, SocketOptions } from '../../../nodes/client/transport/socket';
import { caught } from '../support/caught';
import { onStage, type Stage } from '../support/Stage';
import { until } from '../../support/until';
import { picture } from '../support/workflows';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

/** `ws` in the shape of Node's own WebSocket, which Node 20 does not have. */
class StandIn extends WebSocket {
	constructor(url: string, options: { headers: Record<string, string> }) {
		super(url, [], options);
	}
}
const openGlobal: OpenSocket = async (url, options, events) =>
	await openGlobalSocket(StandIn as never, url, options, events);

const PLAIN: SocketOptions = { headers: {}, rejectUnauthorized: true };

function listen(url: string, open: OpenSocket = openSocket, options = PLAIN) {
	const messages: ServerMessage[] = [];
	const connections: boolean[] = [];
	const channel = new EventChannel(`${url.replace('http', 'ws')}/ws?clientId=me`, open, options, {
		onMessage: (message) => void messages.push(message),
		onFrame: () => {},
		onConnection: (connected) => void connections.push(connected),
	});
	return { channel, messages, connections };
}

describe.each<[string, OpenSocket]>([
	['ws', openSocket],
	['the global WebSocket', openGlobal],
])('a channel over %s', (_what, open) => {
	const run = async (play: (stage: Stage, heard: ReturnType<typeof listen>) => Promise<void>) =>
		await onStage(async (stage) => {
			const heard = listen(stage.server.url, open);
			try {
				await play(stage, heard);
			} finally {
				await heard.channel.close();
			}
			await until(() => stage.server.sockets === 0, 'the end of the socket');
		});

	test('is ready with the first status, and delivers every event of its jobs', () =>
		run(async ({ server }, { channel, messages, connections }) => {
			expect(await channel.ready()).toBe(true);
			expect(messages[0]).toMatchObject({ type: 'status', data: { sid: 'me' } });
			await server.submit(picture(), { clientId: 'me' });
			await until(
				() => messages.some(({ type, data }) => type === 'executing' && 'node' in data && data.node === null),
				'the end',
			);
			expect(messages.map(({ type }) => type)).toEqual(
				expect.arrayContaining(['execution_start', 'execution_cached', 'executed', 'execution_success']),
			);
			expect(connections).toEqual([true]);
		}));

	test('asks for previews that name their job', () =>
		run(async (_stage, { channel, messages }) => {
			await channel.ready();
			await until(() => messages.some(({ type }) => type === 'feature_flags'), 'the flags of the server');
		}));

	test('comes back after the socket broke off, and says so', () =>
		run(async ({ server }, { channel, connections }) => {
			await channel.ready();
			server.faults.dropSockets();
			await until(() => connections.length === 3, 'a new connection');
			expect(connections).toEqual([true, false, true]);
		}));

	test('is not ready where upgrades are refused, and comes when they no longer are', () =>
		run(async ({ server }, { channel, connections }) => {
			server.faults.refuseSockets = 426;
			expect(await channel.ready()).toBe(false);
			expect(connections).toEqual([]);
			server.faults.clear();
			await until(() => channel.connected, 'the connection');
		}));

	test('never has two sockets for its id', () =>
		run(async ({ server }, { channel, connections }) => {
			await channel.ready();
			for (let times = 1; times <= 3; times++) {
				server.faults.dropSockets();
				await until(() => connections.length === 1 + 2 * times, 'a new connection');
				expect(server.sockets).toBe(1);
			}
		}));

	test('can be closed before it is ready, and twice', () =>
		run(async (_stage, { channel }) => {
			const ready = channel.ready();
			await Promise.all([channel.close(), channel.close()]);
			expect(await ready).toBe(false);
		}));

	test('does not mind a server that is not there', async () => {
		const { channel } = listen('http://127.0.0.1:9', open);
		expect(await channel.ready()).toBe(false);
		await channel.close();
	});

	test('sends its headers with the upgrade', () =>
		onStage(
			async ({ server }) => {
				const options = { ...PLAIN, headers: { authorization: 'Bearer abc' } };
				const { channel } = listen(server.url, open, options);
				expect(await channel.ready()).toBe(true);
				await channel.close();
			},
			{ auth: { kind: 'bearer', token: 'abc' } },
		));
});

test('why an upgrade was refused is kept', () =>
	onStage(
		async ({ server }) => {
			const { channel } = listen(server.url);
			await channel.ready();
			expect(channel.lastEnd?.status).toBe(401);
			await channel.close();
		},
		{ auth: { kind: 'bearer', token: 'abc' } },
	));

describe('a socket without a sign of life', () => {
	type Answer = 'nothing' | 'pong' | 'text' | 'binary';
	const answers: Record<Answer, (events: SocketEvents) => void> = {
		nothing: () => {},
		pong: (events) => events.onPong(),
		text: (events) => events.onText(status),
		binary: (events) => events.onBinary(new Uint8Array(8)),
	};

	/** A socket that opens and then does only what the test says. @param answer to a ping */
	function scripted(answer: Answer) {
		const sockets: SocketEvents[] = [];
		const pingedAt: number[] = [];
		const open: OpenSocket = async (_url, _options, events) => {
			sockets.push(events);
			return {
				send: () => {},
				ping: () => {
					pingedAt.push(now());
					answers[answer](events);
					return true;
				},
				terminate: () => events.onEnd({}),
			};
		};
		return { open, sockets, pingedAt };
	}
	const status = JSON.stringify({ type: 'status', data: { status: {} } });

	test('is cut and replaced when no pong comes', async () => {
		const { open, sockets } = scripted('nothing');
		const { channel, connections } = listen('http://x', open);
		const ready = channel.ready();
		sockets[0].onText(status);
		expect(await ready).toBe(true);
		await until(() => sockets.length === 2, 'a second socket');
		expect(connections).toEqual([true, false]);
		await channel.close();
	});

	test.each<Answer>(['pong', 'text', 'binary'])(
		'is kept as long as there is a %s after each ping',
		async (answer) => {
			const { open, sockets, pingedAt } = scripted(answer);
			const { channel } = listen('http://x', open);
			const ready = channel.ready();
			sockets[0].onText(status);
			await ready;
			await until(() => pingedAt.length >= 3, 'three pings');
			expect([sockets.length, channel.connected]).toEqual([1, true]);
			await channel.close();
		},
	);

	test('gets a ping every 25 s, and no more', async () => {
		const { open, sockets, pingedAt } = scripted('pong');
		const { channel } = listen('http://x', open);
		const ready = channel.ready();
		sockets[0].onText(status);
		await ready;
		await until(() => pingedAt.length >= 3, 'three pings');
		await channel.close();
		const pauses = pingedAt.slice(1).map((at, index) => at - pingedAt[index]);
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(25_000);
	});

	test('is cut when the first status never comes', async () => {
		const { open, sockets } = scripted('pong');
		const { channel } = listen('http://x', open);
		expect(await channel.ready()).toBe(false);
		await until(() => sockets.length === 2, 'a second socket');
		await channel.close();
	});
});

test('the global WebSocket cannot ignore TLS issues, and says so instead of ignoring nothing', async () => {
	const events = { onEnd: () => {} } as unknown as SocketEvents;
	const options = { ...PLAIN, rejectUnauthorized: false };
	const error = await caught(() => openGlobalSocket(StandIn as never, 'wss://x/ws', options, events));
	expect(error.code).toBe('not-supported');
});

test('a whole job runs over the global WebSocket', () =>
	onStage(async (stage) => {
		const client = stage.connect({ openSocket: openGlobal });
		const workflow = {
			...picture(),
			'4': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
		};
		const { promptId } = await client.queuePrompt(workflow);
		const { files } = await client.waitForCompletion(promptId);
		expect(files.map(({ type }) => type).sort()).toEqual(['frame', 'output']);
	}));

test('an opener that throws leaves a channel that is not connected and can be closed', async () => {
	const { channel } = listen('http://127.0.0.1:1', async () => {
		throw new Error('blocked');
	});
	expect(await channel.ready()).toBe(false);
	expect(channel.lastEnd?.error).toEqual(new Error('blocked'));
	await channel.close();
});

describe('a name resolver', () => {
	/** A server by a name that only the resolver knows. */
	const named = (url: string) => url.replace('127.0.0.1', 'comfy.test');
	const resolver = (address: string) => {
		const asked: string[] = [];
		const lookup = (hostname: string, options: LookupOptions, done: LookupFunction) => {
			asked.push(hostname);
			if (!address) done(new Error('not allowed'), '', 0);
			else if (options.all) done(null, [{ address, family: 4 }] as never);
			else done(null, address, 4);
		};
		return { asked, options: { ...PLAIN, lookup } };
	};
	type LookupFunction = (error: Error | null, address: string, family?: number) => void;
	const openUndici: OpenSocket = async (url, options, events) =>
		await openGlobalSocket(UndiciWebSocket as never, url, options, events);

	test.each<[string, OpenSocket]>([
		['ws', openSocket],
		['the global WebSocket', openUndici],
	])('decides to which address %s connects', async (_what, open) =>
		onStage(async ({ server }) => {
			const { asked, options } = resolver('127.0.0.1');
			const { channel } = listen(named(server.url), open, options);
			expect(await channel.ready()).toBe(true);
			expect(asked).toEqual(['comfy.test']);
			await channel.close();
			await until(() => server.sockets === 0, 'the end of the socket');
		}),
	);

	test.each<[string, OpenSocket]>([
		['ws', openSocket],
		['the global WebSocket', openUndici],
	])('lets %s connect to nothing when it refuses', async (_what, open) =>
		onStage(async ({ server }) => {
			const { asked, options } = resolver('');
			const { channel } = listen(server.url.replace('127.0.0.1', 'localhost'), open, options);
			expect(await channel.ready()).toBe(false);
			expect(asked).toContain('localhost');
			expect(server.requests).toEqual([]);
			await channel.close();
		}),
	);

	test('is of no use to the global WebSocket over TLS, which then connects to nothing', async () => {
		const { asked, options } = resolver('127.0.0.1');
		const opened = openUndici('wss://comfy.test/ws', options, {} as SocketEvents);
		expect(await caught(opened)).toMatchObject({ code: 'not-supported' });
		expect(asked).toEqual([]);
	});

	test('is not asked for an address without a name', async () =>
		onStage(async ({ server }) => {
			const { asked, options } = resolver('');
			const { channel } = listen(server.url, openUndici, options);
			expect(await channel.ready()).toBe(true);
			expect(asked).toEqual([]);
			await channel.close();
		}));
});
