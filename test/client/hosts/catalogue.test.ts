import { toApiFormat } from '../../../nodes/client';
import { gate } from '../../support/gate';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';

const OBJECT_INFO = '/object_info';

/** A class with a field that only the front end of its pack knows: no class outputs its type. */
const DRAWING = {
	name: 'TDrawing',
	input: { required: { text: ['STRING', {}], drawing: ['DRAWING', {}] } },
	input_order: { required: ['text', 'drawing'] },
	output: [],
	output_name: [],
	output_node: true,
};

describe('the catalogue of node types', () => {
	test('is asked for once, by however many callers and clients', () =>
		onStage(async (stage) => {
			const clients = [stage.connect(), stage.connect()];
			const all = await Promise.all([...clients, ...clients].map((client) => client.objectInfo()));
			expect(all.every((info) => info === all[0])).toBe(true);
			expect(all[0].KSampler.display_name).toBe('KSampler');
			await clients[0].objectInfo();
			expect(stage.requests('GET', OBJECT_INFO)).toHaveLength(1);
		}));

	test('is loaded again on request, for everybody', () =>
		onStage(async (stage) => {
			const first = await stage.client.objectInfo();
			const second = await stage.client.objectInfo({ refresh: true });
			expect(second).not.toBe(first);
			expect(await stage.connect().objectInfo()).toBe(second);
			expect(stage.requests('GET', OBJECT_INFO)).toHaveLength(2);
		}));

	test('is not shared between credentials', () =>
		onStage(async (stage) => {
			await stage.connect({ headers: { 'x-key': 'a' } }).objectInfo();
			await stage.connect({ headers: { 'x-key': 'b' } }).objectInfo();
			await stage.connect({ query: { token: 'a' } }).objectInfo();
			expect(stage.requests('GET', OBJECT_INFO)).toHaveLength(3);
		}));

	test('a failure reaches all who wait, and is not kept', () =>
		onStage(async (stage) => {
			stage.server.faults.respond({ path: /object_info/, times: 1 }, { status: 500 });
			const codes = [stage.client, stage.connect()].map(
				async (client) => (await caught(client.objectInfo())).code,
			);
			expect(await Promise.all(codes)).toEqual(['http', 'http']);
			expect(await stage.client.objectInfo()).toHaveProperty('KSampler');
		}));

	test('one caller who gives up does not take it from the others', () =>
		onStage(async (stage) => {
			const answers = gate();
			stage.server.faults.holdRequest({ path: /object_info/ }, () => answers.passed);
			const controller = new AbortController();
			const first = caught(stage.client.objectInfo({ signal: controller.signal }));
			const second = stage.connect().objectInfo();
			controller.abort();
			expect((await first).code).toBe('aborted');
			answers.open();
			expect(await second).toHaveProperty('KSampler');
			expect(stage.requests('GET', OBJECT_INFO)).toHaveLength(1);
		}));

	test('some node types are asked for one by one, once, and without those that the server does not have', () =>
		onStage(async (stage) => {
			const nodeTypes = ['SaveImage', 'KSampler', 'Nowhere', 'SaveImage', '', '..', 'x'.repeat(1000)];
			const [first, second] = await Promise.all([
				stage.client.objectInfo({ nodeTypes }),
				stage.connect().objectInfo({ nodeTypes }),
			]);
			expect(Object.keys(first).sort()).toEqual(['KSampler', 'SaveImage']);
			expect(second).toBe(first);
			const asked = stage.server.requests
				.map(({ path }) => path)
				.filter((path) => path.includes(OBJECT_INFO));
			expect(asked.map((path) => path.split('/').at(-1)).sort()).toEqual([
				'KSampler',
				'Nowhere',
				'SaveImage',
			]);
		}));

	test('some node types come from the whole catalogue when it was loaded before', () =>
		onStage(async (stage) => {
			const all = await stage.client.objectInfo();
			expect(await stage.client.objectInfo({ nodeTypes: ['KSampler'] })).toBe(all);
		}));

	test('a hundred node types are asked for at once', () =>
		onStage(async (stage) => {
			const nodeTypes = Array.from({ length: 100 }, (_, index) => `Type${index}`);
			expect(await stage.client.objectInfo({ nodeTypes })).toHaveProperty('KSampler');
			expect(stage.server.requests.filter(({ path }) => path.includes(OBJECT_INFO))).toHaveLength(1);
		}));

	test('a part of it does not answer for node types that were not asked for', () =>
		onStage(async (stage) => {
			const some = await stage.client.objectInfo({ nodeTypes: ['SaveImage'] });
			const editorFile = { nodes: [{ id: 1, type: 'PreviewImage', mode: 0 }], links: [], last_node_id: 1 };
			expect(() => toApiFormat(editorFile, some)).toThrow('has only some node types');
		}));

	test('a workflow whose fields depend on all node types is converted with all of them', () =>
		onStage(
			async (stage) => {
				const node = { id: 1, type: 'TDrawing', mode: 0, inputs: [], outputs: [] };
				const editorFile = {
					nodes: [{ ...node, widgets_values: ['x', 'y'] }],
					links: [],
					last_node_id: 1,
				};
				await stage.client.queuePrompt(editorFile);
				expect(stage.submissions()).toMatchObject([
					{ prompt: { 1: { inputs: { text: 'x', drawing: 'y' } } } },
				]);
				const paths = stage.server.requests.map(({ path }) => path.replace('/api', ''));
				expect(paths.filter((path) => path.startsWith(OBJECT_INFO))).toEqual([
					`${OBJECT_INFO}/TDrawing`,
					OBJECT_INFO,
				]);
			},
			{ objectInfo: { TDrawing: DRAWING } },
		));

	test('one node type is always fresh', () =>
		onStage(async (stage) => {
			expect((await stage.client.objectInfo('SaveImage')).output_node).toBe(true);
			await stage.client.objectInfo('SaveImage');
			expect(stage.requests('GET', '/object_info/SaveImage')).toHaveLength(2);
		}));

	test.each(['Ksampler', 'a/b', 'toString', '%'])('a node type that is not installed: %s', (type) =>
		onStage(async ({ client }) => {
			const error = await caught(client.objectInfo(type));
			expect([error.code, error.message]).toEqual(['not-found', expect.stringContaining(`"${type}"`)]);
		}),
	);
});

describe('other things a server offers', () => {
	test('model folders and models', () =>
		onStage(async ({ client }) => {
			expect(await client.models()).toContain('loras');
			expect(await client.models('loras')).toContain('add_detail.safetensors');
			expect((await caught(client.models('cars'))).code).toBe('not-found');
		}));

	test('its version, and what it can do', () =>
		onStage(async ({ client }) => {
			expect((await client.getSystemStats()).system.comfyui_version).toBe('0.33.0');
			expect(await client.getFeatures()).toHaveProperty('max_upload_size');
		}));

	test('an old server can do nothing that has a name', () =>
		onStage(async ({ client }) => expect(await client.getFeatures()).toEqual({}), { version: '0.3.40' }));

	test('user files, with times in milliseconds', () =>
		onStage(
			async ({ client, server }) => {
				expect(await client.listUserFiles()).toEqual([]);
				const path = encodeURIComponent('workflows/my portrait.json');
				await fetch(`${server.url}/userdata/${path}`, { method: 'POST', body: '{"a": 1}' });
				const [file] = await client.listUserFiles();
				expect(file).toMatchObject({ path: 'my portrait.json', size: 8 });
				expect(new Date(file.modified ?? 0).getFullYear()).toBeGreaterThan(2020);
				expect(await client.readUserFile('workflows/my portrait.json')).toBe('{"a": 1}');
				expect((await caught(client.readUserFile('workflows/none.json'))).code).toBe('not-found');
			},
			{ version: '0.3.64' },
		));
});

test('a host without its own server says what to use instead', () =>
	onStage(async ({ client }) => {
		const other = Object.create(client, {
			host: { value: { ...client.host, name: 'Elsewhere', server: undefined } },
		});
		expect(await caught(() => other.getQueue())).toMatchObject({ code: 'not-supported' });
	}));

describe('listing jobs', () => {
	test('falls back to the queue where a null in somebody’s job breaks the jobs API', () =>
		onStage(async (stage) => {
			stage.server.faults.respond({ path: /api\/jobs/ }, { status: 500, body: 'trouble' });
			stage.server.faults.hold();
			const promptId = await stage.server.submit({ '1': { class_type: 'TText', inputs: { text: 'x' } } });
			expect(await stage.client.getQueue()).toMatchObject([{ promptId, state: 'pending', position: 0 }]);
			stage.server.faults.release();
			expect(await stage.client.waitForCompletion(promptId)).toMatchObject({ status: 'success' });
		}));

	test('history comes in pages, oldest first', () =>
		onStage(async ({ client, server }) => {
			const ids = [];
			for (const text of ['a', 'b', 'c'])
				ids.push(await server.submit({ '1': { class_type: 'TText', inputs: { text } } }));
			await server.idle();
			expect(Object.keys(await client.getHistory())).toEqual(ids);
			expect(Object.keys(await client.getHistory({ maxItems: 1, offset: 1 }))).toEqual([ids[1]]);
			expect(await client.getHistory(ids[0])).toHaveProperty('outputs');
			await client.deleteHistory();
			expect(await client.getHistory()).toEqual({});
		}));
});
