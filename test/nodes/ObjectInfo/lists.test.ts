import type { INode } from 'n8n-workflow';
import { LittleComfyUi } from '../../server';
import type { Engine } from '../../support/engine';
import { byId, startEngine, TYPE } from './support';

let engine: Engine;
let comfy: LittleComfyUi;

beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

// Each test has its own server, because the client caches the catalogue of a server for minutes.
beforeEach(async () => {
	const many = Array.from({ length: 150 }, (_, index) => [`Zz${index}`, { input: {}, output: [] }]);
	const objectInfo = {
		OldNode: { input: {}, output: [], name: 'OldNode', display_name: 'Old', deprecated: true },
		...(Object.fromEntries(many) as Record<string, unknown>),
	};
	comfy = await LittleComfyUi.start({ objectInfo });
});
afterEach(async () => {
	expect(comfy.damage).toEqual([]);
	await comfy.stop();
});

const credentials = () => ({ comfyUiApi: { url: comfy.url } });
const search = async (method: string, filter?: string, parameters: INode['parameters'] = {}) =>
	(await engine.listSearch({ nodeType: TYPE, method, filter, parameters, credentials: credentials() }))
		.results;

describe('the lists in the editor', () => {
	it('offer node types, those with the text in their name first', async () => {
		const found = await search('searchNodeTypes', 'latent');
		expect(found[0].name.toLowerCase()).toContain('latent');
		expect(found.map(({ value }) => value)).toContain('KSampler'); // its description mentions latents
		const names = found.map(({ name }) => name.toLowerCase().includes('latent'));
		expect(names.indexOf(false)).toBeGreaterThan(names.lastIndexOf(true));
	});

	it('show the class name beside the title and mark deprecated ones', async () => {
		expect(await search('searchNodeTypes', 'oldnode')).toMatchObject([
			{ name: 'Old (OldNode) - deprecated', value: 'OldNode' },
		]);
	});

	it('come in pages', async () => {
		const request = { nodeType: TYPE, method: 'searchNodeTypes', filter: 'zz', credentials: credentials() };
		const first = await engine.listSearch(request);
		const second = await engine.listSearch({ ...request, paginationToken: first.paginationToken });
		expect([first.results.length, second.results.length]).toEqual([100, 50]);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(150);
	});

	it('offer the inputs with choices of the chosen node type, asking about that one only', async () => {
		const parameters = { operation: 'getChoices', nodeType: byId('KSampler') };
		const found = await search('searchInputs', '', parameters as INode['parameters']);
		expect(found.map(({ value }) => value)).toEqual(['sampler_name', 'scheduler']);
		const requests = comfy.requests.map(({ path }) => path.replace('/api', ''));
		expect(requests.filter((path) => path.includes('object_info'))).toEqual(['/object_info/KSampler']);
	});

	it.each([
		['nothing', ''],
		['an expression', '={{ $json.type }}'],
	])('ask for a node type first when it is %s', async (_, value) => {
		const parameters = { operation: 'getChoices', nodeType: byId(value) };
		const asked = search('searchInputs', '', parameters as INode['parameters']);
		await expect(asked).rejects.toMatchObject({
			message: expect.stringContaining('so its inputs are unknown') as string,
			description: expect.stringContaining('Select a node type first') as string,
		});
	});

	it('offer model folders', async () => {
		expect((await search('searchFolders', 'CLIP')).map(({ value }) => value)).toEqual(['clip_vision']);
	});
});
