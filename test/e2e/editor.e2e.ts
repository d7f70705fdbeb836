import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LittleComfyUi } from '../server';
import { nodeType, readManifest } from '../support/builtPackage';
import { until } from '../support/until';
import { sentJobs } from '../nodes/support/sent';
import { chain, plain, start } from './support/flows';
import { Editor } from './support/Editor';
import { N8n, type WorkflowSpec } from './support/N8n';
import { NodeForm } from './support/NodeForm';
import { describeWith } from './support/programs';
import { defaultGraph } from './support/defaultGraph';

const n8n = N8n.shared();
const graph = JSON.stringify(defaultGraph(), null, 2);
const TITLES: Record<string, string> = {
	RunWorkflow: 'ComfyUI',
	QueuePrompt: 'ComfyUI Queue Prompt',
	WaitForCompletion: 'ComfyUI Wait For Completion',
	GetImages: 'ComfyUI Get Images',
	UploadImage: 'ComfyUI Upload Image',
	ObjectInfo: 'ComfyUI Object Info',
};

describeWith('chromium')('in the editor', () => {
	let server: LittleComfyUi;
	let editor: Editor;
	let form: NodeForm;
	beforeAll(async () => {
		await n8n.forgetCredentials();
		// The address that the form proposes, in pictures.
		server = await LittleComfyUi.start({ port: process.env.E2E_SCREENSHOTS ? 8188 : 0 });
		editor = await Editor.open(n8n);
		form = new NodeForm(editor);
	});
	afterEach(() => expect(editor.complaints.splice(0)).toEqual([]));
	afterAll(async () => {
		await editor.close();
		await server.stop();
	});

	/** A workflow with one of our nodes as it is when it was just added. */
	const fresh = (type: string, parameters = {}) => {
		const node = plain(TITLES[type], nodeType(type), parameters, { typeVersion: 1.1 });
		return { ...chain(start(), node), name: 'Text to image' };
	};

	it('all nodes are found by "ComfyUI" and can be added', async () => {
		await editor.show({ ...chain(start()), name: 'Text to image' });
		for (const [index, title] of Object.values(TITLES).entries()) {
			await editor.at('node-creator-plus-button').click();
			await editor.at('node-creator-search-bar').fill('ComfyUI');
			const found = editor.at('item-iterator-item').filter({ hasText: 'ComfyUI' });
			const count = readManifest().n8n.nodes.length;
			await until(async () => (await found.count()) === count, 'all nodes');
			if (index === 0) await editor.picture('node-creator');
			await (index === 0 ? found.first() : found.filter({ hasText: title })).click();
			const add = editor.page.getByText(/^(Add to workflow|Get server information)$/);
			await add.click();
			await editor.at('ndv').waitFor();
			await form.close();
		}
		expect(await editor.at('canvas-node').count()).toBe(7);
	});

	it('a credential is entered, saved and tested', async () => {
		await editor.show(fresh('RunWorkflow'), TITLES.RunWorkflow);
		await form.connect(server.url);
		await editor.at('credential-edit-button').click();
		await editor.page.getByText('Connection tested successfully').waitFor();
		await editor.picture('credential');
	});

	it.each(['QueuePrompt', 'RunWorkflow'])(
		'%s shows the inputs of a pasted workflow as a form, with what the server offers',
		async (type) => {
			await editor.show(fresh(type, { workflowSource: 'json' }), TITLES[type]);
			await form.paste('workflow', graph);
			expect(await form.inputs()).toEqual(
				expect.arrayContaining(['Seed (override)', 'Steps', 'CFG', 'Checkpoint']),
			);
			await form.scrollTo('4.ckpt_name');
			expect(await form.choices('4.ckpt_name')).toEqual([
				'flux1-dev-fp8.safetensors',
				'sd_xl_base_1.0.safetensors',
				'v1-5-pruned-emaonly-fp16.safetensors',
			]);
			if (type === 'RunWorkflow') await editor.picture('run-workflow-form');
		},
	);

	it('Run Workflow runs what the form says, and the picture is seen', async () => {
		await editor.show(fresh('RunWorkflow', { workflowSource: 'json' }), TITLES.RunWorkflow);
		await form.paste('workflow', graph);
		await form.inputs();
		await form.pick('4.ckpt_name', 'flux1-dev-fp8');
		await form.field('prompt').locator('textarea').fill('marbles in a stream of light');
		await form.pick('seedMode', 'Keep');
		await form.execute();
		const picture = await form.seePicture();
		await form.scrollTo('3.cfg');
		const [address, file] = [await picture.getAttribute('src'), server.files.list('output')[0]];
		const shown = await n8n.rest.request('GET', String(address).replace(n8n.url, ''));
		expect(Buffer.from(await shown.arrayBuffer())).toEqual(server.files.read('output', file));
		expect(sentJobs(server).at(-1)?.prompt).toMatchObject({
			'4': { inputs: { ckpt_name: 'flux1-dev-fp8.safetensors' } },
			'6': { inputs: { text: 'marbles in a stream of light' } },
		});
	});

	it.each(['image-to-image', 'run-workflow'])('the example %s has nothing left to fix', async (name) => {
		const file = path.join(__dirname, `../../examples/${name}.json`);
		const example = JSON.parse(readFileSync(file, 'utf8')) as WorkflowSpec;
		const account = await n8n.credential({ url: server.url });
		for (const node of example.nodes) if (node.credentials) node.credentials.comfyUiApi = account;
		await editor.show(example);
		await editor.at('zoom-to-fit').click();
		await editor.picture(`example-${name}`);
		const notes = await editor.at('sticky').count();
		expect(notes + (await editor.at('canvas-node').count())).toBe(example.nodes.length);
		expect(await editor.at('node-issues').count()).toBe(0);
	});

	it('choosing a credential of another host chooses that host', async () => {
		await n8n.credential({ apiKey: 'comfyui-none' }, 'comfyCloudApi', 'Cloud account');
		const id = await editor.show(fresh('RunWorkflow'), TITLES.RunWorkflow);
		await form.choose('Cloud account');
		await form.close();
		await until(async () => {
			const [, node] = (await n8n.workflow(id)).nodes;
			return node.parameters.host === 'comfyCloud' && 'comfyCloudApi' in (node.credentials ?? {});
		}, 'the host to be saved');
	});
});
