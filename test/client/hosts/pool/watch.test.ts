import type { PoolCursor, WatchEvent } from '../../../../nodes/client';
import { until } from '../../../support/until';
import { picture } from '../../support/workflows';
import { Watch } from '../../watch/Watch';
import { onPool } from './support/PoolStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const places = (events: readonly WatchEvent[]) =>
	events.map(({ type, server }) => `${type} ${server}`).sort();

describe('the watch of a pool', () => {
	test('reports the jobs of all clients on every server, with its name and the ID in the pool', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const watch = await Watch.begun(stage.connect(), { events: ['started', 'finished'] });
			const ids = [await a.submit(picture(1)), await b.submit(picture(2))];
			await watch.seen('finished', 2);
			expect(places(watch.events)).toEqual(['finished a', 'finished b', 'started a', 'started b']);
			const ended = watch.events.flatMap((event) => ('job' in event ? event.job : []));
			expect(new Set(ended.map(({ promptId }) => promptId))).toEqual(new Set([`${ids[0]}@a`, `${ids[1]}@b`]));
			for (const { result } of ended)
				if (result) expect(result.files).toMatchObject([{ server: result.server }]);
			await watch.stop();
		}));

	test('says which server is empty, goes offline and comes back, while the other is watched on', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const watch = await Watch.begun(stage.connect());
			let up = () => {};
			const restarting = a.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
			await watch.seen('offline');
			await b.submit(picture());
			await watch.seen('queueEmpty');
			up();
			await restarting;
			await watch.seen('online');
			expect(places(watch.events)).toEqual([
				'finished b',
				'offline a',
				'online a',
				'queueEmpty b',
				'started b',
			]);
			await watch.stop();
		}));

	test('reports no old job of a server whose known entries are deleted', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const old: string[] = [];
			for (let color = 0; color < 40; color++) old.push(await a.submit(picture(color)));
			await a.idle();
			const watch = await Watch.begun(stage.connect(), { events: ['finished'] });
			await fetch(`${a.url}/api/history`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ delete: old.slice(20) }),
			});
			const ids = [await a.submit(picture(100)), await b.submit(picture(101))];
			await watch.seen('finished', 2);
			await watch.stop();
			expect(watch.log.sort()).toEqual([`finished ${ids[0]}@a`, `finished ${ids[1]}@b`].sort());
		}));

	test('continues on every server where it stopped, and at once on one that is new in the list', () =>
		onPool(
			async (stage) => {
				const [a, b, c] = stage.servers;
				const first = await Watch.begun(stage.connect(), { events: ['finished'] });
				const before = await a.submit(picture(1));
				await first.seen('finished');
				await first.stop();
				const meanwhile = [
					await a.submit(picture(2)),
					await b.submit(picture(3)),
					await c.submit(picture(4)),
				];
				await Promise.all([a, b, c].map(async (server) => await server.idle()));
				const since = first.cursor;
				delete (since as unknown as PoolCursor).servers.c;
				const second = await Watch.begun(stage.connect(), { events: ['finished'], since });
				await second.seen('finished', 2);
				const later = await c.submit(picture(5));
				await second.seen('finished', 3);
				expect(second.log.sort()).toEqual(
					[`${meanwhile[0]}@a`, `${meanwhile[1]}@b`, `${later}@c`].map((id) => `finished ${id}`).sort(),
				);
				expect(second.log).not.toContain(`finished ${before}@a`);
				await second.stop();
			},
			[{}, {}, {}],
		));

	test('begins although a server is down, and reports its jobs when it is back', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			let up = () => {};
			const restarting = a.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
			const watch = await Watch.begun(stage.connect(), { events: ['finished', 'online'] });
			await b.submit(picture());
			await watch.seen('finished');
			up();
			await restarting;
			await until(() => a.requests.some(({ path }) => path.startsWith('/api/history')), 'the first poll');
			await a.submit(picture());
			await watch.seen('finished', 2);
			expect(places(watch.events)).toContain('finished a');
			await watch.stop();
		}));

	test('is refused with the name of the server that refuses the credential', () =>
		onPool(
			async (stage) => {
				const watch = new Watch(stage.connect());
				expect(await watch.ended).toMatchObject({
					code: 'authentication',
					message: expect.stringMatching(/^b: /) as string,
				});
			},
			[{}, { auth: { kind: 'bearer', token: 'token' } }],
		));

	test('goes on when a server refuses the credential later: it counts as offline', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const watch = await Watch.begun(stage.connect(), { events: ['finished', 'offline'] });
			a.faults.respond({ path: /./ }, { status: 401, body: 'no' });
			a.faults.dropSockets();
			await watch.seen('offline');
			await b.submit(picture());
			await watch.seen('finished');
			expect(places(watch.events)).toEqual(['finished b', 'offline a']);
			a.faults.clear();
			await watch.stop();
		}));
});
