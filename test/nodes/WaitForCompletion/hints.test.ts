import { until } from '../../support/until';
import { JobNodes, queue, wait } from '../support/JobNodes';
import { quick, save } from '../support/jobWorkflows';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

test('names the nodes whose result the server already had', async () => {
	const server = await nodes.server();
	await nodes.run(server, [queue(quick), wait()]);
	const changed = { ...quick, '2': save('1', 'Save Picture', 'again') };
	const run = await nodes.run(server, [queue(changed), wait()]);
	expect(run.items('Wait')[0].json.cachedNodes).toEqual(['1']);
});

test('warns of a branch that was blocked while it listened, which is no failure', async () => {
	const server = await nodes.server();
	const block = { class_type: 'TBlock', inputs: { image: ['1', 0], msg: 'not today', silent: false } };
	server.faults.hold();
	const { run } = nodes.launch(server, [queue({ ...quick, '5': block, '6': save('5') }), wait()]);
	await until(() => server.sockets === 1);
	server.faults.release();
	expect((await run).items('Wait')[0].json.warnings).toEqual([
		'A branch was blocked: Execution Blocked: not today',
	]);
});
