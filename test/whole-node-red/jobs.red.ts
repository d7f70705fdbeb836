import { readdirSync } from 'node:fs';
import { LittleComfyUi } from '../server';
import { slow } from '../client/support/workflows';
import { until } from '../support/until';
import { NodeRed, type FlowNode } from './support/NodeRed';
import { installedVersions } from './support/versions';

/** A flow that HTTP requests drive: the picture, or the error, is the response. */
function flows(url: string, run: Record<string, unknown> = {}, more: FlowNode[] = []): FlowNode[] {
	return [
		{ id: 'tab', type: 'tab', label: 'Test' },
		{
			id: 'server',
			type: 'comfyui-server',
			host: 'selfHosted',
			url,
			authentication: 'bearer',
			credentials: { token: '${COMFY_TOKEN}' },
		},
		{ id: 'in', z: 'tab', type: 'http in', url: '/picture', method: 'post', upload: false, wires: [['run']] },
		{
			id: 'run',
			z: 'tab',
			type: 'comfyui-run',
			server: 'server',
			source: 'msg',
			workflowProperty: 'payload',
			workflowPropertyType: 'msg',
			wires: [['out']],
			...run,
		},
		{ id: 'out', z: 'tab', type: 'http response', headers: { 'content-type': 'image/png' }, wires: [] },
		{ id: 'catch-node', z: 'tab', type: 'catch', scope: ['run'], wires: [['error']] },
		{
			id: 'error',
			z: 'tab',
			type: 'change',
			rules: [
				{ t: 'set', p: 'payload', pt: 'msg', to: '$merge([comfyui.error, error])', tot: 'jsonata' },
				{ t: 'set', p: 'statusCode', pt: 'msg', to: '500', tot: 'num' },
			],
			wires: [['failed']],
		},
		{
			id: 'failed',
			z: 'tab',
			type: 'http response',
			headers: { 'content-type': 'application/json' },
			wires: [],
		},
		...more,
	];
}

/** As the editor sends a flow whose secrets were not edited; a node that comes with secrets is restarted. */
const withoutCredentials = (nodes: FlowNode[]) => nodes.map((node) => ({ ...node, credentials: undefined }));

/** With the folder before the name. */
const examples = () =>
	readdirSync('packages/node-red/examples', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replace(/\.json$/, ''))
		.sort();

/** The examples of a folder as the editor lists them: a folder is a text, a flow an object. */
async function listed(red: NodeRed, route: string, folder = ''): Promise<string[]> {
	const path = folder.split('/').map(encodeURIComponent).join('/');
	const entries = await red.get<Array<string | { fn: string }>>(`${route}/${path}`);
	const names = entries.map(async (entry) =>
		typeof entry === 'string' ? await listed(red, route, `${folder}${entry}/`) : [`${folder}${entry.fn}`],
	);
	return (await Promise.all(names)).flat();
}

const CANARY = 'canary-4711';

/** All releases that are installed; the suite fails when none is. */
const versions = installedVersions();
test('a Node-RED is installed: node scripts/run.cjs test/whole-node-red/install.ts', () => {
	expect(versions.length).toBeGreaterThan(0);
});

describe.each(versions.map((version) => [version.version, version] as const))(
	'Node-RED %s',
	(_name, version) => {
		let comfy: LittleComfyUi;
		let red: NodeRed;
		beforeAll(async () => {
			comfy = await LittleComfyUi.start({ auth: { kind: 'bearer', token: CANARY } });
			red = await NodeRed.start(version, { env: { COMFY_TOKEN: CANARY } });
		});
		afterAll(async () => {
			await red.stop();
			await comfy.stop();
			expect(comfy.damage).toEqual([]);
		});

		const going = async (count: number) => await until(() => comfy.going.length === count, `${count} jobs`);

		test('loads all nodes of the package, each without an error', async () => {
			const sets = await red.get<Array<{ module: string; types: string[]; err?: unknown }>>('nodes');
			const ours = sets.filter(({ module }) => module === 'node-red-contrib-comfyui-workflows');
			expect(ours.flatMap(({ types }) => types).sort()).toEqual(
				['control', 'events', 'get', 'info', 'queue', 'run', 'server', 'upload', 'wait'].map(
					(name) => `comfyui-${name}`,
				),
			);
			expect(ours.filter(({ err }) => err)).toEqual([]);
		});

		test('its editor offers the examples, and it takes all of them at once', async () => {
			const route = 'library/examples/flows/node-red-contrib-comfyui-workflows';
			const names = await listed(red, route);
			expect(names.sort()).toEqual(examples());
			const imported: FlowNode[] = [];
			for (const name of names) {
				imported.push(
					...(await red.get<FlowNode[]>(`${route}/${name.split('/').map(encodeURIComponent).join('/')}`)),
				);
			}
			expect(imported.filter(({ type }) => type === 'tab')).toHaveLength(names.length);
			// The dashboard is a package of its own; without it Node-RED would start no flow.
			const flow = imported.filter(({ type }) => !type.startsWith('ui-'));
			await red.deploy(
				flow.map((node) => (node.type === 'comfyui-server' ? { ...node, url: comfy.url } : node)),
			);
			const kept = await red.get<FlowNode[]>('flows');
			expect(
				kept.map(({ type }) => type).filter((type) => type.startsWith('comfyui-')).length,
			).toBeGreaterThan(12);
			expect(red.log).not.toMatch(/missing types|Waiting for missing/i);
		});

		test('a request gets the picture of its workflow, and one that fails gets the error', async () => {
			await red.deploy(flows(comfy.url));
			const response = await red.send('picture', slow(0.05));
			expect(response.headers.get('content-type')).toBe('image/png');
			expect(Buffer.from(await response.arrayBuffer())).toEqual(
				comfy.files.read('output', 'slow_00001_.png'),
			);
			const failed = await red.send('picture', { '1': { class_type: 'NoSuchNode', inputs: {} } });
			expect(await failed.json()).toMatchObject({ code: 'invalid-workflow', source: { id: 'run' } });
		});

		test('the editor gets the inputs of a workflow, and no secret', async () => {
			const body = { source: 'json', workflow: JSON.stringify(slow(1)) };
			const response = await red.send('comfyui-server/server/inputs', body);
			const text = await response.text();
			expect(text).toContain('"id":"2.seconds"');
			expect(text).not.toContain(CANARY);
			const tried = await red.get<{ message: string }>('comfyui-server/server/test');
			expect(tried.message).toMatch(/^Connected to ComfyUI 0\.33\.0/);
			const missing = await red.get<{ message: string }>('comfyui-server/nothing/test');
			expect(missing.message).toMatch(/^No ComfyUI server is chosen\./);
		});

		test('a full deploy cancels the jobs; a deploy of other nodes leaves them alone', async () => {
			const open = [1, 2, 3].map(async () => await red.send('picture', slow(30)).catch(() => undefined));
			await going(3);
			const comment = { id: 'note', z: 'tab', type: 'comment', name: 'new', wires: [] };
			await red.deploy(withoutCredentials(flows(comfy.url, {}, [comment])), 'nodes');
			expect(comfy.going).toHaveLength(3);
			await red.deploy(withoutCredentials(flows(comfy.url, { name: 'changed' }, [comment])), 'nodes');
			expect(comfy.going).toEqual([]);
			void red.send('picture', slow(30)).catch(() => undefined);
			await going(1);
			await red.deploy(flows(comfy.url));
			expect(comfy.going).toEqual([]);
			void open;
		});

		test('a deploy of changed flows cancels the jobs of these flows only', async () => {
			const other = (name: string): FlowNode[] => [
				{ id: 'other', type: 'tab', label: 'Other' },
				{ id: 'other-note', z: 'other', type: 'comment', name, wires: [] },
			];
			await red.deploy(flows(comfy.url, {}, other('old')));
			void red.send('picture', slow(30)).catch(() => undefined);
			await going(1);
			await red.deploy(withoutCredentials(flows(comfy.url, {}, other('new'))), 'flows');
			expect(comfy.going).toHaveLength(1);
			await red.deploy(withoutCredentials(flows(comfy.url, { name: 'changed' }, other('new'))), 'flows');
			expect(comfy.going).toEqual([]);
			await red.deploy(flows(comfy.url));
		});

		test('a changed address cancels the jobs on the old server first', async () => {
			void red.send('picture', slow(30)).catch(() => undefined);
			await going(1);
			await red.deploy(flows(`${comfy.url}/`), 'nodes');
			expect(comfy.going).toEqual([]);
			const response = await red.send('picture', slow(0.05));
			expect(response.status).toBe(200);
		});

		test('a restart cancels the jobs, and afterwards the flow works as before', async () => {
			void red.send('picture', slow(30)).catch(() => undefined);
			await going(1);
			await red.end();
			expect(comfy.going).toEqual([]);
			await red.run();
			const response = await red.send('picture', slow(0.05));
			expect(response.status).toBe(200);
		});

		test('a kill leaves the job to the server, and the next start runs nothing twice', async () => {
			void red.send('picture', slow(0.5)).catch(() => undefined);
			await going(1);
			await red.end('SIGKILL');
			await red.run();
			await comfy.idle();
			expect(comfy.requests.filter(({ bodyText }) => bodyText.includes('"seconds":0.5'))).toHaveLength(1);
		});

		test('the secret is in no flow file, no log and no page of the editor', async () => {
			expect(red.log).not.toContain(CANARY);
			expect(red.keptText()).not.toContain(CANARY);
			expect(JSON.stringify(await red.get('flows'))).not.toContain(CANARY);
			expect(await (await fetch(`${red.url}/credentials/comfyui-server/server`)).text()).not.toContain(
				CANARY,
			);
		});
	},
);
