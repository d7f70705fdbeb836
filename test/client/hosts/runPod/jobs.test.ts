import type { ApiWorkflow } from '../../../../nodes/client';
import { repr } from '../../../server/wire/pythonText';
import { caught } from '../../support/caught';
import { canvas, picture, slow, textToImage } from '../../support/workflows';
import { onRunPod } from '../support/runPodStage';
import { looks, submissionOf } from './submission';

type Returned = Record<string, unknown>;

/** What becomes of a job whose handler returns this. */
async function endOf(returned: Returned | Error, errors: 'top' | 'output' = 'top') {
	let end: { warnings?: string[]; files?: unknown[]; error?: Awaited<ReturnType<typeof caught>> } = {};
	const handler = async () => {
		if (returned instanceof Error) throw returned;
		return returned;
	};
	await onRunPod(
		async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			const waiting = client.waitForCompletion(promptId);
			end = await waiting.catch(async () => ({ error: await caught(waiting) }));
		},
		{ handler, errors },
	);
	return end;
}

test('a job whose node failed is no success, although another node saved a file', async () => {
	const images = [{ filename: 'a.png', type: 'base64', data: 'AAAA' }];
	const failure = 'Workflow execution error: Node Type: SaveImage, Node ID: 2, Message: disk full';
	const { error } = await endOf({ images, errors: [failure] });
	expect(error).toMatchObject({
		code: 'execution',
		failure: { nodeId: '2', exceptionMessage: 'disk full' },
	});
});

describe('a job that ended well', () => {
	test('without pictures is a success without files, which says why there are none', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
			const { promptId } = await client.queuePrompt({ '1': canvas(), '2': preview });
			expect(await client.waitForCompletion(promptId)).toMatchObject({
				files: [],
				warnings: [expect.stringContaining('drops previews')],
			});
		}));

	test('says what the worker remarked', async () => {
		const images = [{ filename: 'a.png', type: 'base64', data: 'AAAA' }];
		const { warnings, files } = await endOf({ images, errors: ['Error uploading b.png to S3: <no> bucket'] });
		expect([files?.length, warnings]).toEqual([1, ['Error uploading b.png to S3: bucket']]);
	});

	test('says which file came in no known form', async () => {
		const images = [{ filename: 'a.png', type: 's3_url', data: 'simulated_uploaded/a.png' }];
		const { warnings, files } = await endOf({ images });
		expect([files, warnings]).toEqual([[], [expect.stringContaining('"a.png"')]]);
	});

	test('lists the files of relatives of worker-comfyui', async () => {
		const { files } = await endOf({ videos: [{ filename: 'a/b.mp4', type: 'base64', data: 'AAAA' }] });
		expect(files).toMatchObject([{ key: 'videos', filename: 'b.mp4', kind: 'video' }]);
	});

	test.each([{ text: 'hello' }, {}])('of another kind of worker says so: %j', async (returned) => {
		const { warnings } = await endOf(returned);
		expect(warnings).toEqual([expect.stringContaining('worker-comfyui')]);
	});
});

describe('a job that failed', () => {
	const findings = (errors: string) =>
		`Workflow validation failed:\n• Node 4 (errors): ${errors}\n• Node 4 (class_type): CheckpointLoaderSimple`;

	test.each<[string, Returned | Error, string, string]>([
		['a text', { error: 'ComfyUI server not reachable' }, 'execution', 'not reachable'],
		['details', { error: 'Failed to upload', details: ['a.png: <b>bad</b>'] }, 'execution', 'a.png: bad'],
		['an exception of the handler', new TypeError('no such thing'), 'execution', 'no such thing [TypeError]'],
		[
			'the exception of a node',
			{
				error: 'Job processing failed',
				details: ['Workflow execution error: Node Type: Save, Node ID: 2, Message: a\nb'],
			},
			'execution',
			'"Keep it" (Save, node 2) failed: a b',
		],
		['a failure of workers before 5.0.0', { status: 'error', message: 'no file' }, 'execution', 'no file'],
		['no reason', { error: {} }, 'execution', '{}'],
		[
			'a refusal that is cut off',
			{ error: findings("[{'type': 'x'") },
			'execution',
			'Workflow validation failed',
		],
		['a refusal in other words', { error: 'Workflow validation failed: so it is' }, 'execution', 'so it is'],
		[
			'a refusal',
			{
				error: findings(repr([{ type: 'required_input_missing', extra_info: { input_name: 'ckpt_name' } }])),
			},
			'validation',
			'"CheckpointLoaderSimple" (node 4), input "ckpt_name": a value or a connection is required',
		],
	])('tells of %s', async (_what, returned, code, message) => {
		const places = ['top', 'output'] as const;
		for (const place of places) {
			const { error } = await endOf(returned, place);
			expect([place, error?.code, error?.message]).toEqual([place, code, expect.stringContaining(message)]);
		}
	});

	test.each<[string, ApiWorkflow, string]>([
		['a model that is not there', textToImage(1, 'it\'s \\ "nöt".safetensors'), 'value_not_in_list'],
		['no outputs', { '1': canvas() }, 'prompt_no_outputs'],
		['a node type that is not installed', { '1': { class_type: 'Nope', inputs: {} } }, 'missing_node_type'],
	])('because ComfyUI refused %s is told as that', (_what, workflow, type) =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(workflow);
			const error = await caught(client.waitForCompletion(promptId));
			expect(error.code).toBe('validation');
			expect([error.type, ...(error.problems as Array<{ type: string }>).map((one) => one.type)]).toContain(
				type,
			);
			if (type === 'value_not_in_list') expect(error.message).toContain(`"it's \\ "nöt".safetensors" is not`);
		}),
	);

	test('shows no secret that its worker repeats', () =>
		onRunPod(
			async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(picture());
				const error = await caught(client.waitForCompletion(promptId));
				expect(error.message).toContain('***');
				expect(JSON.stringify(error)).not.toContain('canary');
			},
			{ handler: async (_id, input) => ({ error: JSON.stringify(input) }) },
		));

	test('in time or by somebody’s hand says which', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			for (const [status, code, message] of [
				['TIMED_OUT', 'execution', 'RunPod ended the job'],
				['CANCELLED', 'interrupted', 'cancelled on RunPod'],
			] as const) {
				const { promptId } = await client.queuePrompt(slow());
				stage.server.endpoint.finish(stage.server.endpoint.jobs.get(promptId)!, status);
				const error = await caught(client.waitForCompletion(promptId));
				expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
			}
		}));

	test('and is too old is lost, with how long results are kept', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			await client.waitForCompletion(promptId);
			stage.server.endpoint.jobs.clear();
			const error = await caught(client.waitForCompletion(promptId));
			expect([error.code, error.hint]).toEqual(['lost', expect.stringContaining('30 minutes')]);
			expect((await client.getJob(promptId)).state).toBe('lost');
		}));
});

test('states with other names count as running', () =>
	onRunPod(async (stage) => {
		const body = { id: 'x', status: 'WARMING_UP' };
		stage.server.fault({ path: /status/ }, { kind: 'respond', reply: { status: 200, body } });
		expect((await stage.connect().getJob('x')).state).toBe('running');
	}));

describe('many jobs', () => {
	test('are polled in turns, and all have a status', () =>
		onRunPod(async (stage) => {
			const host = stage.host();
			stage.server.endpoint.paused = true;
			const ids: string[] = [];
			for (let job = 0; job < 100; job++)
				ids.push((await host.jobs.submit(submissionOf(picture()))).promptId);
			const asked = async () => {
				const before = stage.server.requests.length;
				const found = await host.jobs.getJobs(ids);
				expect(ids.every((id) => found.get(id)?.state === 'pending')).toBe(true);
				return stage.server.requests.slice(before).map(({ path }) => path);
			};
			const [first, second] = [await asked(), await asked()];
			expect([first.length, second.length]).toEqual([60, 60]);
			expect(new Set([...first, ...second]).size).toBe(100);
		}));

	test('are not polled while RunPod answers 429, and keep their last status', () =>
		onRunPod(async (stage) => {
			const host = stage.host();
			const { promptId } = await host.jobs.submit(submissionOf(slow()));
			stage.server.tooMany(/status/, 1, 30);
			expect((await host.jobs.getJobs([promptId])).get(promptId)).toEqual({ state: 'pending' });
			expect((await host.jobs.getJobs([promptId])).get(promptId)).toEqual({ state: 'pending' });
			expect(looks(stage)).toBe(1);
			const error = await caught(host.jobs.getJobs(['other']));
			expect([error.code, error.status, error.retryAfterMs]).toEqual(['http', 429, 30_000]);
		}));
});

describe('cancelling', () => {
	test('a job that waits, one that runs, one that has ended and one that nobody knows', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const running = await client.queuePrompt(slow());
			stage.server.endpoint.paused = true;
			const waiting = await client.queuePrompt(picture());
			const cancel = async (id: string) => await client.cancel(id);
			expect(await cancel(waiting.promptId)).toBe('removed');
			expect(await cancel(running.promptId)).toBe('interrupted');
			expect(await cancel(running.promptId)).toBe('nothing');
			expect(await cancel('nobody')).toBe('nothing');
			expect((await caught(client.waitForCompletion(running.promptId))).code).toBe('cancelled');
		}));

	test('a job that ends meanwhile comes too late', () =>
		onRunPod(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(slow());
			const body = { id: promptId, status: 'COMPLETED' };
			stage.server.fault({ path: /cancel/ }, { kind: 'respond', reply: { status: 200, body } });
			expect(await client.cancel(promptId)).toBe('nothing');
		}));
});
