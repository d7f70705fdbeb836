import type { JobProgress } from '../../../../nodes/client';
import { readEventStream } from '../../../../nodes/client/transport/eventStream';
import { until } from '../../../support/until';
import { slow } from '../../support/workflows';
import { onApiV2, type ApiV2Play } from '../support/onApiV2';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

const streams = ({ api }: ApiV2Play) => api.origin.requests.filter(({ path }) => path.endsWith('/events'));

/** Runs a slow job of three nodes to its end. */
async function watch({ client, api }: ApiV2Play): Promise<JobProgress[]> {
	const seen: JobProgress[] = [];
	const reached = api.comfyUi.faults.holdAt('progress', 10);
	const { promptId } = await client.queuePrompt(slow(0.03, 30));
	const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
	await reached;
	await until(() => seen.some(({ state }) => state === 'running'), 'the job to run');
	const further = api.comfyUi.faults.holdAt('progress', 10);
	api.comfyUi.faults.release();
	await further;
	await until(() => seen.some(({ fraction, preview }) => (fraction ?? 0) > 0.33 || preview), 'progress');
	api.comfyUi.faults.release();
	expect((await done).files).toHaveLength(1);
	return seen;
}

describe('the events of a job', () => {
	test.each(['deployment', 'proxy'] as const)(
		'of a %s bring progress of the whole workflow, and previews',
		(kind) =>
			onApiV2(
				async (stage) => {
					const seen = await watch(stage);
					expect(streams(stage)).toHaveLength(1);
					const fractions = seen.flatMap(({ fraction }) => fraction ?? []);
					expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
					// the proxy counts only the nodes that have begun, so its own share would be above a half from the start
					expect(fractions.some((share) => share > 0.33 && share < 0.5)).toBe(true);
					expect(seen.some(({ nodeTitle, value }) => nodeTitle === 'TSleep' && (value ?? 0) > 10)).toBe(true);
					const preview = seen.find((progress) => progress.preview)?.preview;
					expect(preview?.mimeType).toBe('image/jpeg');
					expect([...(preview?.data.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8]);
				},
				{ kind },
			),
	);

	test('are not asked for when nobody listens', () =>
		onApiV2(async (stage) => {
			const { promptId } = await stage.client.queuePrompt(slow(0.01, 2));
			await stage.client.waitForCompletion(promptId, { timeoutMs });
			expect(streams(stage)).toEqual([]);
		}));

	test.each([404, 501])(
		'are asked for once where the service has none (%i): polling brings the progress',
		(status) =>
			onApiV2(async (stage) => {
				const reply = { status, body: { error: { code: 'not_found', message: 'no stream' } } };
				stage.api.origin.faults.arm({ path: /\/events$/ }, { kind: 'respond', reply });
				const seen = await watch(stage);
				expect(streams(stage)).toHaveLength(1);
				expect(seen.some(({ fraction }) => (fraction ?? 0) > 0)).toBe(true);
			}),
	);

	test('that break off are asked for again, and the job ends well meanwhile', () =>
		onApiV2(async (stage) => {
			stage.api.origin.faults.arm({ path: /\/events$/, times: 2 }, { kind: 'reset' });
			stage.api.origin.faults.arm(
				{ path: /\/events$/, times: 1 },
				{
					kind: 'respond',
					reply: {
						status: 429,
						headers: { 'retry-after': '5' },
						body: { error: { code: 'too_many_streams' } },
					},
				},
			);
			await watch(stage);
			expect(streams(stage).length).toBeGreaterThanOrEqual(1);
		}));
});

async function read(...chunks: string[]) {
	const bytes = (async function* () {
		for (const chunk of chunks) yield Buffer.from(chunk);
	})();
	const found = [];
	for await (const event of readEventStream(bytes)) found.push(event);
	return found;
}

describe('a stream of Server-Sent Events', () => {
	test('is read whatever its chunks, line ends, comments and further fields are', async () => {
		expect(
			await read(
				': hello\n\neve',
				'nt: progress\r\ndata: {"a":',
				'1}\r\nid: 7\r\n\r\ndata:x\ndata: y\n\nevent: z\n\n',
			),
		).toEqual([
			{ event: 'progress', data: '{"a":1}' },
			{ event: 'message', data: 'x\ny' },
		]);
	});

	test('keeps letters that a chunk cuts apart', async () => {
		const bytes = Buffer.from('data: größer\n\n');
		const cut = (async function* () {
			for (const byte of bytes) yield Buffer.from([byte]);
		})();
		const found = [];
		for await (const { data } of readEventStream(cut)) found.push(data);
		expect(found).toEqual(['größer']);
	});

	test('with an event that never ends is given up', async () => {
		const endless = (async function* () {
			for (;;) yield Buffer.alloc(1024 * 1024, 'x');
		})();
		await expect(readEventStream(endless).next()).rejects.toMatchObject({ code: 'unexpected-response' });
	});
});
