import type { ICredentialType, ILoadOptionsFunctions } from 'n8n-workflow';
import { Engine } from '../support/engine';
import { nodeOf, text } from './support/nodeOf';

const accountApi: ICredentialType = {
	name: 'accountApi',
	displayName: 'Account',
	properties: [text('account')],
};

const models = ['flux', 'sdxl', 'wan'];

const chooser = nodeOf(async () => [[]], {
	version: [1, 2],
	credentials: [{ name: 'accountApi', required: true }],
	properties: [text('folder', { default: 'checkpoints' })],
});
chooser.methods = {
	listSearch: {
		async searchModels(this: ILoadOptionsFunctions, filter = '', paginationToken = '0') {
			const { account } = await this.getCredentials<{ account: string }>('accountApi');
			const folder = this.getCurrentNodeParameter('folder') as string;
			const results = models
				.filter((model) => model.includes(filter))
				.map((model) => ({ name: `${account}/${folder}/${model}`, value: model }));
			const page = Number(paginationToken);
			return { results: results.slice(page, page + 2), paginationToken: (page + 2) as never };
		},
	},
	loadOptions: {
		async getVersions(this: ILoadOptionsFunctions) {
			const { typeVersion } = this.getNode();
			return [{ name: `Version ${typeVersion}`, value: typeVersion }];
		},
	},
	resourceMapping: {
		async getFields() {
			const field = { display: true, required: false, defaultMatch: false };
			return {
				fields: ['a', 'b', 'a'].map((id, index) => ({ ...field, id, displayName: `${id}${index}` })),
			};
		},
	},
};

let engine: Engine;
beforeAll(async () => {
	engine = await Engine.start({ nodeTypes: { 'probe.chooser': chooser }, credentialTypes: { accountApi } });
});
afterAll(async () => await engine.stop());

const credentials = { accountApi: { account: 'ada' } };
const nodeType = 'probe.chooser';

test('searches a list, with credentials and the parameters of the node', async () => {
	const request = { nodeType, method: 'searchModels', credentials };
	expect(await engine.listSearch(request)).toEqual({
		results: [
			{ name: 'ada/checkpoints/flux', value: 'flux' },
			{ name: 'ada/checkpoints/sdxl', value: 'sdxl' },
		],
		paginationToken: '2',
	});
	expect(await engine.listSearch({ ...request, paginationToken: '2' })).toMatchObject({
		results: [{ value: 'wan' }],
	});
	expect(
		await engine.listSearch({ ...request, filter: 'wa', parameters: { folder: 'video' } }),
	).toMatchObject({
		results: [{ name: 'ada/video/wan' }],
	});
});

test('loads options for the newest version of the node, or another', async () => {
	const request = { nodeType, method: 'getVersions' };
	expect(await engine.loadOptions(request)).toEqual([{ name: 'Version 2', value: 2 }]);
	expect(await engine.loadOptions({ ...request, typeVersion: 1 })).toEqual([{ name: 'Version 1', value: 1 }]);
});

test('maps resources, each field once', async () => {
	const { fields } = await engine.resourceMapping({ nodeType, method: 'getFields' });
	expect(fields.map((field) => field.displayName)).toEqual(['a0', 'b1']);
});

test('passes on what a method throws', async () => {
	await expect(engine.listSearch({ nodeType, method: 'searchModels' })).rejects.toThrow(
		'Node does not have any credentials set',
	);
	await expect(engine.listSearch({ nodeType, method: 'search' })).rejects.toThrow(
		'has no listSearch method named "search"; it has: searchModels',
	);
});
