import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { resources } from '../../../nodes/Server/operationProperties';
import { picture, slow } from '../../client/support/workflows';
import type { LittleComfyUi, LittleComfyUiOptions } from '../../server';
import { byId, ServerNode } from './support';

/** The table of docs/server.md: each operation on servers of several versions. */

const VERSIONS = ['0.2.3', '0.3.10', '0.3.64', '0.6.0', '0.17.0', '0.25.0', '0.26.0', '0.33.0'];
const NEEDS: Record<string, LittleComfyUiOptions> = {
	'Server: Restart': { manager: 'POST /manager/reboot' },
	'File: Delete': { assets: true },
};

const text = readFileSync(path.resolve(__dirname, '../../../docs/server.md'), 'utf8');
const [, table = ''] = /<!-- versions:start -->([^]*)<!-- versions:end -->/.exec(text) ?? [];
const documented = table
	.split('\n')
	.filter((line) => line.startsWith('| ') && !/^\| (Resource|-)/.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, resource, operation, from]) => ({ title: `${resource}: ${operation}`, from }));

const offered = resources.flatMap((resource) =>
	resource.operations
		.filter(({ hosts }) => hosts.includes('selfHosted'))
		.map((operation) => ({
			title: `${resource.name}: ${operation.name}`,
			names: [resource.value, operation.value] as [string, string],
		})),
);

/** The members that the schema of an operation promises. */
function schemaOf([resource, operation]: [string, string]): string[] {
	const folder = path.resolve(__dirname, '../../../nodes/Server/__schema__/v1.0.0');
	const schema = readFileSync(path.join(folder, resource, `${operation}.json`), 'utf8');
	return Object.keys((JSON.parse(schema) as { properties: object }).properties);
}

const asNumbers = (version: string) => version.split('.').map(Number);
function isBefore(version: string, wanted: string): boolean {
	const [have, want] = [asNumbers(version), asNumbers(wanted)];
	const place = want.findIndex((part, index) => part !== have[index]);
	return place >= 0 && have[place] < want[place];
}

let node: ServerNode;
beforeAll(async () => {
	node = await ServerNode.start();
});
afterAll(async () => await node.stop());
afterEach(async () => await node.stopServers());

interface Scene {
	server: LittleComfyUi;
	ended: string;
	pending: string;
}

/** The parameters of each operation that needs some, and what its first item says. */
const CASES: Record<string, (scene: Scene) => [parameters: IDataObject, item: IDataObject]> = {
	'File: Delete': () => [
		{ assetId: byId('49cfb0c1-bb1c-44cc-9aef-557c53bd2902') },
		{ removedFromAssets: true },
	],
	'File: Get Many': () => [{}, { type: 'output' }],
	'Job: Cancel': ({ pending }) => [{ promptIds: pending }, { promptId: pending, cancelled: true }],
	'Job: Clear History': () => [{}, { cleared: true, deleted: 0 }],
	'Job: Delete From History': ({ ended }) => [{ promptIds: [ended] }, { promptId: ended, deleted: true }],
	'Job: Get': ({ ended }) => [{ promptId: byId(ended) }, { promptId: ended, status: 'success' }],
	'Job: Get Many': () => [{}, { promptId: expect.any(String) as string }],
	'Job: Run Again': ({ ended }) => [{ promptId: byId(ended) }, { previousPromptId: ended, seeds: [] }],
	'Model: Get Many': () => [{ folder: byId('checkpoints') }, { folder: 'checkpoints' }],
	'Model: Get Metadata': () => [
		{ folder: byId('vae'), model: byId('ae.safetensors') },
		{ metadata: { 'modelspec.title': 'ae', 'modelspec.architecture': 'little' } },
	],
	'Model: Get Missing': () => [
		{ workflowSource: 'json', workflow: JSON.stringify(MISSING) },
		{ name: 'mine.safetensors', folder: 'checkpoints', url: null },
	],
	'Queue: Cancel': () => [{ scope: 'everybody' }, { cancelled: 1, scope: 'everybody' }],
	'Queue: Clear Pending': () => [{ scope: 'everybody' }, { removed: 1 }],
	'Queue: Get Many': ({ pending }) => [{}, { promptId: pending, running: false, nodeCount: 2 }],
	'Queue: Move to Front': ({ pending }) => [
		{ promptId: byId(pending), scope: 'everybody' },
		{ previousPromptId: pending },
	],
	'Queue: Put Back': () => [
		{ takenJob: JSON.stringify({ workflow: picture(5) }) },
		{ promptId: expect.any(String) as string },
	],
	'Queue: Take Out': () => [{}, {}],
	'Queue: Wait Until Idle': () => [
		{ options: { timeout: 0, onTimeout: 'return' } },
		{ idle: false, pending: 1 },
	],
	'Saved Workflow: Delete': () => [{ savedWorkflow: byPath('mine') }, { path: 'mine.json', deleted: true }],
	'Saved Workflow: Get': () => [{ savedWorkflow: byPath('mine') }, { format: 'api', name: 'mine' }],
	'Saved Workflow: Get Many': () => [{}, { path: 'mine.json', name: 'mine' }],
	'Saved Workflow: Save': () => [
		{ path: 'new', content: JSON.stringify(picture()) },
		{ path: 'new.json', format: 'api', saved: true },
	],
	'Server: Free Memory': () => [{ scope: 'everybody' }, { requested: 'models', scope: 'everybody' }],
	'Server: Get Logs': () => [{ returnAll: true }, { text: 'Device: cpu' }],
	'Server: Get Status': () => [
		{},
		{ pending: 1, running: 0, idle: false, device: 'cpu', vramFreePercent: 94.7 },
	],
	'Server: Interrupt Running': () => [{}, { interrupted: false, reason: 'No job runs.' }],
	'Server: Restart': () => [{ scope: 'everybody' }, { restarted: true }],
	'Template: Get': () => [{ template: byPath('default') }, { format: 'editor', name: 'default' }],
	'Template: Get Many': () => [{}, { name: expect.any(String) as string }],
	'User: Get Many': () => [{}, { id: 'default', multiUser: false }],
};

const byPath = (value: string) => ({ __rl: true, mode: 'path', value });
const MISSING = {
	'1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'mine.safetensors' } },
	'2': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['1', 1] } },
	'3': { class_type: 'VAEDecode', inputs: { samples: ['4', 0], vae: ['1', 2] } },
	'4': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
	'5': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
};

test('the table has the operations of self-hosted servers', () => {
	expect(documented.map(({ title }) => title)).toEqual(offered.map(({ title }) => title));
	expect(Object.keys(CASES)).toEqual(offered.map(({ title }) => title));
});

describe.each(VERSIONS)('on %s', (version) => {
	test.each(offered)('$title works, or names the version that it needs', async ({ title, names }) => {
		const templates = isBefore(version, '0.3.64') ? { templates: null } : {};
		const server = await node.server({ version, ...templates, ...NEEDS[title] });
		const ended = await server.submit(picture(), { clientId: 'somebody' });
		await server.idle();
		server.faults.hold();
		const pending = await server.submit(title === 'Queue: Get Many' ? picture(1) : slow(0), {
			clientId: 'somebody',
		});
		await node.rows(server, ['savedWorkflow', 'save'], { path: 'mine', content: JSON.stringify(picture()) });
		const [parameters, item] = CASES[title]({ server, ended, pending });
		if (title === 'File: Delete') {
			const [file] = await node.rows(server, ['file', 'getMany']);
			parameters.assetId = byId(String(file.assetId ?? crypto.randomUUID()));
		}
		const from = documented.find((row) => row.title === title)?.from ?? '';
		if (isBefore(version, from)) {
			const { code, message, hint } = await node.failure(server, names, parameters);
			expect({ code, text: `${message} ${hint}` }).toEqual({
				code: 'not-supported',
				text: expect.stringMatching(/ComfyUI (to )?0\.\d+/) as string,
			});
		} else {
			const rows = await node.rows(server, names, parameters);
			for (const row of rows) expect(schemaOf(names)).toEqual(expect.arrayContaining(Object.keys(row)));
			if (title !== 'Queue: Take Out') expect(rows[0]).toMatchObject(item);
			else expect(rows).toEqual([]); // none of these jobs is one of this n8n
		}
		server.faults.release();
		await server.idle();
	});
});
