import { delay } from '../../../nodes/client/core/time';
import { gate } from '../../support/gate';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { until } from '../../support/until';
import { picture, save, slow } from '../support/workflows';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

/** An hour, at fifty times the speed. */
const timeoutMs = 3_600_000;

describe.each([
	['with a socket', false],
	['with polling only', true],
])('a job that is gone, %s', (_how, refuse) => {
	test('because somebody cleared the queue, is lost', () =>
		onStage(async ({ client, server }) => {
			server.faults.refuseSockets = refuse;
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			const error = caught(client.waitForCompletion(promptId, { timeoutMs }));
			await until(async () => (await client.getJob(promptId)).state === 'pending', 'the queue');
			await fetch(`${server.url}/queue`, { method: 'POST', body: '{"clear": true}' });
			expect(await error).toMatchObject({ code: 'lost', reason: 'removed', promptId });
			server.faults.release();
		}));

	test('without a trace while it ran, is lost', () =>
		onStage(async ({ client, server }) => {
			server.faults.refuseSockets = refuse;
			const { promptId } = await client.queuePrompt(slow(20, 100));
			const error = caught(client.waitForCompletion(promptId, { timeoutMs }));
			await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
			server.faults.loseJob(promptId);
			expect(await error).toMatchObject({ code: 'lost', promptId });
		}));

	test('because the server was restarted, is lost and says restarted', () =>
		onStage(async ({ client, server }) => {
			server.faults.refuseSockets = refuse;
			const { promptId } = await client.queuePrompt(slow(20, 100));
			const error = caught(client.waitForCompletion(promptId, { timeoutMs }));
			await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
			await server.restart({ downUntil: delay(10_000) });
			expect(await error).toMatchObject({
				code: 'lost',
				reason: 'restarted',
				message: expect.stringContaining('restarted'),
			});
		}));
});

test('a job that was never there is lost, and the hint speaks of the server that took it', () =>
	onStage(async ({ client }) => {
		const error = await caught(client.waitForCompletion('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d'));
		expect(error).toMatchObject({ code: 'lost', reason: 'removed' });
		expect(error.message).toContain('does not know the job 6f1ed002');
		expect(error.hint).toContain('server that took the job');
	}));

test('a restart does not end a wait for a job that is submitted after it', () =>
	onStage(async ({ client, server }) => {
		const first = await client.queuePrompt(slow(20, 100));
		const error = caught(client.waitForCompletion(first.promptId, { timeoutMs }));
		await server.restart({ downUntil: delay(1_000) });
		expect((await error).code).toBe('lost');
		const second = await client.queuePrompt(picture());
		expect(await client.waitForCompletion(second.promptId)).toMatchObject({ status: 'success' });
	}));

describe('when the history forgot a job that ended well', () => {
	test('the outputs are those of the events, with a warning', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ path: /history/ }, { status: 200, body: '{}' });
			const { promptId } = await client.queuePrompt(slow());
			const result = await client.waitForCompletion(promptId, { timeoutMs });
			expect(result).toMatchObject({
				status: 'success',
				files: [{ nodeId: '3', nodeTitle: 'Keep it', filename: 'slow_00001_.png' }],
				warnings: [expect.stringContaining('history entry of the job was gone')],
			});
		}));

	test('outputs of nodes that were added while it ran belong to the node of the workflow', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ path: /history/ }, { status: 200, body: '{}' });
			server.faults.hold();
			const workflow = { '1': { class_type: 'TExpand', inputs: { n: 1 } }, '2': save('1') };
			const { promptId } = await client.queuePrompt(workflow);
			const output = { text: ['from inside'] };
			const data = { prompt_id: promptId, node: '1.0.0.7', display_node: '1', output };
			server.faults.sendToAll({ type: 'executed', data });
			server.faults.release();
			const { texts } = await client.waitForCompletion(promptId, { timeoutMs });
			expect(texts).toEqual([{ nodeId: '1', nodeTitle: 'TExpand', key: 'text', text: 'from inside' }]);
		}));
});

test('a history entry that is written late is waited for', () =>
	onStage(async ({ client, server }) => {
		const written = gate();
		server.faults.historyGate = async () => await written.passed;
		let asked = 0;
		server.faults.holdRequest({ path: /history\// }, async () => void (++asked === 3 && written.open()));
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		const done = client.waitForCompletion(promptId, { timeoutMs });
		await until(async () => (await client.getJob(promptId)).state === 'pending', 'the queue');
		server.faults.release();
		const { warnings, files } = await done;
		expect([warnings, files.length]).toEqual([[], 1]);
	}));

describe('a server that cannot be reached', () => {
	test('for a while does not end the wait', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			const result = client.waitForCompletion(promptId, { timeoutMs });
			server.faults.resetConnection({ path: /./, times: 4 });
			server.faults.respond({ path: /./, times: 6 }, { status: 502, body: '<html>Bad Gateway</html>' });
			server.faults.dropSockets();
			await until(() => server.requests.length > 14, 'more looks');
			server.faults.release();
			expect((await result).files).toHaveLength(1);
		}));

	test('for minutes ends it with the reason', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			server.faults.resetConnection({ path: /./ });
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs }));
			expect([error.code, error.reason]).toEqual(['connection', 'reset']);
		}));

	test('because the credentials no longer count ends it at once', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			server.faults.respond({ path: /./ }, { status: 401, body: 'expired' });
			expect((await caught(client.waitForCompletion(promptId, { timeoutMs }))).code).toBe('authentication');
		}));
});
