import { ComfyUiClient } from '../../../../nodes/client';
import { onStage, Stage } from '../../support/Stage';
import { picture } from '../../support/workflows';

const UPDATE = 'Update ComfyUI to 0.2.3 or later.';

describe('a server from before /api', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await Stage.start({ version: '0.0.0' });
	});
	afterAll(async () => await stage.stop());

	const operations: Array<
		[what: string, path: string, operation: (client: ComfyUiClient) => Promise<unknown>]
	> = [
		['system stats', '/api/system_stats', async (client) => await client.getSystemStats()],
		['node types', '/api/object_info', async (client) => await client.objectInfo()],
		['one node type', '/api/object_info/KSampler', async (client) => await client.objectInfo('KSampler')],
		['the queue', '/api/queue', async (client) => await client.getQueue()],
		['a job', '/api/prompt', async (client) => await client.queuePrompt(picture())],
		['models', '/api/models', async (client) => await client.models('checkpoints')],
		['the log', '/internal/logs', async (client) => await client.admin.logs()],
		['files', '/internal/files', async (client) => await client.admin.listFiles('output')],
		['the test of the connection', '/api/system_stats', async (client) => await client.host.verify()],
	];

	test.each(operations)('is called too old: %s', async (_what, path, operation) => {
		await expect(operation(stage.client)).rejects.toMatchObject({
			code: 'not-supported',
			message: `The ComfyUI at ${stage.server.url} is too old: it has no ${path}.`,
			hint: UPDATE,
		});
	});
});

test('a server from before the list of model folders is called too old, with its version', async () => {
	await onStage(
		async ({ client, server }) => {
			await expect(client.models()).rejects.toMatchObject({
				code: 'not-supported',
				message: `The ComfyUI 0.2.2 at ${server.url} is too old: it has no /api/models.`,
				hint: UPDATE,
			});
			expect(await client.models('checkpoints')).not.toEqual([]);
		},
		{ version: '0.2.2' },
	);
});

test('a server that cannot list any model is called too old instead of denying the folder', async () => {
	await onStage(
		async ({ client }) => {
			await expect(client.models('checkpoints')).rejects.toMatchObject({
				code: 'not-supported',
				hint: UPDATE,
			});
		},
		{ version: '0.1.2' },
	);
});

test('a newer server whose proxy keeps /api away is not called old', async () => {
	await onStage(async ({ client, server }) => {
		server.faults.respond({ path: /^\/api\// }, { status: 404 });
		await expect(client.getQueue()).rejects.toMatchObject({ code: 'not-found' });
	});
});

test('something that is no ComfyUI is not called old', async () => {
	await onStage(async ({ client, server }) => {
		server.faults.respond({ path: /./ }, { status: 404 });
		await expect(client.getSystemStats()).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('the choice of output nodes', () => {
	const chosen = { outputNodes: ['2'] };

	test('is refused by a server that reports no version and has no features', async () => {
		await onStage(
			async (stage) => {
				await expect(stage.client.queuePrompt(picture(), chosen)).rejects.toMatchObject({
					code: 'not-supported',
					message: 'This old ComfyUI cannot run only some of the output nodes: it would run all of them.',
				});
				expect(stage.submissions()).toEqual([]);
			},
			{ version: '0.1.3' },
		);
	});

	test('is sent to a server that has features, although it reports no version', async () => {
		await onStage(async (stage) => {
			const body = JSON.stringify({ system: {}, devices: [] });
			stage.server.faults.respond({ path: /system_stats$/ }, { status: 200, body });
			await stage.client.queuePrompt(picture(), chosen);
			expect(stage.submissions()).toMatchObject([{ partial_execution_targets: ['2'] }]);
		});
	});
});
