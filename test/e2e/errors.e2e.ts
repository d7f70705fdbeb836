import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode, INodeConnections, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { failing, quick } from '../nodes/support/jobWorkflows';
import { chain, items, ours, plain, start, type Credential } from './support/flows';
import { N8n } from './support/N8n';

const n8n = N8n.shared();
const good = JSON.stringify(quick);
const NOTHING = 'n8n-nodes-base.noOp';
/** The second output is that of the errors. */
const twoOutputs: INodeConnections = {
	main: ['Good', 'Bad'].map((node) => [{ node, type: 'main', index: 0 }]),
};
const picture = readFileSync(path.join(__dirname, '../fixtures/picture.png')).toString('base64');
const bad = JSON.stringify(failing('the GPU is on fire'));

describe('an item that fails', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		server = await LittleComfyUi.start();
		credential = await n8n.credential({ url: server.url });
	});
	afterAll(async () => await server.stop());

	/** Three jobs, of which the second fails. */
	function three(onError?: INode['onError']) {
		const inputs = [good, bad, good].map((workflow, index) => ({ index, workflow }));
		const run = ours('RunWorkflow', credential, { workflow: '={{ $json.workflow }}' }, { onError });
		const flow = chain(start(), items(inputs), run);
		flow.nodes.push(plain('Good', NOTHING), plain('Bad', NOTHING));
		flow.connections.RunWorkflow = twoOutputs;
		return flow;
	}

	it('ends the execution, and is named with what the node on the server said', async () => {
		const { status, error } = await n8n.run(three());
		expect(status).toBe('error');
		expect(error?.message).toMatch(/Fragile Node.*the GPU is on fire/s);
		expect(error).toMatchObject({ context: { itemIndex: 1 }, node: { name: 'RunWorkflow' } });
	});

	it('goes on with the others under "Continue"', async () => {
		const execution = await n8n.run(three('continueRegularOutput'));
		expect(execution.status).toBe('success');
		const out = execution.items('RunWorkflow');
		expect(out).toHaveLength(3);
		expect(out[1]).toMatchObject({
			json: { index: 1, error: expect.stringMatching(/the GPU is on fire/) },
			pairedItem: { item: 1 },
		});
		expect((await execution.file(out[2])).length).toBeGreaterThan(50);
	});

	it('leaves by the error output under "Continue (using error output)"', async () => {
		const execution = await n8n.run(three('continueErrorOutput'));
		expect(execution.status).toBe('success');
		expect(execution.items('Good')).toHaveLength(2);
		expect(execution.json('Bad')).toEqual([
			expect.objectContaining({ index: 1, error: expect.stringMatching(/the GPU is on fire/) }),
		]);
	});

	/** Each other node with parameters that fail for the second of three items. */
	const FAILING: Array<[type: string, parameters: INodeParameters, text: RegExp]> = [
		['QueuePrompt', { workflow: '={{ $json.index === 1 ? "{}" : $json.workflow }}' }, /workflow/i],
		['WaitForCompletion', { promptId: '={{ $json.index === 1 ? "none" : $json.done }}' }, /none/],
		['GetImages', { source: 'promptId', promptId: '={{ $json.index === 1 ? "none" : $json.done }}' }, /none/],
		['UploadImage', { binaryPropertyName: '={{ $json.index === 1 ? "none" : "data" }}' }, /none/],
		[
			'ObjectInfo',
			{
				operation: 'describeNode',
				nodeType: { mode: 'id', value: '={{ $json.index === 1 ? "None" : "KSampler" }}' },
			},
			/None/,
		],
	];

	it.each(FAILING)('leaves %s by the error output with item and message', async (type, parameters, text) => {
		const done = await server.submit(quick);
		await server.idle();
		const jsCode = `return [0, 1, 2].map((index) => ({
			json: { index, done: '${done}', workflow: ${JSON.stringify(good)} },
			binary: { data: { data: '${picture}', mimeType: 'image/png', fileName: 'picture.png' } },
		}));`;
		const input = plain('Items', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
		const node = ours(type, credential, parameters, { onError: 'continueErrorOutput' });
		const flow = chain(start(), input, node);
		flow.nodes.push(plain('Good', NOTHING), plain('Bad', NOTHING));
		flow.connections[type] = twoOutputs;
		const execution = await n8n.run(flow);
		expect(execution.error?.message).toBeUndefined();
		expect(execution.items('Good').map(({ json }) => json.error)).not.toContainEqual(expect.anything());
		expect(execution.items('Bad')).toHaveLength(1);
		expect(execution.items(type, 1)).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({ index: 1, error: expect.stringMatching(text) }),
				pairedItem: expect.objectContaining({ item: 1 }),
			}),
		]);
	});
});
