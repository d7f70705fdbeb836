import type { JobProgress } from '../../../nodes/client';
import { onStage } from '../support/Stage';
import { until } from '../../support/until';
import { picture, slow } from '../support/workflows';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

/** Frames that no client should stumble over; `ID` becomes the id of the job that is waited for. */
const STRANGE: Array<[string, unknown]> = [
	['no JSON', 'hello'],
	['half a JSON', '{"type": "executing", "da'],
	['null', null],
	['a number', 5],
	['a list', []],
	['no type', { data: { prompt_id: 'ID' } }],
	['no data', { type: 'executing' }],
	['null as data', { type: 'status', data: null }],
	['a status without content', { type: 'status', data: {} }],
	['a status of another shape', { type: 'status', data: { status: { exec_info: null } } }],
	['an unknown type', { type: 'crystools.monitor', data: 5 }],
	['a start without id', { type: 'execution_start', data: {} }],
	['a number as id', { type: 'execution_start', data: { prompt_id: 5 } }],
	['cached without nodes', { type: 'execution_cached', data: { prompt_id: 'ID' } }],
	['cached with null', { type: 'execution_cached', data: { prompt_id: 'ID', nodes: null } }],
	['state without nodes', { type: 'progress_state', data: { prompt_id: 'ID' } }],
	['state with null as node', { type: 'progress_state', data: { prompt_id: 'ID', nodes: { '1': null } } }],
	['executing without node', { type: 'executing', data: { prompt_id: 'ID' } }],
	['executing a number', { type: 'executing', data: { prompt_id: 'ID', node: 5 } }],
	['executed without output', { type: 'executed', data: { prompt_id: 'ID', node: '2' } }],
	['executed nothing', { type: 'executed', data: { prompt_id: 'ID' } }],
	['progress without numbers', { type: 'progress', data: { prompt_id: 'ID' } }],
	['progress with texts', { type: 'progress', data: { prompt_id: 'ID', value: 'a', max: 'b' } }],
	['an error without facts', { type: 'execution_error', data: { prompt_id: 'ID' } }],
	['an empty frame', Buffer.alloc(0)],
	['a short frame', Buffer.from([0, 0, 0, 1])],
	['an unknown frame', Buffer.from([0, 0, 0, 99, 0, 0, 0, 0])],
	['a text frame with a wrong length', Buffer.from([0, 0, 0, 3, 255, 255, 255, 255, 65])],
	['a picture frame with broken metadata', Buffer.from([0, 0, 0, 4, 0, 0, 0, 2, 65, 65, 1])],
];

function filled(frame: unknown, promptId: string): object | string | Buffer {
	if (Buffer.isBuffer(frame)) return frame;
	const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
	return text.replaceAll('ID', promptId);
}

test.each(STRANGE)('%s on the socket does no harm', (_what, frame) =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		const { promptId } = await client.queuePrompt(slow(0.02, 2));
		const seen: JobProgress[] = [];
		const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
		server.faults.sendToAll(filled(frame, promptId));
		server.faults.release();
		const { files, warnings } = await done;
		expect(files.map(({ filename }) => filename)).toEqual(['slow_00001_.png']);
		expect(warnings).toEqual([]);
		for (const { fraction = 0, value = 0 } of seen) {
			expect(fraction >= 0 && fraction <= 1).toBe(true);
			expect(typeof value).toBe('number');
		}
	}),
);

test.each([
	{ value: 500, max: 10 },
	{ value: -4, max: 10 },
	{ value: 3, max: 0 },
	{ value: 3, max: -1 },
	{ value: 0.5, max: 1 },
])('the fraction stays between 0 and 1 with a progress of %p', (progress) =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		const seen: JobProgress[] = [];
		const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
		server.faults.sendToAll({ type: 'executing', data: { prompt_id: promptId, node: '1' } });
		server.faults.sendToAll({ type: 'progress', data: { prompt_id: promptId, node: '1', ...progress } });
		await until(() => seen.some(({ max }) => max === progress.max), 'the progress');
		server.faults.release();
		await done;
		for (const { fraction = 0 } of seen) expect(fraction >= 0 && fraction <= 1).toBe(true);
	}),
);

test("another's events change nothing", () =>
	onStage(async ({ client, server }) => {
		const seen: JobProgress[] = [];
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture(3));
		const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
		await server.submit(slow(0.1, 5), { number: -5 }); // without a client id: progress goes to everybody
		server.faults.sendToAll({ type: 'executing', data: { prompt_id: 'theirs', node: '9' } });
		server.faults.sendToAll({ type: 'execution_error', data: { prompt_id: 'theirs' } });
		server.faults.sendToAll({ type: 'executing', data: { prompt_id: 'theirs', node: null } });
		server.faults.release();
		const { texts, files, warnings } = await done;
		expect([texts, files.length, warnings]).toEqual([[], 1, []]);
		expect(new Set(seen.flatMap(({ nodeTitle }) => nodeTitle ?? []))).toEqual(
			new Set(['EmptyImage', 'Keep it']),
		);
		expect(seen.every(({ preview, max }) => !preview && max === undefined)).toBe(true);
	}));

test('every event twice is as good as once', () =>
	onStage(async ({ client, server }) => {
		server.faults.duplicateEvents = true;
		const seen: number[] = [];
		const workflow = { ...slow(), '4': { class_type: 'TText', inputs: { text: 'hi' } } };
		const { promptId } = await client.queuePrompt(workflow);
		const { files, texts } = await client.waitForCompletion(promptId, {
			timeoutMs,
			onProgress: ({ fraction }) => void seen.push(fraction ?? 0),
		});
		expect([files.length, texts.map(({ key }) => key)]).toEqual([1, ['text', 'progress']]);
		expect(Math.max(...seen)).toBeLessThanOrEqual(1);
	}));

test.each(['execution_success', 'executing', 'executed', 'execution_start', 'status'])(
	'without any "%s" the job ends all the same',
	(type) =>
		onStage(async ({ client, server }) => {
			server.faults.muteEvents((event) => event.type === type);
			const { promptId } = await client.queuePrompt(slow());
			const { files } = await client.waitForCompletion(promptId, { timeoutMs });
			expect(files).toHaveLength(1);
		}),
);

test('a socket that breaks off is opened again, and polling covers what was missed', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		const running = server.faults.holdAt('executing');
		const { promptId } = await client.queuePrompt(slow());
		const done = client.waitForCompletion(promptId, { timeoutMs });
		await running;
		server.faults.dropSockets();
		await until(() => server.sockets === 1 && stage.requests('GET', '/ws').length === 2, 'a new socket');
		server.faults.release();
		expect((await done).files).toHaveLength(1);
	}));

test('a half-open socket is noticed, cut, and opened again', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		server.faults.halfOpen();
		await until(() => stage.requests('GET', '/ws').length === 2, 'a new socket');
		server.faults.reapHalfOpen();
		server.faults.release();
		expect((await client.waitForCompletion(promptId, { timeoutMs })).files).toHaveLength(1);
	}));

test('a listener that throws ends its own wait with its error, and no other', () =>
	onStage(async ({ client }) => {
		const { promptId } = await client.queuePrompt(slow());
		const onProgress = () => {
			throw new Error('a bug of the caller');
		};
		const [own, other] = await Promise.allSettled([
			client.waitForCompletion(promptId, { timeoutMs, onProgress }),
			client.waitForCompletion(promptId, { timeoutMs }),
		]);
		expect(own).toMatchObject({ status: 'rejected', reason: { message: 'a bug of the caller' } });
		expect(other).toMatchObject({ status: 'fulfilled', value: { status: 'success' } });
	}));
