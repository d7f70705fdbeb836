import type { INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { defaultGraph } from './support/defaultGraph';
import type { Credential } from './support/flows';
import { N8n } from './support/N8n';

const n8n = N8n.shared();

interface Row {
	name: string;
	value: string;
}
interface Field {
	id: string;
	displayName: string;
	options?: Row[];
}

/** The lists and the form that n8n's editor asks of a node while a person fills it in. */
describe('the lists of the editor', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		server = await LittleComfyUi.start();
		credential = await n8n.credential({ url: server.url });
	});
	afterAll(async () => await server.stop());

	const about = (node: string, path: string, parameters: INodeParameters) => ({
		path: `parameters.${path}`,
		nodeTypeAndVersion: { name: nodeType(node), version: node === 'Server' ? 1 : 1.1 },
		currentNodeParameters: { host: 'selfHosted', ...parameters },
		credentials: { comfyUiApi: credential },
	});

	/** What a drop-down shows. */
	async function listed(node: string, path: string, methodName: string, filter?: string): Promise<Row[]> {
		const { results } = await n8n.rest.post<{ results: Row[] }>(
			'/rest/dynamic-node-parameters/resource-locator-results',
			{ ...about(node, path, {}), methodName, ...(filter !== undefined && { filter }) },
		);
		return results;
	}

	it('offer the checkpoints of the server that make images', async () => {
		const rows = await listed('RunWorkflow', 'checkpoint', 'searchCheckpoints');
		expect(rows.map(({ value }) => value)).toEqual([
			'flux1-dev-fp8.safetensors',
			'sd_xl_base_1.0.safetensors',
			'v1-5-pruned-emaonly-fp16.safetensors',
		]);
	});

	it('offer what is typed into their search', async () => {
		const rows = await listed('RunWorkflow', 'checkpoint', 'searchCheckpoints', 'sd_xl');
		expect(rows.map(({ value }) => value)).toEqual(['sd_xl_base_1.0.safetensors']);
		const nodes = await listed('ObjectInfo', 'nodeType', 'searchNodeTypes', 'KSampler');
		expect(nodes.map(({ value }) => value)).toContain('KSampler');
	});

	it('offer the node types and the model folders of the server', async () => {
		expect(await listed('ObjectInfo', 'nodeType', 'searchNodeTypes')).not.toHaveLength(0);
		const folders = await listed('ObjectInfo', 'folder', 'searchFolders');
		expect(folders.map(({ value }) => value)).toContain('checkpoints');
	});

	it('have a field for each input of a pasted workflow, with the choices of the server', async () => {
		const parameters = { workflowSource: 'json', workflow: JSON.stringify(defaultGraph()) };
		const { fields } = await n8n.rest.post<{ fields: Field[] }>(
			'/rest/dynamic-node-parameters/resource-mapper-fields',
			{ ...about('RunWorkflow', 'workflowInputs', parameters), methodName: 'workflowInputs' },
		);
		const byId = new Map(fields.map((field) => [field.id, field]));
		expect([...byId.keys()]).toEqual(expect.arrayContaining(['3.seed', '3.steps', '4.ckpt_name']));
		expect(byId.get('4.ckpt_name')?.options?.map(({ value }) => value)).toContain(
			'flux1-dev-fp8.safetensors',
		);
	});

	it('offer the output nodes of a workflow', async () => {
		const parameters = { workflowSource: 'json', workflow: JSON.stringify(defaultGraph()) };
		const rows = await n8n.rest.post<Row[]>('/rest/dynamic-node-parameters/options', {
			...about('RunWorkflow', 'options.outputNodes', parameters),
			methodName: 'outputNodes',
		});
		expect(rows.map(({ value }) => value)).toEqual(['9']);
	});

	it('say what is wrong when the server does not answer', async () => {
		const gone = await LittleComfyUi.start();
		const { url } = gone;
		await gone.stop();
		const other = await n8n.credential({ url });
		const answer = await n8n.rest.request('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			...about('RunWorkflow', 'checkpoint', {}),
			credentials: { comfyUiApi: other },
			methodName: 'searchCheckpoints',
		});
		expect(await answer.text()).toContain('Nothing answers at');
	});
});
