import { randomUUID } from 'node:crypto';
import { save, simple } from './prompts';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('POST /prompt', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test.each([['not-a-uuid'], [randomUUID().toUpperCase()], [123], [randomUUID().replaceAll('-', '')]])(
		'refuses the prompt id %p from 0.25 on',
		async (prompt_id) => {
			const answer = await session.post('/prompt', { prompt: simple(), prompt_id });
			expect(answer.status).toBe(400);
			expect(answer.json()).toMatchObject({ error: { type: 'invalid_prompt_id' }, node_errors: {} });
		},
	);

	test('keeps a proper prompt id and mints one for null', async () => {
		const prompt_id = randomUUID();
		expect(await session.queue(simple(), { prompt_id })).toBe(prompt_id);
		expect(await session.queue(simple(), { prompt_id: null })).toMatch(/^[0-9a-f-]{36}$/);
	});

	test.each([
		['0.3.44', 123, /^[0-9a-f-]{36}$/],
		['0.3.64', 123, /^123$/],
		['0.3.64', null, /^None$/],
	])('version %s makes of the prompt id %p something like %p', async (version, prompt_id, expected) => {
		const older = await Session.start({ version });
		expect(await older.queue(simple(), { prompt_id })).toMatch(expected);
		await older.stop();
	});

	test('lower numbers run first, and front comes before all', async () => {
		session.server.faults.hold();
		const first = await session.queue(simple(1));
		const late = await session.queue(simple(2), { number: 50 });
		const front = await session.queue(simple(3), { front: true });
		session.server.faults.release();
		await session.idle();
		const order = Object.keys((await session.get('/history')).json());
		expect(order).toEqual([front, first, late]);
	});

	test('partial_execution_targets runs only these outputs', async () => {
		const prompt = { ...simple(), '3': save('1', 'other') };
		const id = await session.run(prompt, { partial_execution_targets: ['3'] });
		expect(Object.keys((await session.history(id))['outputs'] ?? {})).toEqual(['3']);
		const nothing = await session.post('/prompt', { prompt, partial_execution_targets: [] });
		expect(nothing.json()).toMatchObject({ error: { type: 'prompt_no_outputs' } });
	});

	test.each([
		['0.3.67', ['2', '3']],
		['0.3.68', ['3']],
	])(
		'history of version %s lists the outputs %p of a partial run after a full one',
		async (version, nodes) => {
			const older = await Session.start({ version });
			const prompt = { ...simple(), '3': save('1', 'other') };
			await older.run(prompt);
			const id = await older.run(prompt, { partial_execution_targets: ['3'] });
			expect(Object.keys((await older.history(id))['outputs'] ?? {}).sort()).toEqual(nodes);
			await older.stop();
		},
	);

	test('keys of partner services do not show', async () => {
		session.server.faults.hold();
		await session.queue(simple(), { extra_data: { api_key_comfy_org: 'secret' } });
		expect((await session.get('/queue')).text).not.toContain('secret');
		session.server.faults.release();
		await session.idle();
		expect((await session.get('/history')).text).not.toContain('secret');
	});

	test('classes given as options are offered, and run without doing anything', async () => {
		const Mine = {
			input: { required: { text: ['STRING', {}] } },
			output: [],
			output_node: true,
			name: 'Mine',
		};
		const own = await Session.start({ objectInfo: { Mine }, models: { checkpoints: ['own.ckpt'] } });
		expect(Object.keys((await own.get('/object_info/Mine')).json())).toEqual(['Mine']);
		expect((await own.get('/models/checkpoints')).json()).toEqual(['own.ckpt']);
		const id = await own.run({ '1': { class_type: 'Mine', inputs: { text: 'x' } } });
		expect((await own.history(id))['status']).toMatchObject({ status_str: 'success' });
		await own.stop();
	});
});
