import type { INodeType, IWebhookResponseData } from 'n8n-workflow';
import { Engine, type EngineRun } from '../support/engine';
import { nodeOf } from './support/nodeOf';

let runs = 0;
const waiting: INodeType = {
	...nodeOf(
		async function () {
			runs++;
			await this.putExecutionToWait(new Date(Date.now() + 60_000));
			return [[{ json: { output: 'of the node' } }]];
		},
		{ webhooks: [{ name: 'default', httpMethod: 'POST', path: 'here', restartWebhook: true }] },
	),
	async webhook(): Promise<IWebhookResponseData> {
		const { say } = this.getQueryData() as { say?: string };
		const [input] = this.evaluateExpression('{{ $input.all() }}') as unknown as [{ json: object }];
		if (say === 'later') return { webhookResponse: { say: 'not yet' } };
		return { workflowData: [[{ json: { ...input.json, said: this.getBodyData() } }]] };
	},
};

let engine: Engine;
beforeAll(async () => {
	engine = await Engine.start({
		webhooks: true,
		nodeTypes: { 'probe.waiting': waiting },
		credentialTypes: {},
	});
});
beforeEach(() => {
	runs = 0;
});
afterAll(async () => await engine.stop());

async function begin(): Promise<{ run: EngineRun; url: URL }> {
	const run = await engine.run({
		nodes: [
			{ name: 'Address', type: 'test.set', parameters: { values: { url: '={{ $execution.resumeUrl }}' } } },
			{ name: 'Wait', type: 'probe.waiting' },
			{ name: 'After', type: 'test.set', parameters: { values: { after: true } } },
		],
	});
	const url = new URL(String(run.items('Address')[0].json.url));
	url.pathname += '/here';
	return { run, url };
}

const call = async (url: URL) => await fetch(url, { method: 'POST', body: 'hello' });

test('when its time is over, a node that waits is passed over and its input goes on', async () => {
	const { run } = await begin();
	expect([run.status, run.items('After')]).toEqual(['waiting', []]);
	const done = await engine.timeIsOver(run);
	expect([done.status, runs]).toEqual(['success', 1]);
	expect(done.items('Wait')).toMatchObject([{ json: { url: expect.any(String) } }]);
	expect(done.items('After')).toHaveLength(1);
});

test('what its webhook returns is its output', async () => {
	const { run, url } = await begin();
	const resumed = engine.resumed(run);
	expect((await call(url)).status).toBe(200);
	const done = await resumed;
	expect([done.status, runs]).toEqual(['success', 1]);
	expect(done.items('Wait')).toMatchObject([{ json: { url: expect.any(String), said: 'hello' } }]);
	expect((await call(url)).status).toBe(409);
});

test('a webhook without items leaves the execution waiting, as do calls with a wrong token, path or method', async () => {
	const { run, url } = await begin();
	const later = new URL(url);
	later.searchParams.set('say', 'later');
	const answer = await call(later);
	expect([answer.status, await answer.json()]).toEqual([200, { say: 'not yet' }]);
	const strange = new URL(url);
	strange.searchParams.set('signature', 'x');
	const [elsewhere, unknown] = [new URL(url), new URL(url)];
	elsewhere.pathname += 'abouts';
	unknown.pathname = '/webhook-waiting/0/here';
	expect([(await call(strange)).status, (await call(elsewhere)).status]).toEqual([401, 404]);
	expect([(await call(unknown)).status, (await fetch(url)).status]).toEqual([404, 404]);
	expect((await engine.timeIsOver(run)).status).toBe('success');
});

test('an execution that was stopped while it waited cannot be resumed', async () => {
	const { run, url } = await begin();
	engine.stopWaiting(run);
	expect((await call(url)).status).toBe(409);
	await expect(engine.timeIsOver(run)).rejects.toThrow('does not wait');
});
