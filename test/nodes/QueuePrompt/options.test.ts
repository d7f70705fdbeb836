import { JobNodes, queue, wait } from '../support/JobNodes';
import { quick, save } from '../support/jobWorkflows';
import { sentJobs, upgrades } from '../support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const ID = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
const twoOutputs = { ...quick, '3': save('1', 'Save, Large', 'large') };

test('reports how many jobs are before each', async () => {
	const server = await nodes.server();
	server.faults.hold();
	await server.submit(quick);
	const run = await nodes.run(server, [queue(quick)], { input: [{ json: {} }, { json: {} }] });
	expect(run.items('Queue').map(({ json }) => json.queuePosition)).toEqual([1, 2]);
});

test('reports no jobs before one that ran already', async () => {
	const server = await nodes.server();
	server.faults.respond({ method: 'GET', path: /^\/api\/jobs/ }, { status: 200, body: { jobs: [] } });
	const run = await nodes.run(server, [queue(quick)]);
	expect(run.items('Queue')[0].json.queuePosition).toBe(0);
});

test('puts a job before all others when asked to', async () => {
	const server = await nodes.server();
	server.faults.hold();
	await server.submit(quick);
	await server.submit(quick);
	const run = await nodes.run(server, [queue(quick, { options: { front: true } })]);
	expect(run.items('Queue')[0].json.queuePosition).toBe(0);
});

test('does not fail when the position is unknown', async () => {
	const server = await nodes.server();
	server.faults.respond({ method: 'GET', path: /\/(queue|jobs)/ }, { status: 503 });
	const run = await nodes.run(server, [queue(quick)]);
	expect(run.error).toBeUndefined();
	expect(run.items('Queue')[0].json.queuePosition).toBeNull();
});

test('runs only the output nodes that are named, by title or ID', async () => {
	const server = await nodes.server();
	const outputNodes = 'save picture';
	const run = await nodes.run(server, [queue(twoOutputs, { options: { outputNodes } }), wait()]);
	expect(sentJobs(server)[0].partial_execution_targets).toEqual(['2']);
	expect(run.items('Wait')[0].json.files).toMatchObject([{ nodeId: '2', filename: 'made_00001_.png' }]);
});

test('takes a list of output nodes from an expression, with commas in their titles', async () => {
	const server = await nodes.server();
	const outputNodes = '={{ ["Save, Large"] }}';
	await nodes.run(server, [queue(twoOutputs, { options: { outputNodes } })]);
	expect(sentJobs(server)[0].partial_execution_targets).toEqual(['3']);
});

test('uses the prompt ID and the client ID that are given', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, [queue(quick, { options: { promptId: ID, clientId: 'mine' } })]);
	expect(sentJobs(server)[0]).toMatchObject({ prompt_id: ID, client_id: 'mine' });
	expect(run.items('Queue')[0].json).toMatchObject({ promptId: ID, clientId: 'mine' });
});

test('returns the ID that the server gave when it ignores ours', async () => {
	const server = await nodes.server({ version: '0.3.40' });
	const run = await nodes.run(server, [queue(quick, { options: { promptId: ID } })]);
	const { promptId } = run.items('Queue')[0].json;
	await server.idle();
	expect(promptId).not.toBe(ID);
	expect(server.history(String(promptId))).toBeDefined();
});

test('adds extra data, and the partner key of the credential, to the job and to nothing else', async () => {
	const server = await nodes.server();
	const options = { extraData: '{"preview_method": "latent2rgb"}' };
	const credential = { partnerApiKey: 'comfyui-key' };
	const run = await nodes.run(server, [queue(quick, { options })], { credential });
	expect(sentJobs(server)[0].extra_data).toMatchObject({
		preview_method: 'latent2rgb',
		api_key_comfy_org: 'comfyui-key',
	});
	expect(JSON.stringify(run.raw)).not.toContain('comfyui-key');
});

test('embeds the editor format of the workflow in the files that are made', async () => {
	const server = await nodes.server();
	const ui = { last_node_id: 2, nodes: [{ id: 2, title: 'From the editor' }], links: [] };
	await nodes.run(server, [queue(quick, { options: { embedWorkflow: JSON.stringify(ui) } })]);
	await server.idle();
	const picture = server.files.read('output', 'made_00001_.png')?.toString('latin1');
	expect(picture).toContain('From the editor');
});

test('sends no extra_pnginfo when there is nothing to embed, since null harms newer servers', async () => {
	const server = await nodes.server();
	await nodes.run(server, [queue(quick)]);
	expect(sentJobs(server)[0].extra_data).not.toHaveProperty('extra_pnginfo');
});

test('takes a history entry with what was embedded in it, but without whose job it was', async () => {
	const server = await nodes.server();
	const ui = { last_node_id: 2, nodes: [{ id: 2, title: 'Embedded before' }], links: [] };
	const extra = { client_id: 'old', extra_pnginfo: { workflow: ui }, preview_method: 'auto' };
	await nodes.run(server, [queue([3, 'old-id', quick, extra, ['2']])]);
	const [{ client_id, extra_data, prompt }] = sentJobs(server);
	expect(prompt).toMatchObject(quick);
	expect(extra_data).toEqual({ client_id, extra_pnginfo: { workflow: ui }, preview_method: 'auto' });
	expect(client_id).not.toBe('old');
});

test('opens no socket when nobody has to listen', async () => {
	const server = await nodes.server();
	await nodes.run(server, [queue(quick)]);
	expect(upgrades(server)).toEqual([]);
});
