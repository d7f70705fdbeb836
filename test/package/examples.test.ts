import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { loadBuiltPackage, packageName } from '../support/builtPackage';
import { Engine, type InputItem } from '../support/engine';
import { root } from './packed';

const OURS = `${packageName}.`;
const folder = path.join(root, 'examples');

interface Example {
	nodes: INode[];
	connections: IConnections;
}

const picture = readFileSync(path.join(root, 'test/fixtures/picture.png'));

/** What the triggers of the examples would emit; they are n8n's own nodes, which are not installed here. */
const INPUT: Record<string, InputItem[]> = {
	'run-workflow.json': [{ json: { body: { prompt: 'a "quoted" lighthouse\nin a storm' } } }],
	'agent.json': [{ json: { chatInput: 'Paint a lighthouse.' } }],
	'start-now-fetch-later.json': [{ json: { body: { prompt: 'a lighthouse' } } }],
	'image-to-image.json': [
		{
			json: { Style: 'watercolour' },
			binary: { Picture: { data: picture, fileName: 'me.png', mimeType: 'image/png' } },
		},
	],
	'hundred-variations.json': Array.from({ length: 100 }, (_, index) => ({
		json: { prompt: `variation ${index}`, subject: 'red fox' },
	})),
};

/** The same with pictures of 64 x 64, which the little server paints at once. */
const small = (parameters: INodeParameters): INodeParameters =>
	['textToImage', 'imageToImage'].includes(String(parameters.workflowSource))
		? { ...parameters, width: 64, height: 64 }
		: parameters;

describe('the example workflows', () => {
	let server: LittleComfyUi;
	let engine: Engine;
	const built = loadBuiltPackage();
	beforeAll(async () => {
		server = await LittleComfyUi.start({ stepMs: 0, previews: false });
		engine = await Engine.start(built);
	});
	afterAll(async () => {
		await engine.stop();
		await server.stop();
	});

	const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
	const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Example;

	it('are those that the README names', () => {
		const named = readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/\(examples\/([^/)]+)\)/g);
		expect(files.sort()).toEqual([...named].map(([, file]) => file).sort());
		expect(files.sort()).toEqual(Object.keys(INPUT).sort());
	});

	it.each(files)('%s sets only parameters that the nodes have', (file) => {
		for (const { type, parameters } of read(file).nodes.filter((node) => node.type.startsWith(OURS))) {
			const known = built.nodeTypes[type.replace(/Tool$/, '')].description.properties.map(({ name }) => name);
			expect(known).toEqual(expect.arrayContaining(Object.keys(parameters)));
		}
	});

	// The others need n8n's own nodes between ours, or an agent: test/e2e runs them.
	const chains = ['run-workflow.json', 'image-to-image.json', 'hundred-variations.json'];
	it.each(chains)('%s makes its pictures', async (file) => {
		const ours = read(file)
			.nodes.filter(({ type }) => type.startsWith(OURS))
			.map((node) => ({ ...node, parameters: small(node.parameters) }));
		const form = { name: 'Form', type: 'test.input' };
		const run = await engine.run({
			nodes: [form, ...ours],
			credentials: { comfyUiApi: { url: server.url } },
			input: INPUT[file],
		});
		expect(run.error?.message).toBeUndefined();
		const results = run.items(ours[ours.length - 1].name);
		expect(results).toHaveLength(INPUT[file].length);
		const bytes = await run.binary(results[0], 'data');
		expect(bytes.length).toBeGreaterThan(50);
		expect(new Set(results.map(({ json }) => json.fileName)).size).toBe(results.length);
	});
});
