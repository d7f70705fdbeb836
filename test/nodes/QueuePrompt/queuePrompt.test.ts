import { JobNodes, queue, set } from '../support/JobNodes';
import { quick, textToImage } from '../support/jobWorkflows';
import { sentJobs } from '../support/sent';
import { nodeType } from '../../support/builtPackage';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test('returns at once with what is needed to find the job', async () => {
	const server = await nodes.server();
	server.faults.hold();
	const run = await nodes.run(server, [queue(textToImage({ seed: 7 }))]);
	const [job] = sentJobs(server);
	expect(run.items('Queue').map(({ json }) => json)).toEqual([
		{
			promptId: job.prompt_id,
			clientId: job.client_id,
			number: 0,
			queuePosition: 0,
			seeds: [{ nodeId: '3', nodeTitle: 'KSampler', input: 'seed', seed: 7 }],
			nodeErrors: [],
			fingerprint: expect.stringMatching(/^[\da-f]{16}$/) as string,
		},
	]);
	expect(job.prompt_id).toMatch(UUID);
});

test('evaluates expressions for each item in every field', async () => {
	const server = await nodes.server();
	const first = {
		workflow: JSON.stringify(textToImage()),
		node: 'Positive Prompt',
		input: 'text',
		value: 'a red car',
		mode: 'fixed',
		seed: 100,
		output: '9',
		extra: '{"preview_method": "auto"}',
		promptId: '00000000-0000-4000-8000-000000000001',
		clientId: 'one',
		number: 4,
	};
	const second = {
		workflow: textToImage({ text: 'second', seed: 9 }),
		node: '5',
		input: 'width',
		value: 128,
		mode: 'keep',
		seed: 0,
		output: 'Save Picture',
		extra: { preview_method: 'none' },
		promptId: '00000000-0000-4000-8000-000000000002',
		clientId: 'two',
		number: -3,
	};
	const parameters = {
		workflowSource: 'json',
		workflow: '={{ $json.workflow }}',
		inputs: {
			values: [{ node: '={{ $json.node }}', input: '={{ $json.input }}', value: '={{ $json.value }}' }],
		},
		seedMode: '={{ $json.mode }}',
		seed: '={{ $json.seed }}',
		options: {
			outputNodes: '={{ $json.output }}',
			extraData: '={{ $json.extra }}',
			promptId: '={{ $json.promptId }}',
			clientId: '={{ $json.clientId }}',
			number: '={{ $json.number }}',
		},
	};
	const run = await nodes.run(server, [queue('', parameters)], {
		input: [{ json: first }, { json: second }],
	});
	expect(run.error).toBeUndefined();
	const [one, two] = sentJobs(server);
	expect(one).toMatchObject({
		prompt_id: first.promptId,
		client_id: 'one',
		number: 4,
		partial_execution_targets: ['9'],
		extra_data: { preview_method: 'auto' },
		prompt: { '3': { inputs: { seed: 100 } }, '6': { inputs: { text: 'a red car' } } },
	});
	expect(two).toMatchObject({
		prompt_id: second.promptId,
		client_id: 'two',
		number: -3,
		partial_execution_targets: ['9'],
		extra_data: { preview_method: 'none' },
		prompt: {
			'3': { inputs: { seed: 9 } },
			'5': { inputs: { width: 128 } },
			'6': { inputs: { text: 'second' } },
		},
	});
});

test('links every item to the one it came from, two nodes later too', async () => {
	const server = await nodes.server();
	const run = await nodes.run(
		server,
		[
			queue(quick),
			{ name: 'Pass', type: 'test.noOp' },
			set('Look Back', {
				order: "={{ $('Input').item.json.order }}",
				job: "={{ $('Queue').item.json.promptId }}",
			}),
		],
		{ input: [{ json: { order: 'A' } }, { json: { order: 'B' } }] },
	);
	const ids = sentJobs(server).map((job) => job.prompt_id);
	expect(run.items('Look Back').map(({ json }) => json)).toEqual([
		{ order: 'A', job: ids[0] },
		{ order: 'B', job: ids[1] },
	]);
});

test('works as a tool of an AI agent, whose answer is JSON', async () => {
	const server = await nodes.server();
	const tool = { ...queue(quick), type: nodeType('QueuePromptTool') };
	const run = await nodes.run(server, [tool]);
	const [{ json, binary }] = run.items('Queue');
	expect(json.promptId).toMatch(UUID);
	expect(binary).toBeUndefined();
});

test('names equal workflows by equal fingerprints, whatever their titles', async () => {
	const server = await nodes.server();
	const retitled = { ...quick, '1': { ...quick['1'], _meta: { title: 'Another' } } };
	const other = { ...quick, '1': { ...quick['1'], inputs: { ...quick['1'].inputs, color: 1 } } };
	const input = [quick, retitled, other].map((workflow) => ({ json: { workflow } }));
	const run = await nodes.run(server, [queue('={{ $json.workflow }}')], { input });
	const [a, b, c] = run.items('Queue').map(({ json }) => json.fingerprint);
	expect(a).toBe(b);
	expect(a).not.toBe(c);
});
