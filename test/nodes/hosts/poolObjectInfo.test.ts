import type { IDataObject } from 'n8n-workflow';
import { textToImage } from '../../client/support/workflows';
import { byId } from '../Server/support';
import { usePool } from './support/poolEngine';

const { start, rows, servers } = usePool();

describe('ComfyUI Object Info on a pool', () => {
	const info = async (operation: string, parameters: IDataObject = {}) =>
		await rows('ObjectInfo', { operation, returnAll: true, ...parameters });
	const some = {
		objectInfo: { EmptyImage: null },
		models: { checkpoints: ['one.safetensors', 'both.safetensors'] },
	};
	const others = { models: { checkpoints: ['two.safetensors', 'both.safetensors'] } };

	test('says which servers have a node type, a model and a choice', async () => {
		await start(some, others);
		const types = await info('listNodeTypes', { filters: { text: 'image' } });
		const having = Object.fromEntries(types.map(({ nodeType, servers: names }) => [nodeType, names]));
		expect(having).toMatchObject({ SaveImage: ['a', 'b'], EmptyImage: ['b'] });
		expect(await info('describeNode', { nodeType: byId('SaveImage') })).toMatchObject([
			{ servers: ['a', 'b'] },
		]);
		const models = { 'one.safetensors': ['a'], 'two.safetensors': ['b'], 'both.safetensors': ['a', 'b'] };
		const listed = await info('listModels', { folder: byId('checkpoints') });
		expect(Object.fromEntries(listed.map(({ name, servers: names }) => [name, names]))).toEqual(models);
		const choices = await info('getChoices', {
			nodeType: byId('CheckpointLoaderSimple'),
			input: byId('ckpt_name'),
		});
		expect(Object.fromEntries(choices.map(({ choice, servers: names }) => [choice, names]))).toEqual(models);
	});

	test('describes each server, also one that is down', async () => {
		await start({ version: '0.3.64' }, {});
		await servers[1].stop();
		expect(await info('getServerInformation')).toMatchObject([
			{ server: 'a', version: '0.3.64', queue: { running: 0, pending: 0 } },
			{ server: 'b', error: expect.stringMatching(/refused|Nothing answers/) as string },
		]);
	});

	test('says which servers can run a workflow, and what the others lack', async () => {
		await start(some, others);
		const check = async (workflow: object) =>
			(await info('checkWorkflow', { workflowSource: 'json', workflow: JSON.stringify(workflow) }))[0];
		expect(await check(textToImage(1, 'both.safetensors'))).toMatchObject({ ok: true, servers: ['a', 'b'] });
		expect(await check(textToImage(1, 'one.safetensors'))).toMatchObject({
			ok: true,
			servers: ['a'],
			unsuitableServers: [{ server: 'b', reason: expect.stringContaining('one.safetensors') as string }],
		});
		const loaders = { ...textToImage(1, 'one.safetensors') };
		const more = Object.entries(textToImage(2, 'two.safetensors')).map(([id, { class_type, inputs }]) => [
			`1${id}`,
			{
				class_type,
				inputs: Object.fromEntries(
					Object.entries(inputs).map(([name, value]) => [
						name,
						Array.isArray(value) ? [`1${String(value[0])}`, value[1]] : value,
					]),
				),
			},
		]);
		// every model is on some server, and no server has both
		expect(await check({ ...loaders, ...Object.fromEntries(more) })).toMatchObject({
			ok: false,
			servers: [],
			unsuitableServers: [{ server: 'a' }, { server: 'b' }],
		});
	});
});
