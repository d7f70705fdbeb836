import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import type { Execution } from './support/Execution';
import type { Credential } from './support/flows';
import { N8n, type WorkflowSpec } from './support/N8n';

const n8n = N8n.shared();
const folder = path.join(__dirname, '../../examples');
const picture = readFileSync(path.join(__dirname, '../fixtures/picture.png'));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** Examples with a webhook, and their last node of ours. */
const ANSWERING = [
	['webhook-to-picture.json', '/picture', 'ComfyUI Get Images'],
	['run-workflow.json', '/run-workflow', 'ComfyUI Run Workflow'],
];

describe('the example workflows', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		server = await LittleComfyUi.start({ stepMs: 0, previews: false });
		credential = await n8n.credential({ url: server.url });
	});
	afterAll(async () => await server.stop());

	/** As a user sets it up: with a credential. In addition, the pictures are small. */
	function example(file: string): WorkflowSpec {
		const workflow = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WorkflowSpec;
		return { ...workflow, nodes: workflow.nodes.map((node) => ready(node)) };
	}

	function ready(node: INode): INode {
		const parameters = JSON.stringify(node.parameters).replace(/\b(768|1024)\b/g, '64');
		return {
			...node,
			...(node.credentials && { credentials: { comfyUiApi: credential } }),
			parameters: JSON.parse(parameters) as INode['parameters'],
		};
	}

	/** The latest execution of a workflow that has run so often. */
	async function lastOf(workflow: { id: string }, runs = 1): Promise<Execution> {
		let executions: Array<{ id: string }> = [];
		await until(async () => {
			executions = await n8n.executionsOf(workflow);
			return executions.length === runs;
		}, `${runs} executions`);
		return await n8n.ended(executions[0].id);
	}

	/** Every file that came out is byte for byte what the server has. */
	async function expectFiles(execution: Execution, node: string, count: number, query = {}): Promise<void> {
		expect(execution.error?.message).toBeUndefined();
		const items = execution.items(node);
		expect(new Set(items.map(({ json }) => json.fileName)).size).toBe(count);
		for (const item of items) {
			expect(item.binary?.data.id).toMatch(/^filesystem/);
			expect(await execution.file(item)).toEqual(await onServer(item.json, query));
		}
	}

	async function onServer(file: Record<string, unknown>, query = {}): Promise<Buffer> {
		const { filename, subfolder, type } = file as Record<string, string>;
		const address = new URLSearchParams({ filename, subfolder, type, ...query });
		return Buffer.from(await (await fetch(`${server.url}/view?${address}`)).arrayBuffer());
	}

	async function post(address: string): Promise<Response> {
		const body = JSON.stringify({ prompt: 'a "quoted" lighthouse\nin a storm' });
		return await fetch(n8n.url + address, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body,
		});
	}

	async function fillForm(address: string): Promise<Response> {
		const form = new FormData();
		form.set('field-0', new Blob([picture], { type: 'image/png' }), 'me.png');
		form.set('field-1', 'watercolour');
		return await fetch(n8n.url + address, { method: 'POST', body: form });
	}

	it('are all run here', () => {
		const run = [...ANSWERING.map(([file]) => file), 'hundred-variations.json', 'image-to-image.json'];
		expect(files.sort()).toEqual(run.sort());
	});

	it.each(ANSWERING)('%s answers a request with the picture', async (file, address, node) => {
		const workflow = await n8n.save(example(file));
		await n8n.publish(workflow);
		const answer = await post(`/webhook${address}`);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
		const execution = await lastOf(workflow);
		await expectFiles(execution, node, 1);
		expect(Buffer.from(await answer.arrayBuffer())).toEqual(await onServer(execution.json(node)[0]));
	});

	it.each(ANSWERING)('%s answers a test request of the editor', async (file, address, node) => {
		const workflow = await n8n.save(example(file));
		expect(await n8n.begin(workflow, 'Webhook')).toBeUndefined();
		const answer = await post(`/webhook-test${address}`);
		expect(answer.headers.get('content-type')).toBe('image/png');
		await expectFiles(await lastOf(workflow), node, 1);
	});

	it('image-to-image restyles the picture that was put into its form, in production and in the editor', async () => {
		const workflow = await n8n.save(example('image-to-image.json'));
		const { webhookId } = example('image-to-image.json').nodes[0];
		expect(await n8n.begin(workflow, 'Form')).toBeUndefined();
		expect((await fillForm(`/form-test/${webhookId}`)).status).toBe(200);
		await expectFiles(await lastOf(workflow), 'ComfyUI Get Images', 1);
		await n8n.publish(workflow);
		expect((await fillForm(`/form/${webhookId}`)).status).toBe(200);
		const execution = await lastOf(workflow, 2);
		await expectFiles(execution, 'ComfyUI Get Images', 1);
		const [upload] = execution.json('ComfyUI Upload Image');
		expect(server.files.read('input', String(upload.name))).toEqual(picture);
	});

	it('hundred-variations makes its hundred pictures', async () => {
		const execution = await n8n.run(example('hundred-variations.json'), 'Start');
		await expectFiles(execution, 'ComfyUI Get Images', 100, { preview: 'webp;85' });
		const bytes = await execution.file(execution.items('ComfyUI Get Images')[99]);
		expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
	});
});
