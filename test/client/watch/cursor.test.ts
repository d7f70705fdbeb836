import type { WatchEvent } from '../../../nodes/client';
import { onStage } from '../support/Stage';
import { picture } from '../support/workflows';
import { until } from '../../support/until';
import { Watch } from './Watch';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

const EDITOR = { clientId: 'the-editor' };

test('a watch that continues from a cursor reports what has ended since, in order', () =>
	onStage(async ({ client, server }) => {
		const first = await Watch.begun(client);
		await server.submit(picture(), EDITOR);
		await first.seen('queueEmpty');
		await first.stop();
		const ids: string[] = [];
		for (let color = 1; color <= 40; color++) ids.push(await server.submit(picture(color), EDITOR));
		await server.idle();
		const second = new Watch(client, { since: first.cursor, events: ['finished'] });
		await second.seen('finished', 40);
		expect(second.log).toEqual(ids.map((id) => `finished ${id}`));
		expect(second.events.map(({ id }) => id)).toEqual([...new Set(second.events.map(({ id }) => id))]);
	}));

test('the cursor stays before an event until it is handled, and passes over handled ones in order', () =>
	onStage(async ({ client, server }) => {
		const handled = new Map<string, () => void>();
		const events: WatchEvent[] = [];
		const onEvent = (event: WatchEvent) => {
			events.push(event);
			return new Promise<void>((resolve) => handled.set('job' in event ? event.job.promptId : '', resolve));
		};
		const watch = await Watch.begun(client, { events: ['finished'], onEvent });
		const first = await server.submit(picture(1), EDITOR);
		const second = await server.submit(picture(2), EDITOR);
		await until(() => handled.size === 2);
		handled.get(second)?.();
		await new Promise((resolve) => setImmediate(resolve));
		expect(watch.cursor.ended).toEqual([]);
		const again = new Watch(client, { since: watch.cursor, events: ['finished'] });
		await again.seen('finished', 2);
		expect(again.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
		handled.get(first)?.();
		await until(() => watch.cursor.ended.length === 2);
		expect(watch.cursor.ended).toEqual([first, second]);
	}));

test('an error of the handler ends the watch, and the cursor stays before its event', () =>
	onStage(async ({ client, server }) => {
		const onEvent = async () => {
			throw new Error('the handler broke');
		};
		const watch = await Watch.begun(client, { events: ['finished'], onEvent });
		await server.submit(picture(), EDITOR);
		expect(await watch.ended).toMatchObject({ message: 'the handler broke' });
		expect(watch.cursor.ended).toEqual([]);
	}));

test('no more than 100 events are handled at a time', () =>
	onStage(async ({ client, server }) => {
		const first = await Watch.begun(client);
		await first.stop();
		for (let color = 0; color < 120; color++) await server.submit(picture(color), EDITOR);
		await server.idle();
		const open: Array<() => void> = [];
		let handed = 0;
		const onEvent = () => {
			handed += 1;
			return new Promise<void>((resolve) => open.push(resolve));
		};
		const watch = new Watch(client, { since: first.cursor, events: ['finished'], onEvent });
		await until(() => handed === 100);
		open.shift()?.();
		await until(() => handed === 101);
		for (const resolve of open.splice(0)) resolve();
		await until(() => handed === 120);
		for (const resolve of open.splice(0)) resolve();
		await until(() => watch.cursor.ended.length === 120);
	}));

test('the cursor of another server counts as none', () =>
	onStage(async ({ client, server }) => {
		const watch = await Watch.begun(client);
		await watch.stop();
		await server.submit(picture(1), EDITOR);
		await server.idle();
		const since = { ...watch.cursor, source: 'http://elsewhere:8188' };
		const other = await Watch.begun(client, { since, events: ['finished'] });
		const promptId = await server.submit(picture(2), EDITOR);
		await other.seen('finished');
		expect(other.log).toEqual([`finished ${promptId}`]);
	}));
