import { randomUUID } from 'node:crypto';
import { simple, slow } from './prompts';
import { until } from './replay/until';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('the jobs API', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	async function job(id: string): Promise<Record<string, unknown>> {
		return (await session.get(`/api/jobs/${id}`)).json();
	}

	test('shows a finished job with its outputs, its workflow and a preview', async () => {
		const extra_data = { extra_pnginfo: { workflow: { id: 'w-1' } } };
		const id = await session.run(simple(), { extra_data });
		const finished = await job(id);
		expect(finished).toMatchObject({
			id,
			status: 'completed',
			priority: 0,
			outputs_count: 1,
			workflow_id: 'w-1',
			preview_output: { filename: 'x_00001_.png', type: 'output', nodeId: '2', mediaType: 'images' },
			outputs: { '2': { images: [{ filename: 'x_00001_.png' }] } },
			execution_status: { status_str: 'success' },
			workflow: { prompt: simple() },
		});
		expect(typeof finished['create_time']).toBe('number');
		expect(finished['execution_end_time']).toBeGreaterThanOrEqual(Number(finished['execution_start_time']));
		expect(finished).not.toHaveProperty('execution_error');
	});

	test('shows waiting and running jobs without outputs', async () => {
		session.server.faults.hold();
		const first = await session.queue(simple(), { client_id: 'me' });
		const second = await session.queue(simple());
		expect(await job(first)).toMatchObject({ status: 'pending' });
		const running = session.server.faults.holdAt('executing');
		session.server.faults.release();
		await running;
		expect(await job(first)).toMatchObject({ status: 'in_progress', outputs_count: 0 });
		expect(await job(second)).not.toHaveProperty('outputs');
	});

	test('tells failed from cancelled', async () => {
		const fail = { '1': simple()['1'], '2': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'no' } } };
		const failed = await session.run({
			...fail,
			'3': simple()['2'],
			'4': { ...simple()['2'], inputs: { images: ['2', 0], filename_prefix: 'y' } },
		});
		expect(await job(failed)).toMatchObject({
			status: 'failed',
			execution_error: { node_id: '2', exception_message: 'no\n' },
		});
		const cancelled = await session.queue(slow(5));
		await until(
			() => session.server.busyMs > 0,
			() => 'a running job',
		);
		expect((await session.post(`/api/jobs/${cancelled}/cancel`, '')).json()).toEqual({ cancelled: true });
		await session.idle();
		expect(await job(cancelled)).toMatchObject({ status: 'cancelled' });
	});

	test('cancels a waiting job without a trace, and finds nothing to cancel afterwards', async () => {
		session.server.faults.hold();
		const id = await session.queue(simple());
		expect((await session.post(`/api/jobs/${id}/cancel`, '')).json()).toEqual({ cancelled: true });
		expect((await session.post(`/api/jobs/${id}/cancel`, '')).json()).toEqual({ cancelled: false });
		expect((await session.get(`/api/jobs/${id}`)).status).toBe(404);
	});

	test('cancels many at once and refuses ids that are no UUID', async () => {
		session.server.faults.hold();
		const ids = [await session.queue(simple()), await session.queue(simple(1))];
		const refused = await session.post('/api/jobs/cancel', { job_ids: [...ids, 'x', 5] });
		expect(refused.status).toBe(400);
		expect(refused.json()).toEqual({
			error: 'job_ids contains invalid id(s)',
			invalid_ids: ['x', '5'],
		});
		const accepted = await session.post('/api/jobs/cancel', { job_ids: ids });
		expect(accepted.json()).toEqual({ cancelled: true });
		expect((await session.get('/prompt')).json()).toEqual({ exec_info: { queue_remaining: 0 } });
	});

	test('lists by status, in pages', async () => {
		const ids = [await session.run(simple(1)), await session.run(simple(2)), await session.run(simple(3))];
		const page = (await session.get('/api/jobs?status=completed&sort_order=asc&limit=2&offset=1')).json();
		expect((page['jobs'] as { id: string }[]).map(({ id }) => id)).toEqual(ids.slice(1));
		expect(page['pagination']).toEqual({ offset: 1, limit: 2, total: 3, has_more: false });
		expect((await session.get('/api/jobs?status=pending')).json()).toMatchObject({ jobs: [] });
	});

	test.each([
		['status=nope', 'Invalid status value(s): nope'],
		['limit=0', 'limit must be a positive integer'],
		['limit=x', 'limit must be an integer'],
		['sort_by=name', "sort_by must be 'created_at'"],
	])('refuses %s with a text as error', async (query, message) => {
		const answer = await session.get(`/api/jobs?${query}`);
		expect(answer.status).toBe(400);
		expect(answer.json()['error']).toContain(message);
	});

	test('an unknown job is 404', async () => {
		const answer = await session.get(`/api/jobs/${randomUUID()}`);
		expect([answer.status, answer.json()]).toEqual([404, { error: 'Job not found' }]);
	});

	test('a null workflow makes the listing fail for everybody, and is noticed as damage', async () => {
		await session.run(simple(), { extra_data: { extra_pnginfo: { workflow: null } } });
		expect((await session.get('/api/jobs')).status).toBe(500);
		expect(session.server.damage).toHaveLength(1);
	});
});

test.each([
	['0.5.0', 404, 405],
	['0.6.0', 200, 405],
	['0.26.0', 200, 200],
])('version %s: GET /api/jobs is %i, POST …/cancel is %i', async (version, list, cancel) => {
	const session = await Session.start({ version });
	expect((await session.get('/api/jobs?limit=1')).status).toBe(list);
	expect((await session.post(`/api/jobs/${randomUUID()}/cancel`, '')).status).toBe(cancel);
	await session.stop();
});
