import { JobNodes, queue, wait } from '../support/JobNodes';
import { halfBad } from '../support/jobWorkflows';
import { sentJobs } from '../support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

describe('when the server refuses a part of the outputs', () => {
	test('runs the rest, warns once and lists what was refused', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, [queue(halfBad), wait()]);
		const refused =
			'"Product Photo" (LoadImage, node 3), input "image": the file "missing.png" is not on the server. ' +
			'Upload it first (node "ComfyUI Upload Image") and use the "value" it returns.';
		expect(run.hints('Queue')).toEqual([
			{ type: 'warning', location: 'outputPane', message: `ComfyUI leaves some outputs out: ${refused}` },
		]);
		expect(run.items('Queue')[0].json.nodeErrors).toMatchObject([
			{
				nodeId: '3',
				nodeTitle: 'Product Photo',
				type: 'custom_validation_failed',
				input: 'image',
				text: refused,
			},
		]);
		expect(run.items('Wait')[0].json.files).toMatchObject([{ nodeId: '2' }]);
	});

	test('warns once of what it refused of many items', async () => {
		const server = await nodes.server();
		const input = [{ json: {} }, { json: {} }, { json: {} }];
		const run = await nodes.run(server, [queue(halfBad)], { input });
		expect(run.hints('Queue')).toHaveLength(1);
	});

	test('cancels the job when it is to fail', async () => {
		const server = await nodes.server();
		server.faults.hold();
		const run = await nodes.run(server, [
			queue(halfBad, { options: { checkWorkflow: false, onPartialErrors: 'fail' } }),
		]);
		expect(run.status).toBe('error');
		server.faults.release();
		await server.idle();
		expect(server.history(sentJobs(server)[0].prompt_id)).toBeUndefined();
		expect(server.files.list('output')).toEqual([]);
	});
});
