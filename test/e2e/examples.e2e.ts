import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import type { Execution } from './support/Execution';
import type { Credential } from './support/flows';
import { sentJobs } from '../nodes/support/sent';
import { ScriptedModel } from './support/ScriptedModel';
import { N8n, type WorkflowSpec } from './support/N8n';

const n8n = N8n.shared();
const folder = path.join(__dirname, '../../examples');
const picture = readFileSync(path.join(__dirname, '../fixtures/picture.png'));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the example workflows', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		server = await LittleComfyUi.start({ stepMs: 0, previews: false });
		credential = await n8n.credential({ url: server.url });
	});
	afterAll(async () => await server.stop());

	/** As a user sets it up: with credentials. In addition, the pictures are small. */
	function example(file: string): WorkflowSpec {
		const workflow = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WorkflowSpec;
		return { ...workflow, nodes: workflow.nodes.map((node) => ready(node)) };
	}

	function ready(node: INode): INode {
		const hasSize = ['textToImage', 'imageToImage'].includes(String(node.parameters.workflowSource));
		return {
			...node,
			...(node.credentials && { credentials: { comfyUiApi: credential } }),
			parameters: { ...node.parameters, ...(hasSize && { width: 64, height: 64 }) },
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
		const address = new URL(String(file.comfyUiUrl));
		for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
		return Buffer.from(await (await fetch(address)).arrayBuffer());
	}

	async function post(address: string, body: unknown): Promise<Response> {
		return await fetch(n8n.url + address, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	}

	async function fillForm(address: string): Promise<Response> {
		const form = new FormData();
		form.set('field-0', new Blob([picture], { type: 'image/png' }), 'me.png');
		form.set('field-1', 'watercolour');
		return await fetch(n8n.url + address, { method: 'POST', body: form });
	}

	const PROMPT = { prompt: 'a "quoted" lighthouse\nin a storm' };
	/** Bodies without a usable prompt. */
	const WRONG: Array<[string, unknown]> = [
		['no body', undefined],
		['an empty body', {}],
		['another field', { text: 'a lighthouse' }],
		['no text', { prompt: null }],
	];

	it('are all run here', () => {
		expect(files.sort()).toEqual([
			'agent.json',
			'hundred-variations.json',
			'image-to-image.json',
			'run-workflow.json',
			'start-now-fetch-later.json',
		]);
	});

	it('run-workflow answers a request with the picture, in production and in the editor', async () => {
		const workflow = await n8n.save(example('run-workflow.json'));
		expect(await n8n.begin(workflow, 'Webhook')).toBeUndefined();
		const tried = await post('/webhook-test/run-workflow', PROMPT);
		expect(tried.headers.get('content-type')).toBe('image/png');
		await expectFiles(await lastOf(workflow), 'ComfyUI', 1);
		await n8n.publish(workflow);
		const answer = await post('/webhook/run-workflow', PROMPT);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
		const execution = await lastOf(workflow, 2);
		await expectFiles(execution, 'ComfyUI', 1);
		expect(Buffer.from(await answer.arrayBuffer())).toEqual(await onServer(execution.json('ComfyUI')[0]));
	});

	it('run-workflow answers a request without a prompt with the reason, and queues no job', async () => {
		const jobs = sentJobs(server).length;
		const { nodes, ...rest } = example('run-workflow.json');
		nodes[0].parameters.path = 'without-a-prompt';
		await n8n.publish(await n8n.save({ ...rest, nodes }));
		for (const [what, body] of WRONG) {
			const answer = await post('/webhook/without-a-prompt', body);
			expect([what, answer.status, await answer.json()]).toEqual([
				what,
				400,
				{ error: expect.stringContaining('Prompt') as string },
			]);
		}
		expect(sentJobs(server)).toHaveLength(jobs);
	});

	it('start-now-fetch-later answers with the ID of the job, then with the picture', async () => {
		const workflow = await n8n.save(example('start-now-fetch-later.json'));
		await n8n.publish(workflow);
		const started = await post('/webhook/jobs', PROMPT);
		expect(started.status).toBe(202);
		const { promptId } = (await started.json()) as { promptId: string };
		await server.idle();
		const fetched = await fetch(`${n8n.url}/webhook/jobs?promptId=${promptId}`);
		expect([fetched.status, fetched.headers.get('content-type')]).toEqual([200, 'image/png']);
		await expectFiles(await lastOf(workflow, 2), 'ComfyUI Get Images', 1);
		const wrong = await post('/webhook/jobs', {});
		expect([wrong.status, await wrong.json()]).toEqual([
			400,
			{ error: expect.stringContaining('Prompt') as string },
		]);
		const unknown = await fetch(`${n8n.url}/webhook/jobs?promptId=none`);
		expect([unknown.status, await unknown.json()]).toEqual([
			404,
			{ error: expect.stringContaining('none') as string },
		]);
	});

	it('agent paints what the model asks for', async () => {
		const model = await ScriptedModel.start({ Prompt: 'a lighthouse' });
		const { nodes, ...rest } = example('agent.json');
		const openAi = await n8n.credential({ apiKey: 'none', url: model.url }, 'openAiApi', 'OpenAI account');
		const set = nodes.map((node) =>
			node.name === 'OpenAI Chat Model' ? { ...node, credentials: { openAiApi: openAi } } : node,
		);
		const workflow = await n8n.save({
			...rest,
			nodes: set.map((node) => (node.name === 'Chat' ? publicChat(node) : node)),
		});
		await n8n.publish(workflow);
		const { webhookId } = nodes[0];
		await post(`/webhook/${webhookId}/chat`, {
			action: 'sendMessage',
			sessionId: '1',
			chatInput: 'Paint a lighthouse.',
		});
		const execution = await lastOf(workflow).finally(async () => await model.stop());
		expect(execution.error?.message).toBeUndefined();
		const [answer] = model.toolAnswers as Array<Array<Record<string, string>>>;
		expect(Object.keys(answer[0])).not.toContain('warning');
		expect((await fetch(answer[0].downloadUrl)).headers.get('content-type')).toBe('image/png');
		expect(Object.values(sentJobs(server).at(-1)?.prompt ?? {}).map(({ inputs }) => inputs.text)).toContain(
			'a lighthouse',
		);
	});

	const publicChat = (node: INode): INode => ({ ...node, parameters: { ...node.parameters, public: true } });

	it('image-to-image restyles the picture that was put into its form, in production and in the editor', async () => {
		const workflow = await n8n.save(example('image-to-image.json'));
		const { webhookId } = example('image-to-image.json').nodes[0];
		expect(await n8n.begin(workflow, 'Form')).toBeUndefined();
		expect((await fillForm(`/form-test/${webhookId}`)).status).toBe(200);
		await expectFiles(await lastOf(workflow), 'ComfyUI', 1);
		await n8n.publish(workflow);
		expect((await fillForm(`/form/${webhookId}`)).status).toBe(200);
		await expectFiles(await lastOf(workflow, 2), 'ComfyUI', 1);
		const uploads = server.files.list('input').map((name) => server.files.read('input', name));
		expect(uploads).toContainEqual(picture);
	});

	it('hundred-variations makes its hundred pictures', async () => {
		const execution = await n8n.run(example('hundred-variations.json'), 'Start');
		await expectFiles(execution, 'ComfyUI', 100, { preview: 'webp;85' });
		const bytes = await execution.file(execution.items('ComfyUI')[99]);
		expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
	});
});
