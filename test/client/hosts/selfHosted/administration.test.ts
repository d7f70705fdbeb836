import { caught } from '../../support/caught';
import { onStage } from '../../support/Stage';
import { picture, slow } from '../../support/workflows';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const FAILING = { ...slow(0), '2': { class_type: 'TFail', inputs: { msg: 'no', image: ['1', 0] } } };
const VERSIONS = ['0.2.3', '0.3.10', '0.3.64', '0.6.0', '0.25.0', '0.33.0'];

describe('the log', () => {
	test.each(VERSIONS)('on %s has its lines in their order, without colours and progress bars', (version) =>
		onStage(
			async ({ client, server }) => {
				await server.submit(picture());
				await server.idle();
				const lines = await client.admin.logs();
				expect(lines.map(({ text }) => text)).toEqual([
					'Device: cpu',
					'Using CPU: this is slow',
					'got prompt',
					'100%|##########| 20/20',
					'Prompt executed in 0.01 seconds',
				]);
				for (const { time } of lines) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
			},
			{ version },
		),
	);

	test.each(['0.2.3', '0.25.0', '0.33.0'])('on %s has levels, also for the lines of a traceback', (version) =>
		onStage(
			async ({ client, server }) => {
				await server.submit(FAILING);
				await server.idle();
				const errors = (await client.admin.logs()).filter(({ level }) => level === 'ERROR');
				expect(errors.map(({ text }) => text)).toEqual([
					expect.stringContaining('!!! Exception during processing !!! no'),
					'Traceback (most recent call last):',
					'  File "execution.py", line 1, in execute',
					'ValueError: no',
				]);
			},
			{ version },
		),
	);

	test.each(['0.3.10', '0.3.64', '0.6.0'])('on %s has no levels', (version) =>
		onStage(
			async ({ client }) => {
				for (const line of await client.admin.logs()) expect(line.level).toBeUndefined();
			},
			{ version },
		),
	);

	test('shows no credential', () =>
		onStage(async (stage) => {
			stage.server.faults.respond(
				{ path: /logs\/raw/ },
				{ status: 200, body: { entries: [{ t: 'x', m: 'Authorization: Bearer very-secret\n' }] } },
			);
			const client = stage.connect({ headers: { authorization: 'Bearer very-secret' } });
			expect((await client.admin.logs())[0].text).not.toContain('very-secret');
		}));
});

describe('users and their files', () => {
	test('a server with one user says so', () =>
		onStage(async ({ client }) => {
			const users = [{ id: 'default', name: 'default' }];
			expect(await client.admin.users()).toEqual({ multiUser: false, users });
		}));

	test('the header of the credential chooses one of several users', () =>
		onStage(
			async (stage) => {
				expect(await stage.client.admin.users()).toEqual({
					multiUser: true,
					users: [
						{ id: 'anna_1', name: 'Anna' },
						{ id: 'ben_2', name: 'Ben' },
					],
				});
				const [anna, ben] = ['anna_1', 'ben_2'].map((id) => stage.connect({ headers: { 'comfy-user': id } }));
				await anna.admin.writeUserFile('workflows/a.json', '{}');
				expect(await anna.listUserFiles()).toMatchObject([{ path: 'a.json' }]);
				expect(await ben.listUserFiles()).toEqual([]);
			},
			{ users: { anna_1: 'Anna', ben_2: 'Ben' } },
		));

	test('without a known user the error names the field of the credential', () =>
		onStage(
			async ({ client }) => {
				for (const request of [
					client.listUserFiles(),
					client.readUserFile('workflows/a.json'),
					client.admin.writeUserFile('workflows/a.json', '{}'),
					client.admin.deleteUserFile('workflows/a.json'),
				])
					expect(await caught(request)).toMatchObject({
						code: 'invalid-input',
						hint: expect.stringContaining('"User ID"') as string,
					});
			},
			{ users: { anna_1: 'Anna' } },
		));

	test.each(VERSIONS)('on %s a file is written once, overwritten on request, and deleted', (version) =>
		onStage(
			async ({ client }) => {
				const path = 'workflows/sub/ü & b.json';
				await client.admin.writeUserFile(path, '{"seed":18446744073709551615}');
				expect(await client.readUserFile(path)).toBe('{"seed":18446744073709551615}');
				expect(await caught(client.admin.writeUserFile(path, '{}'))).toMatchObject({ code: 'invalid-input' });
				await client.admin.writeUserFile(path, '{}', { overwrite: true });
				expect(await client.readUserFile(path)).toBe('{}');
				await client.admin.deleteUserFile(path);
				expect(await caught(client.admin.deleteUserFile(path))).toMatchObject({ code: 'not-found' });
			},
			{ version },
		),
	);

	test('a path that leads out of the folder is refused', () =>
		onStage(async ({ client }) => {
			const error = await caught(client.admin.writeUserFile('../../x.json', '{}'));
			expect(error).toMatchObject({ code: 'invalid-input' });
		}));
});

describe('the list of jobs', () => {
	const jobs = async ({ client, server }: Parameters<Parameters<typeof onStage>[0]>[0]) => {
		const good = await server.submit(picture());
		await server.idle();
		const bad = await server.submit(FAILING);
		await server.idle();
		server.faults.hold();
		const extraData = { extra_pnginfo: { workflow: { id: 'wf-1' } } };
		const waiting = await server.submit(picture(2), { extraData });
		return { good, bad, waiting, client };
	};

	test.each(VERSIONS)('on %s has queued and ended ones, the newest first', (version) =>
		onStage(
			async (stage) => {
				const { good, bad, waiting, client } = await jobs(stage);
				const rows = await client.admin.listJobs({ max: 10 });
				expect(new Set(rows.map(({ promptId }) => promptId))).toEqual(new Set([waiting, bad, good]));
				const row = (id: string) => rows.find(({ promptId }) => promptId === id);
				expect(row(waiting)).toMatchObject({ status: 'pending', workflowId: 'wf-1' });
				expect(row(bad)).toMatchObject({ status: 'failed', error: 'no' });
				expect(row(good)).toMatchObject({ status: 'completed', durationMs: expect.any(Number) as number });
				const failed = await client.admin.listJobs({ max: 10, status: 'failed' });
				expect(failed.map(({ promptId }) => promptId)).toEqual([bad]);
				expect(await client.admin.listJobs({ max: 10, workflowId: 'wf-1' })).toHaveLength(1);
				expect(await client.admin.listJobs({ max: 10, workflowId: 'wf-2' })).toEqual([]);
				expect(await client.admin.listJobs({ max: 1 })).toHaveLength(1);
				stage.server.faults.release();
				await stage.server.idle();
			},
			{ version },
		),
	);

	test('comes from the history when a job of somebody makes the jobs API fail', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ path: /api\/jobs/ }, { status: 500 });
			const promptId = await server.submit(picture());
			await server.idle();
			expect(await client.admin.listJobs({ max: 5 })).toMatchObject([{ promptId, status: 'completed' }]);
		}));

	test.each(['0.3.10', '0.3.64', '0.33.0'])(
		'on %s reads no more of a long history than it returns',
		(version) =>
			onStage(
				async (stage) => {
					const ids: string[] = [];
					for (let index = 0; index < 90; index++) ids.push(await stage.server.submit(picture(index)));
					await stage.server.idle();
					const few = await stage.client.admin.listJobs({ max: 5 });
					const last = new Set(ids.slice(-5));
					if (version !== '0.33.0') expect(few.map(({ promptId }) => promptId)).toEqual([...last].reverse());
					expect(stage.requests('GET', '/history').length).toBeLessThanOrEqual(1);
					const all = await stage.client.admin.listJobs({ max: 1000 });
					expect(new Set(all.map(({ promptId }) => promptId))).toEqual(new Set(ids));
					expect(await stage.client.admin.findEnded(({ promptId }) => promptId === ids[0])).toEqual([ids[0]]);
				},
				{ version },
			),
	);
});

describe('stored jobs', () => {
	test.each(VERSIONS)('on %s say who submitted them, with all digits of their seeds', (version) =>
		onStage(
			async ({ client, server }) => {
				server.faults.hold();
				const workflow = {
					'1': { class_type: 'TSleep', inputs: { seconds: 0, steps: 1, seed: 1 } },
					'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
				};
				await client.queuePrompt(workflow, { extraData: { api_key_comfy_org: 'secret', mine: 1 } });
				const [job] = await client.admin.storedQueue();
				expect(job).toMatchObject({ state: 'pending', clientId: client.clientId, workflow });
				expect(job.extraData).toMatchObject({ mine: 1 });
				expect(JSON.stringify(job)).not.toContain('secret');
				expect(await client.admin.storedJob(job.promptId)).toMatchObject({ state: 'pending' });
				server.faults.release();
				await server.idle();
				expect(await client.admin.storedJob(job.promptId)).toMatchObject({ state: 'ended', workflow });
				expect(await client.admin.storedJob('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d')).toBeUndefined();
			},
			{ version },
		),
	);

	test.each(VERSIONS)('on %s pending ones are removed, and running ones are not', (version) =>
		onStage(
			async ({ client, server }) => {
				const started = server.faults.holdAt('executing');
				const running = await server.submit(slow(0), { clientId: 'somebody' });
				await started;
				const waiting = await server.submit(picture(1), { clientId: 'somebody' });
				expect(await client.admin.removePending([running, waiting])).toEqual([waiting]);
				expect(await client.admin.removePending([running, waiting])).toEqual([]);
				server.faults.release();
				await server.idle();
				expect((await client.getJob(running)).state).toBe('success');
			},
			{ version },
		),
	);
});

describe('a restart', () => {
	test.each(['POST /v2/manager/reboot', 'POST /manager/reboot', 'GET /manager/reboot'] as const)(
		'by %s ends when the server answers again',
		(manager) =>
			onStage(
				async ({ client, server }) => {
					server.faults.hold();
					const lost = await server.submit(picture());
					await client.admin.restart();
					expect((await client.getJob(lost)).state).toBe('lost');
					expect((await client.getSystemStats()).system.comfyui_version).toBe('0.33.0');
				},
				{ manager },
			),
	);

	test('is not supported without ComfyUI-Manager, and the error names it', () =>
		onStage(async ({ client }) => {
			const error = await caught(client.admin.restart());
			expect(error).toMatchObject({
				code: 'not-supported',
				message: expect.stringContaining('ComfyUI-Manager') as string,
			});
		}));

	test('that the security level forbids says so', () =>
		onStage(
			async ({ client }) => {
				const error = await caught(client.admin.restart());
				expect(error).toMatchObject({
					code: 'not-supported',
					hint: expect.stringContaining('security_level') as string,
				});
			},
			{ manager: 'forbidden' },
		));

	test('of a server that does not come back fails at the deadline', () =>
		onStage(
			async ({ client, server }) => {
				const breakOff = async () => server.faults.resetConnection({ path: /system_stats/ });
				server.faults.holdRequest({ path: /manager\/reboot/ }, breakOff);
				const error = await caught(client.admin.restart({ timeoutMs: 50 }));
				expect(error).toMatchObject({ code: 'connection', reason: 'timeout' });
			},
			{ manager: 'POST /v2/manager/reboot' },
		));
});
