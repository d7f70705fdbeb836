import { onStage } from '../support/Stage';
import { picture, slow } from '../support/workflows';
import { failing } from '../hosts/support/jobs';
import { until } from '../../support/until';
import { Watch } from './Watch';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

const EDITOR = { clientId: 'the-editor' };

test('the job of another client is reported with what it made', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client);
		const info = { extra_pnginfo: { workflow: { id: 'workflow-of-the-editor' } } };
		const promptId = await server.submit(picture(), { ...EDITOR, extraData: info });
		const [finished] = await watch.seen('finished');
		expect(finished).toMatchObject({
			job: {
				promptId,
				state: 'success',
				clientId: 'the-editor',
				workflowId: 'workflow-of-the-editor',
				workflow: picture(),
				result: { files: [{ filename: 'x_00001_.png' }] },
			},
		});
		await watch.seen('queueEmpty');
		expect(watch.log).toEqual([`started ${promptId}`, `finished ${promptId}`, 'queueEmpty']);
		expect(await watch.stop()).toBeUndefined();
	}));

test.each([
	['failed', failing(), false],
	['cancelled', slow(60, 60), true],
] as const)('a job that %s is reported with the error', (type, workflow, isCancelled) =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client);
		const running = server.faults.holdAt('executing');
		const promptId = await server.submit(workflow, EDITOR);
		await running;
		server.faults.release();
		if (isCancelled) await client.cancel(promptId);
		const [event] = await watch.seen(type);
		expect(event).toMatchObject({
			type,
			job: { promptId, error: { message: expect.stringMatching(/node broke|interrupted/) } },
		});
	}),
);

test('a job without a client ID is reported', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client);
		const promptId = await server.submit(picture());
		await watch.seen('finished');
		expect(watch.events.at(-1)).not.toMatchObject({ job: { clientId: expect.anything() } });
		expect(watch.log).toContain(`finished ${promptId}`);
	}));

test('the watch listens under a client ID of its own, and the submitter keeps its events', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		const submitter = stage.connect({ clientId: 'mine' });
		const watch = await Watch.begun(client);
		const { promptId } = await submitter.queuePrompt(picture());
		const result = await submitter.waitForCompletion(promptId);
		expect(result.files).toHaveLength(1);
		await watch.seen('finished');
		const ids = server.requests.filter(({ path }) => path.endsWith('/ws')).map(({ query }) => query.clientId);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.filter((id) => id === 'mine')).toHaveLength(1);
	}));

test('what ended before the watch began is not reported', () =>
	onStage(async ({ client, server }) => {
		for (let color = 0; color < 20; color++) await server.submit(picture(color), EDITOR);
		await server.idle();
		const watch = await Watch.begun(client);
		const promptId = await server.submit(picture(99), EDITOR);
		await watch.seen('finished');
		expect(watch.log.filter((line) => line.startsWith('finished'))).toEqual([`finished ${promptId}`]);
	}));

test.each(['0.2.3', '0.3.10', '0.3.64', '0.6.0', '0.33.0'])(
	'forty jobs of a time without a watch are found on %s',
	(version) =>
		onStage(
			async ({ client, server }) => {
				for (let color = 0; color < 30; color++) await server.submit(picture(color + 100), EDITOR);
				await server.idle();
				const first = await Watch.begun(client, { events: ['finished'] });
				await first.stop();
				const ids: string[] = [];
				for (let color = 0; color < 40; color++) ids.push(await server.submit(picture(color), EDITOR));
				await server.idle();
				const second = new Watch(client, { since: first.cursor, events: ['finished'] });
				await second.seen('finished', 40);
				expect(second.log).toEqual(ids.map((id) => `finished ${id}`));
			},
			{ version },
		),
);

test('the entries of a long history are not requested again for a new job', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		for (let color = 100; color < 200; color++) await server.submit(picture(color), EDITOR);
		await server.idle();
		const watch = await Watch.begun(client, { events: ['finished'] });
		const before = stage.requests('GET', '/history').length;
		for (let color = 0; color < 5; color++) {
			await server.submit(picture(color), EDITOR);
			await watch.seen('finished', color + 1);
		}
		await watch.stop();
		const counts = stage.requests('GET', '/history').slice(before);
		expect(counts.map(({ query }) => query.max_items)).toEqual(counts.map(() => '2'));
		expect(stage.requests('GET', '/queue')).toEqual([]);
	}));

test('the end of a job is noticed after the socket was cut', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished', 'offline', 'online'] });
		server.faults.muteEvents(() => true);
		const promptId = await server.submit(picture(), EDITOR);
		await server.idle();
		server.faults.events.clear();
		server.faults.dropSockets();
		await watch.seen('finished');
		expect(watch.log).toEqual([`finished ${promptId}`]);
	}));

test('jobs are noticed without a socket', () =>
	onStage(async ({ client, server }) => {
		server.faults.refuseSockets = true;
		const watch = await Watch.begun(client, { events: ['finished'], pollMs: 1_000 });
		const promptId = await server.submit(picture(), EDITOR);
		await watch.seen('finished');
		expect(watch.log).toEqual([`finished ${promptId}`]);
	}));

test('a restart of the server is reported, and its empty history makes no event', () =>
	onStage(async ({ client, server }) => {
		await server.submit(picture(1), EDITOR);
		await server.idle();
		const watch = await Watch.begun(client);
		let up = () => {};
		const restarting = server.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
		await watch.seen('offline');
		up();
		await restarting;
		await watch.seen('online');
		const promptId = await server.submit(picture(2), EDITOR);
		await watch.seen('queueEmpty');
		expect(watch.log).toEqual([
			'offline',
			'online',
			`started ${promptId}`,
			`finished ${promptId}`,
			'queueEmpty',
		]);
	}));

test('a cleared history makes no event, and later jobs are reported once', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished'] });
		const first = await server.submit(picture(1), EDITOR);
		await watch.seen('finished');
		await client.deleteHistory();
		const second = await server.submit(picture(2), EDITOR);
		await watch.seen('finished', 2);
		await watch.stop();
		await client.deleteHistory();
		const third = await server.submit(picture(3), EDITOR);
		await server.idle();
		const later = new Watch(client, { since: watch.cursor, events: ['finished'] });
		await later.seen('finished');
		expect([...watch.log, ...later.log]).toEqual([first, second, third].map((id) => `finished ${id}`));
	}));

test.each(['0.3.10', '0.33.0'])(
	'old entries make no event when all entries that the watch knew are deleted, on %s',
	(version) =>
		onStage(
			async (stage) => {
				const { client, server } = stage;
				const ids: string[] = [];
				for (let color = 0; color < 60; color++) ids.push(await server.submit(picture(color), EDITOR));
				await server.idle();
				const watch = await Watch.begun(client, { events: ['finished'] });
				await client.deleteHistory(ids.slice(30));
				const later = [await server.submit(picture(100), EDITOR)];
				await watch.seen('finished');
				await watch.stop();
				await client.deleteHistory(later);
				later.push(await server.submit(picture(101), EDITOR));
				await server.idle();
				const second = new Watch(client, { since: watch.cursor, events: ['finished'] });
				await second.seen('finished');
				await client.deleteHistory(later);
				for (let count = 0; count < 2; count++) {
					const before = stage.requests('GET', '/history').length;
					server.faults.dropSockets(); // polls
					await until(() => stage.requests('GET', '/history').length > before);
				}
				expect([...watch.log, ...second.log]).toEqual(later.map((id) => `finished ${id}`));
			},
			{ version },
		),
);

test('after a restart with an earlier clock every job is reported', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished', 'online'] });
		const ids = [await server.submit(picture(1), EDITOR)];
		await watch.seen('finished');
		let up = () => {};
		const restarting = server.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
		await until(() => server.sockets === 0);
		const real = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
		try {
			up();
			await restarting;
			await until(() => watch.cursor.endedAt === undefined, 'the poll of the empty history');
			ids.push(await server.submit(picture(2), EDITOR));
			await watch.seen('finished', 2);
		} finally {
			clock.mockRestore();
		}
		expect(watch.log.filter((line) => line !== 'online')).toEqual(ids.map((id) => `finished ${id}`));
	}));

test('while the history answers 500 nothing is lost', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished', 'offline'] });
		server.faults.respond({ path: /\/history/, times: 5 }, { status: 500, body: 'got itself in trouble' });
		const promptId = await server.submit(picture(), EDITOR);
		await watch.seen('finished');
		expect(watch.log).toEqual([`finished ${promptId}`]);
	}));

test('a page of a proxy in place of the server means that it is offline', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished', 'offline', 'online'], pollMs: 1_000 });
		server.faults.respond({ path: /\/history/ }, { status: 502, body: '<html>Bad Gateway</html>' });
		server.faults.dropSockets();
		await watch.seen('offline');
		server.faults.clear();
		await watch.seen('online');
		expect(watch.log).toEqual(['offline', 'online']);
	}));

test.each([
	['back', -3_600_000],
	['forward', 3_600_000],
])('the clock of the server jumps %s by an hour: every job is reported once', (_way, step) =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['finished'] });
		const ids = [await server.submit(picture(1), EDITOR)];
		await watch.seen('finished');
		const real = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() + step);
		try {
			for (let color = 2; color <= 6; color++) ids.push(await server.submit(picture(color), EDITOR));
			await watch.seen('finished', 6);
		} finally {
			clock.mockRestore();
		}
		ids.push(await server.submit(picture(7), EDITOR));
		await watch.seen('finished', 7);
		expect(watch.log).toEqual(ids.map((id) => `finished ${id}`));
	}),
);

test('only the jobs of one workflow are reported', () =>
	onStage(async ({ client, server }) => {
		const of = (id: string) => ({ ...EDITOR, extraData: { extra_pnginfo: { workflow: { id } } } });
		const watch = await Watch.begun(client, { workflowId: 'this', events: ['started', 'finished'] });
		await server.submit(picture(1), of('another'));
		await server.submit(picture(2), EDITOR);
		const promptId = await server.submit(picture(3), of('this'));
		await watch.seen('finished');
		expect(watch.log).toEqual([`started ${promptId}`, `finished ${promptId}`]);
	}));

test('the start of a job is reported while it runs, with its client and workflow', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client, { events: ['started'] });
		const running = server.faults.holdAt('executing');
		const promptId = await server.submit(slow(), EDITOR);
		await running;
		const [started] = await watch.seen('started');
		expect(started).toMatchObject({
			job: { promptId, state: 'running', clientId: 'the-editor', workflow: slow() },
		});
		server.faults.release();
		await server.idle();
		await watch.stop();
		expect(watch.log).toEqual([`started ${promptId}`]);
	}));

test('a queue that is emptied without a run is reported', () =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		await server.submit(picture(), EDITOR);
		const watch = await Watch.begun(client, { events: ['queueEmpty'] });
		await client.clearQueue();
		await watch.seen('queueEmpty');
		expect(watch.log).toEqual(['queueEmpty']);
	}));

test('a wrong password ends the watch with an error', () =>
	onStage(
		async ({ connect, server }) => {
			const client = connect.call({ server, clients: [] } as never, {
				headers: { authorization: 'Bearer no' },
			});
			const watch = new Watch(client);
			expect(await watch.ended).toMatchObject({ code: 'authentication' });
			await client.close();
		},
		{ auth: { kind: 'bearer', token: 'right' } },
	));

test('a server that is down at the beginning is waited for', async () => {
	await onStage(async ({ client, server }) => {
		let up = () => {};
		const restarting = server.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
		const watch = new Watch(client, { events: ['finished', 'online'] });
		up();
		await restarting;
		await until(() => watch.cursors.length > 0);
		const promptId = await server.submit(picture(), EDITOR);
		await watch.seen('finished');
		expect(watch.log.at(-1)).toBe(`finished ${promptId}`);
	});
});

test('closing the client ends the watch and its socket', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client);
		await until(() => server.sockets === 1);
		await client.close();
		expect(await watch.ended).toBeUndefined();
		await until(() => server.sockets === 0);
	}));

test.each([
	['no object', 'cursor'],
	['of another form', { version: 1, ended: 'all' }],
])('a cursor that is %s is refused', (_what, since) =>
	onStage(async ({ client }) => {
		const watch = new Watch(client, { since: since as never });
		expect(await watch.ended).toMatchObject({ code: 'invalid-input' });
	}),
);
