import type { Wire } from '../support/engine';
import { until } from '../support/until';
import { JobNodes, queue, set, wait } from './support/JobNodes';
import { failing, quick, slow, textToImage } from './support/jobWorkflows';
import { sentJobs } from './support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** Of three jobs the second ends badly. */
const jobs = [quick, failing('the oven broke'), textToImage()].map((workflow, index) => ({
	json: { order: index + 1, workflow: JSON.stringify(workflow) },
}));
const message = '"Fragile Node" (TFail, node 2) failed: the oven broke [ValueError]';
const each = queue('={{ $json.workflow }}');

/** The promptIds that Wait gets, with another field that must not be lost. */
const orders = set('Orders', {
	promptId: '={{ $json.promptId }}',
	clientId: '={{ $json.clientId }}',
	order: "={{ $('Input').item.json.order }}",
});

describe('Wait For Completion', () => {
	test('keeps the item with its error and goes on with the others, in their order', async () => {
		const server = await nodes.server();
		const waiting = wait({}, { onError: 'continueRegularOutput' });
		const back = set('Back', { order: "={{ $('Input').item.json.order }}" });
		const run = await nodes.run(server, [each, orders, waiting, back], { input: jobs });
		expect(run.status).toBe('success');
		const [first, second, third] = run.items('Wait').map(({ json }) => json);
		expect([first.status, third.status]).toEqual(['success', 'success']);
		expect(second).toEqual({
			...run.items('Orders')[1].json,
			error: message,
			details: {
				code: 'execution',
				promptId: sentJobs(server)[1].prompt_id,
				failure: expect.objectContaining({ nodeId: '2', exceptionType: 'ValueError' }) as object,
				hint: expect.stringContaining('run it there') as string,
			},
		});
		expect(run.items('Back').map(({ json }) => json.order)).toEqual([1, 2, 3]);
	});

	test('sends the item with its error to the error output', async () => {
		const server = await nodes.server();
		const names = [
			each,
			orders,
			wait({}, { onError: 'continueErrorOutput' }),
			set('Good', {}),
			set('Bad', {}),
		];
		const connections: Wire[] = [
			['Queue', 'Orders'],
			['Orders', 'Wait'],
			['Wait', 'Good'],
			['Wait', 'Bad', 1],
		];
		const run = await nodes.run(server, names, { input: jobs, connections });
		expect(run.items('Wait').map(({ json }) => json.status)).toEqual(['success', 'success']);
		const [failed, ...others] = run.items('Wait', 1);
		expect(others).toEqual([]);
		expect(failed.json).toMatchObject({
			...run.items('Orders')[1].json,
			error: message,
			details: { code: 'execution' },
		});
		expect(failed.pairedItem).toEqual({ item: 1 });
	});

	test('stops waiting at the first failure otherwise, and leaves all other jobs alone', async () => {
		const server = await nodes.server();
		const input = [failing('the oven broke'), slow(), quick].map((workflow) => ({
			json: { workflow: JSON.stringify(workflow) },
		}));
		const run = await nodes.run(server, [each, wait()], { input });
		expect(run.error).toMatchObject({ message, itemIndex: 0, node: 'Wait' });
		expect(run.items('Wait')).toEqual([]);
		const commands = server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
		expect(commands).toEqual(['/api/prompt', '/api/prompt', '/api/prompt']);
		expect(sentJobs(server).map(({ prompt_id: id }) => server.history(id) !== undefined)).toEqual([
			true,
			false,
			false,
		]);
		await until(() => server.sockets === 0);
	});
});

describe('Queue Prompt', () => {
	const input = [quick, { '1': quick['1'] }, quick].map((workflow, index) => ({
		json: { order: index + 1, workflow: JSON.stringify(workflow) },
		binary: { photo: { data: Buffer.from('photo'), fileName: 'a.png', mimeType: 'image/png' } },
	}));
	const refused =
		'The workflow cannot run on this server. The workflow has no output node, such as Save Image, so the server does not run it.';

	test('keeps the item with its files and its error and goes on with the others', async () => {
		const server = await nodes.server();
		const queueing = { ...each, onError: 'continueRegularOutput' as const };
		const run = await nodes.run(server, [queueing], { input });
		const [first, second, third] = run.items('Queue');
		expect([first.json.promptId, third.json.promptId]).toEqual(
			sentJobs(server).flatMap(idOfAccepted(server)),
		);
		expect(second.json).toMatchObject({
			...input[1].json,
			error: refused,
			details: { code: 'invalid-workflow' },
		});
		expect((await run.binary(second, 'photo')).toString()).toBe('photo');
	});

	test('sends the item with its error to the error output', async () => {
		const server = await nodes.server();
		const names = [{ ...each, onError: 'continueErrorOutput' as const }, set('Bad', {})];
		const run = await nodes.run(server, names, { input, connections: [['Queue', 'Bad', 1]] });
		expect(run.items('Queue')).toHaveLength(2);
		expect(run.items('Queue', 1).map(({ json }) => json)).toMatchObject([
			{ ...input[1].json, error: refused },
		]);
		expect((await run.binary(run.items('Queue', 1)[0], 'photo')).toString()).toBe('photo');
	});

	test('names the item otherwise, and queues none of the others', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, [each], { input });
		expect(run.error).toMatchObject({ message: refused, itemIndex: 1, node: 'Queue' });
		expect(sentJobs(server)).toEqual([]);
	});
});

function idOfAccepted(server: Awaited<ReturnType<JobNodes['server']>>) {
	return ({ prompt_id: id }: { prompt_id: string }) => (server.history(id) ? [id] : []);
}
