import type { INodeParameters } from 'n8n-workflow';
import { decodePng } from '../../server/pictures/decodePng';
import { until } from '../../support/until';
import { quick, slow, textToImage } from '../support/jobWorkflows';
import { EACH, itemsFor, posts, RunNodes } from '../support/runNodes';
import { sentJobs, upgrades } from '../support/sent';
import { everyKind, noFiles, threePictures } from '../support/workflows';
import { nodeType } from '../../support/builtPackage';

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const caption = { class_type: 'TText', inputs: { text: 'hello' }, _meta: { title: 'Caption' } };
/** Pictures whose width identifies their item. */
const wide = (count: number) =>
	Array.from({ length: count }, (_, n) => ({
		...quick,
		'1': { ...quick['1'], inputs: { ...quick['1'].inputs, width: 16 + n } },
	}));

test('goes from a workflow to its file, with what is known of the job', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, { ...textToImage({ seed: 7 }), '10': caption });
	expect(run.error).toBeUndefined();
	const [item, ...others] = run.items('Run');
	expect(others).toEqual([]);
	expect(item.json).toEqual({
		promptId: sentJobs(server)[0].prompt_id,
		status: 'success',
		durationMs: expect.any(Number) as number,
		timings: expect.objectContaining({ queuedMs: expect.any(Number) as number }) as object,
		attempts: 1,
		seeds: [{ nodeId: '3', nodeTitle: 'KSampler', input: 'seed', seed: 7 }],
		texts: expect.arrayContaining([
			{ nodeId: '10', nodeTitle: 'Caption', key: 'text', text: 'hello' },
		]) as object[],
		index: 0,
		nodeId: '9',
		nodeTitle: 'Save Picture',
		nodeType: 'SaveImage',
		key: 'images',
		type: 'output',
		kind: 'image',
		fileName: 'made_00001_.png',
		mimeType: 'image/png',
		size: server.files.read('output', 'made_00001_.png')?.length,
		comfyUiFile: 'made_00001_.png [output]',
		comfyUiUrl: `${server.url}/api/view?filename=made_00001_.png&type=output`,
		downloadUrl: expect.stringContaining('/binary-data/signed?') as string,
	});
	expect(await run.binary(item, 'data')).toEqual(server.files.read('output', 'made_00001_.png'));
	expect(run.hints('Run')).toEqual([]);
	await until(() => server.sockets === 0);
});

test('draws a seed for each job where the front end of a pack does, and says which', async () => {
	const seeded = {
		input: { required: { seed: ['INT', { default: 0, min: 0, max: 2 ** 50 }] } },
		output: [],
		output_node: true,
		python_module: 'custom_nodes.efficiency',
	};
	const server = await nodes.server({ objectInfo: { Seeded: seeded } });
	const workflow = { nodes: [{ id: 1, type: 'Seeded', widgets_values: [-1, null] }], links: [] };
	const items = Array.from({ length: 4 }, (_, n) => ({ json: { n } }));
	const options = { whenNoFiles: 'return' };
	const run = await nodes.run(server, workflow, { input: items, parameters: { options } });
	expect(run.error).toBeUndefined();
	const sent = sentJobs(server).map(({ prompt }) => prompt['1'].inputs.seed as number);
	expect(new Set(sent).size).toBe(4);
	const shown = run.items('Run').map(({ json }) => (json.seeds as Array<{ seed: number }>)[0].seed);
	expect(shown.sort()).toEqual(sent.sort());
	const hints = run.hints('Run').map(({ message }) => message);
	expect(hints.filter((text) => text.includes('each job gets a random number'))).toHaveLength(1);
});

test('hands all jobs in before the first has ended, and answers in the order of the items', async () => {
	const server = await nodes.server();
	server.faults.hold();
	const workflows = wide(20);
	// the job that was submitted last runs first
	const parameters = { options: { front: true } };
	const { run } = nodes.launch(server, EACH, { parameters, input: itemsFor(workflows) });
	await until(() => posts(server) === 20);
	const order = sentJobs(server).map(({ prompt }) => prompt['1'].inputs.width);
	expect(order).toEqual(workflows.map((workflow) => workflow['1'].inputs.width));
	server.faults.release();
	const found = await run;
	const widths = found.items('Run').map(async (item) => decodePng(await found.binary(item, 'data'))?.width);
	expect(await Promise.all(widths)).toEqual(order);
	expect(found.items('Run').map(({ pairedItem }) => pairedItem)).toEqual(order.map((_, item) => ({ item })));
	const names = found.items('Run').map(({ json }) => json.fileName as string);
	expect(names).not.toEqual([...names].sort());
	expect(upgrades(server)).toHaveLength(1);
	expect(found.hints('Run')).toEqual([
		{
			type: 'info',
			location: 'outputPane',
			message: expect.stringMatching(/^20 of 20 jobs succeeded, in \d+ s\.$/),
		},
	]);
});

test.each([1, 3])('has %d jobs on the server and never more when that is the limit', async (concurrency) => {
	const server = await nodes.server();
	server.faults.hold();
	const launch = nodes.launch(server, slow(0.1), {
		parameters: { seedMode: 'randomize', options: { concurrency } },
		input: Array.from({ length: 7 }, (_, n) => ({ json: { n } })),
	});
	await until(() => posts(server) === concurrency);
	server.faults.release();
	const run = await launch.run;
	const ids = sentJobs(server).map(({ prompt_id: id }) => id);
	expect(run.items('Run').map(({ json }) => json.promptId)).toEqual(ids);
	let [most, now] = [0, 0];
	const changes = ids.flatMap((id) => spanOf(server.history(id), id));
	for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) most = Math.max(most, (now += by));
	expect(most).toBe(concurrency);
});

test('begins to download while other jobs still run', async () => {
	const server = await nodes.server();
	const { run, cancel } = nodes.launch(server, EACH, { input: itemsFor([quick, slow()]) });
	await until(() => server.requests.some(({ path }) => path.endsWith('/view')));
	expect(server.history(sentJobs(server)[1].prompt_id)).toBeUndefined();
	cancel();
	await run;
});

test('downloads a few jobs at a time', async () => {
	const server = await nodes.server();
	server.faults.stallDownload({ path: /view/ }, 10);
	const { run, cancel } = nodes.launch(server, EACH, { input: itemsFor(wide(6)) });
	const views = () => server.requests.filter(({ path }) => path.endsWith('/view')).length;
	await until(() => posts(server) === 6 && views() === 2);
	await server.idle();
	for (let times = 0; times < 5; times++) await fetch(`${server.url}/queue`); // those that are not to come would be there
	expect(views()).toBe(2);
	cancel();
	expect((await run).status).toBe('canceled');
});

test('can put all files in one item, chosen and converted', async () => {
	const server = await nodes.server();
	const parameters = {
		output: 'together',
		binaryPropertyName: 'image_',
		convert: 'jpeg',
		filters: { which: 'both' },
		options: { includeInput: true, fileName: 'pic' },
	};
	const input = [{ json: { customer: 7 } }];
	const run = await nodes.run(server, threePictures, { parameters, input });
	const [item, ...others] = run.items('Run');
	expect(others).toEqual([]);
	expect(item.json).toMatchObject({ customer: 7, status: 'success', fileCount: 3 });
	expect(item.json.files).toMatchObject([{ type: 'output' }, { type: 'output' }, { type: 'temp' }]);
	expect(item.binary).toMatchObject({
		image_0: { fileName: 'pic.jpg', mimeType: 'image/jpeg' },
		image_1: { fileName: 'pic_1.jpg' },
		image_2: { fileName: 'pic_2.jpg' },
	});
});

test('brings files of every kind as they are, and no previews beside them', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, { ...everyKind, '12': threePictures['4'] });
	expect(run.error).toBeUndefined();
	expect(
		run
			.items('Run')
			.map(({ json }) => json.kind)
			.sort(),
	).toEqual(['3d', 'audio', 'image', 'image', 'other', 'video']);
	for (const item of run.items('Run')) {
		const { comfyUiFile } = item.json as Record<string, string>;
		const path = comfyUiFile.replace(' [output]', '');
		expect(await run.binary(item, 'data')).toEqual(server.files.read('output', path));
	}
});

test('brings previews when there is nothing else', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, { '1': quick['1'], '4': threePictures['4'] });
	expect(run.items('Run')).toMatchObject([{ json: { type: 'temp' } }]);
});

test('returns the texts of a job that makes no files', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, noFiles, { parameters: { options: { includeRawOutputs: true } } });
	const [{ json, binary }] = run.items('Run');
	expect(json).toMatchObject({
		status: 'success',
		fileCount: 0,
		texts: expect.arrayContaining([expect.objectContaining({ key: 'text', text: 'hello' })]) as object[],
		outputs: { '1': { text: ['hello'], custom: [{ a: 1 }] } },
	});
	expect(binary).toBeUndefined();
});

test('fails when the job makes nothing, unless that is allowed', async () => {
	const server = await nodes.server();
	const nothing = { '1': quick['1'], '2': { class_type: 'TNan', inputs: { image: ['1', 0] } } };
	const failed = await nodes.run(server, nothing);
	expect(failed.error?.message).toBe('The job made neither files nor texts.');
	expect(failed.error?.description).toContain('Add a node that saves files');
	const run = await nodes.run(server, nothing, {
		parameters: { options: { whenNoFiles: 'return' } },
		input: [{ json: { customer: 7 } }],
	});
	expect(run.items('Run')[0].json).toMatchObject({ status: 'success', fileCount: 0 });
	expect(run.items('Run')[0].json).not.toHaveProperty('customer');
});

test('says what there is when no file passes the filters', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, quick, { parameters: { filters: { kinds: ['video'] } } });
	expect(run.error?.message).toMatch(/^None of the files \(1\) matches the filters: made_00001_\.png/);
});

test("works with n8n's combined binary mode", async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, quick, { settings: { binaryMode: 'combined' } });
	expect(run.error).toBeUndefined();
	expect(await run.binary(run.items('Run')[0], 'data')).toEqual(
		server.files.read('output', 'made_00001_.png'),
	);
});

describe('as the tool of an agent, the node', () => {
	const asTool = async (
		parameters: INodeParameters,
		workflow: object = { ...quick, '4': caption },
		typeVersion = 1.1,
	) => {
		const server = await nodes.server();
		const run = await nodes.run(server, workflow, {
			node: { type: nodeType('RunWorkflowTool'), typeVersion },
			parameters,
		});
		return run.items('Run')[0].json;
	};
	const given = { values: [{ node: 'Caption', input: 'text', value: "={{ $fromAI('text') || 'hello' }}" }] };
	const downloadUrl = expect.stringContaining('/binary-data/signed?') as string;

	test('returns texts, links and sizes, and nothing else that costs tokens', async () => {
		const json = await asTool({ inputs: given });
		expect(Object.keys(json)).toEqual([
			'texts',
			'fileName',
			'mimeType',
			'size',
			'downloadUrl',
			'comfyUiUrl',
			'promptId',
		]);
		expect(json).toMatchObject({ texts: expect.arrayContaining(['hello']) as string[], downloadUrl });
		const together = await asTool({ inputs: given, output: 'together' });
		expect(Object.keys(together)).toEqual(['texts', 'files', 'promptId', 'fileCount']);
		expect(together.files).toEqual([
			{
				fileName: 'made_00001_.png',
				mimeType: 'image/png',
				size: expect.any(Number) as number,
				downloadUrl,
				comfyUiUrl: expect.any(String) as string,
			},
		]);
	});

	test('returns the texts of a workflow that makes only texts', async () => {
		const json = await asTool({}, { '4': caption });
		expect(json).toMatchObject({ texts: expect.arrayContaining(['hello']) as string[], fileCount: 0 });
		expect(json).not.toHaveProperty('timings');
	});

	test('returns everything else after these when that is wanted', async () => {
		const json = await asTool({ inputs: given, options: { includeDetails: true } });
		expect(Object.keys(json).slice(0, 5)).toEqual(['texts', 'fileName', 'mimeType', 'size', 'downloadUrl']);
		expect(json).toMatchObject({ status: 'success', kind: 'image', comfyUiFile: 'made_00001_.png [output]' });
	});

	test('warns first when the agent fills in no field', async () => {
		const json = await asTool({});
		expect(Object.keys(json)[0]).toBe('warning');
		expect(json.warning).toMatch(/^The agent fills in no field of this tool/);
	});

	test('returns in version 1 what it returned before', async () => {
		const json = await asTool({ output: 'together', options: { includeDetails: false } }, undefined, 1);
		expect(json).toMatchObject({
			status: 'success',
			texts: expect.arrayContaining([expect.objectContaining({ text: 'hello' })]) as object[],
			files: [{ kind: 'image', filename: 'made_00001_.png', downloadUrl }],
		});
		expect(json).not.toHaveProperty('warning');
	});
});

test('evaluates the credential for each item, so that items run on different servers', async () => {
	const servers = [await nodes.server(), await nodes.server()];
	const input = servers.map(({ url }) => ({ json: { url } }));
	const run = await nodes.run(servers[0], quick, { credential: { url: '={{ $json.url }}' }, input });
	expect(run.error).toBeUndefined();
	expect(run.items('Run').map(({ json }) => json.comfyUiUrl)).toEqual(
		servers.map(({ url }) => `${url}/api/view?filename=made_00001_.png&type=output`),
	);
	await until(() => servers.every(({ sockets }) => sockets === 0));
});

test('works without any socket where a proxy refuses them', async () => {
	const server = await nodes.server();
	server.faults.refuseSockets = 426;
	const run = await nodes.run(server, textToImage());
	expect(run.items('Run')).toMatchObject([{ json: { fileName: 'made_00001_.png' } }]);
});

/** When a job was on the server, by its own clock. */
function spanOf(history: unknown, promptId: string): Array<{ at: number; by: number }> {
	const entry = (history as Record<string, { prompt: unknown[]; status: { messages: unknown[][] } }>)[
		promptId
	];
	const { create_time: from } = entry.prompt[3] as { create_time: number };
	const { timestamp: to } = entry.status.messages.at(-1)?.[1] as { timestamp: number };
	return [
		{ at: from, by: 1 },
		{ at: to, by: -1 },
	];
}
