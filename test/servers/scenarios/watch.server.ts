import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiTrigger } from '../../../nodes/Trigger/ComfyUiTrigger.node';
import { Watch } from '../../client/watch/Watch';
import { nodeType } from '../../support/builtPackage';
import { Engine } from '../../support/engine';
import { until } from '../../support/until';
import { failure, serverUnderTest } from '../support/ServerUnderTest';
import { canvas, fail, picture, save, slow, unique } from '../support/workflows';

/** The watch of the jobs of all clients, and the trigger that begins executions with it. */

const server = serverUnderTest();
const { client, other } = server;

const watches: Watch[] = [];
afterEach(async () => {
	for (const watch of watches.splice(0)) expect(await watch.stop()).toBeUndefined();
});

async function watching(options: ConstructorParameters<typeof Watch>[1] = {}): Promise<Watch> {
	const watch = await Watch.begun(client, options);
	watches.push(watch);
	return watch;
}

test('the job of another client is reported with what it made, and the empty queue after it', async () => {
	const watch = await watching();
	const prefix = unique('watched');
	const { promptId } = await other.queuePrompt(picture(prefix));
	const [finished] = await watch.seen('finished');
	expect(finished).toMatchObject({
		job: {
			promptId,
			state: 'success',
			clientId: other.clientId,
			result: { files: [{ filename: expect.stringContaining(prefix) }] },
		},
	});
	await watch.seen('queueEmpty');
	expect(watch.log).toEqual([`started ${promptId}`, `finished ${promptId}`, 'queueEmpty']);
});

test('a job that fails and one that is cancelled are reported with their errors', async () => {
	const watch = await watching({ events: ['failed', 'cancelled'] });
	const failed = await other.queuePrompt({ '1': canvas(), '2': fail('1', 'the oven broke'), '3': save('2') });
	expect(await watch.seen('failed')).toMatchObject([
		{ job: { promptId: failed.promptId, error: { message: expect.stringContaining('the oven broke') } } },
	]);
	const running = await other.queuePrompt(slow(10, 100));
	await server.running(running);
	await other.cancel(running.promptId);
	expect(await watch.seen('cancelled')).toMatchObject([{ job: { promptId: running.promptId } }]);
	await failure(other.waitForCompletion(running.promptId), 'cancelled');
});

test('what ends between two watches is reported once by the second, in its order', async () => {
	await server.run(picture());
	const first = await watching({ events: ['finished'] });
	await first.stop();
	const ids = [];
	for (let count = 0; count < 5; count++) ids.push((await other.queuePrompt(picture())).promptId);
	await server.idle();
	const second = await watching({ since: first.cursor, events: ['finished'] });
	await second.seen('finished', 5);
	expect(second.log).toEqual(ids.map((id) => `finished ${id}`));
});

test('ComfyUI Trigger begins an execution for the job of another client, and none for earlier ones', async () => {
	await server.run(picture());
	const engine = await Engine.start({
		nodeTypes: { [nodeType('Trigger')]: ComfyUiTrigger },
		credentialTypes: { comfyUiApi: ComfyUiApi },
	});
	const trigger = { name: 'Trigger', type: nodeType('Trigger'), parameters: { events: ['finished'] } };
	const active = await engine.activate({
		nodes: [trigger],
		credentials: { comfyUiApi: { url: server.url } },
	});
	try {
		const { promptId } = await other.queuePrompt(picture());
		await until(() => active.executions.length > 0 || active.errors.length > 0, 'an execution', 20_000);
		expect(active.errors).toEqual([]);
		const started = active.executions.flatMap(({ items }) => items.map(({ json }) => json));
		expect(started).toMatchObject([{ event: 'finished', promptId, status: 'success' }]);
	} finally {
		await active.close();
		await engine.stop();
	}
});
