import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { until } from '../support/until';
import { sentJobs } from '../nodes/support/sent';
import { Editor } from './support/Editor';
import { chain, plain, start } from './support/flows';
import { N8n } from './support/N8n';
import { NodeForm } from './support/NodeForm';
import { describeWith } from './support/programs';

const n8n = N8n.shared();
/** What people enter who want a picture. */
const SEARCHES = ['comfy', 'comfyui', 'comfy ui', 'generate image', 'ai image', 'stable diffusion', 'flux'];

describeWith('chromium')('the first picture', () => {
	let server: LittleComfyUi;
	let editor: Editor;
	let form: NodeForm;
	beforeAll(async () => {
		await n8n.forgetCredentials();
		server = await LittleComfyUi.start({ stepMs: 0, previews: false });
		editor = await Editor.open(n8n);
		form = new NodeForm(editor);
	});
	afterEach(() => expect(editor.complaints.splice(0)).toEqual([]));
	afterAll(async () => {
		await editor.close();
		await server.stop();
	});

	/** Searches for a node, and waits for the results in place of the categories. @returns the name of the first */
	const search = async (words: string): Promise<string> => {
		const first = editor.at('node-creator-item-name').first();
		const bar = editor.at('node-creator-search-bar');
		await bar.fill('');
		await until(async () => (await first.innerText()) === 'AI', 'the categories of nodes');
		await bar.fill(words);
		await until(async () => (await first.innerText()) !== 'AI', `the results for "${words}"`);
		return await first.innerText();
	};

	it('the node is found first by what people search for', async () => {
		await editor.show(chain(start()));
		await editor.at('node-creator-plus-button').click();
		const first: Record<string, string> = {};
		for (const words of SEARCHES) {
			first[words] = await search(words);
		}
		expect(first).toEqual(Object.fromEntries(SEARCHES.map((words) => [words, 'ComfyUI'])));
	});

	it('takes three steps from the credential on: choose the node, type a prompt, execute', async () => {
		await n8n.credential({ url: server.url });
		const id = await editor.show(chain(start()));
		await editor.at('node-creator-plus-button').click();
		await search('comfyui');
		await editor.at('item-iterator-item').first().click();
		await editor.page.getByText('Add to workflow').click();
		await editor.at('ndv').waitFor();
		await editor.picture('run-workflow-new');
		await form.field('prompt').locator('textarea').fill('a lighthouse in a storm, oil painting');
		await form.execute();
		await form.seePicture();
		const [{ prompt }] = sentJobs(server);
		expect(prompt['2'].inputs.text).toBe('a lighthouse in a storm, oil painting');
		expect(prompt['1'].inputs.ckpt_name).toBe('flux1-dev-fp8.safetensors');
		await editor.picture('run-workflow-first-picture');
		await form.close();
		const node = editor.at('canvas-node').filter({ hasText: 'ComfyUI' });
		expect(await node.innerText()).toMatch(/Text to Image/);
		const [, saved] = (await n8n.workflow(id)).nodes;
		expect(saved).toMatchObject({ name: 'ComfyUI', typeVersion: 1.1 });
	});

	it.each([
		[{ workflowSource: 'inpaint' }, 'Inpaint'],
		[{ workflowSource: 'json', workflow: '{}' }, 'Workflow From JSON'],
		[
			{ workflowSource: 'template', template: { __rl: true, mode: 'list', value: 'flux_schnell' } },
			'flux_schnell',
		],
		[
			{ workflowSource: 'server', savedWorkflow: { __rl: true, mode: 'list', value: 'portraits/cat.json' } },
			'portraits/cat',
		],
		[{ host: 'comfyDeploy' }, 'Deployment'],
	])('the canvas says what the node does: %j', async (parameters, subtitle) => {
		const node = plain('ComfyUI', nodeType('RunWorkflow'), parameters, { typeVersion: 1.1 });
		await editor.show(chain(start(), node));
		expect(await editor.at('canvas-node').nth(1).innerText()).toContain(subtitle);
	});

	it('templates and checkpoints are lists that can be searched', async () => {
		await n8n.forgetCredentials();
		const comfyUiApi = await n8n.credential({ url: server.url });
		const parameters = { workflowSource: 'template' };
		const node = plain('ComfyUI', nodeType('RunWorkflow'), parameters, {
			typeVersion: 1.1,
			credentials: { comfyUiApi },
		});
		await editor.show(chain(start(), node), 'ComfyUI');
		await form.field('template').getByTestId('rlc-input-container').click();
		await editor.at('rlc-item').first().waitFor();
		expect(await editor.at('rlc-item').allInnerTexts()).toEqual(
			expect.arrayContaining([expect.stringContaining('Image Generation')]),
		);
	});
});
