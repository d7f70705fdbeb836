import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LittleComfyUi } from '../server';
import { textToImage } from '../client/support/workflows';
import { describeWith, programs } from '../e2e/support/programs';
import { NodeRed, type FlowNode } from './support/NodeRed';
import { LANGUAGES, RedEditor } from './support/RedEditor';
import { installedVersions } from './support/versions';

/** The dialogs as users see them: in each language, in Chromium. `E2E_SCREENSHOTS=1` keeps the pictures of the README. */
const PICTURES = path.resolve(__dirname, '../../docs/images');
const TYPES = ['run', 'queue', 'wait', 'upload', 'get', 'info', 'events', 'control'];
const rows = [
	{ input: 'prompt', value: 'payload', type: 'msg' },
	{ input: '3.sampler_name', value: 'euler', type: 'choice' },
];

function flow(url: string): FlowNode[] {
	const workflow = { source: 'json', workflow: JSON.stringify(textToImage(), null, 2), values: rows };
	const nodes = TYPES.map((name, index) => ({
		id: name,
		z: 'tab',
		type: `comfyui-${name}`,
		server: 'server',
		x: 150,
		y: 60 + 60 * index,
		wires: [[]],
		...(['run', 'queue'].includes(name) && workflow),
		...(name === 'run' && { output: 'each', payload: 'buffer', seedMode: 'fixed', seed: '7' }),
		...(['wait', 'get'].includes(name) && { output: 'each', payload: 'buffer' }),
		...(name === 'info' && { operation: 'job' }),
		...(name === 'control' && { operation: 'cancel', scope: 'mine' }),
		...(name === 'events' && { events: ['finished', 'failed'], from: 'any', output: 'facts' }),
		...(name === 'upload' && { folder: 'input' }),
	}));
	const server = { type: 'comfyui-server', host: 'selfHosted', url, authentication: 'none' };
	return [
		{ id: 'tab', type: 'tab', label: 'ComfyUI' },
		{ id: 'server', name: 'Studio', ...server },
		...nodes,
	];
}

/** Values that show fields which are hidden at first. */
const VARIANTS: Record<string, Array<[field: string, values: string[]]>> = {
	run: [['source', ['textToImage', 'saved', 'msg', 'deployment']]],
	queue: [['source', ['upscale', 'template']]],
	info: [['operation', ['models', 'check']]],
	control: [['operation', ['clear', 'free']]],
	events: [['output', ['all']]],
	server: [
		['host', ['pool', 'comfyApiV2', 'comfyDeploy', 'comfyServerless', 'runPod', 'selfHosted']],
		['authentication', ['basic', 'bearer', 'headers', 'query']],
	],
};

describeWith('chromium')('the editor', () => {
	let comfy: LittleComfyUi;
	let red: NodeRed;
	let editor: RedEditor;
	beforeAll(async () => {
		comfy = await LittleComfyUi.start();
		const version = installedVersions().at(-1);
		if (!version) throw new Error('node scripts/run.cjs test/whole-node-red/install.ts');
		const palette = "{ categories: ['ComfyUI', 'common', 'function'] }";
		red = await NodeRed.start(version, { settings: `editorTheme: { tours: false, palette: ${palette} },` });
		await red.deploy(flow(comfy.url));
		editor = await RedEditor.start(programs.chromium ?? '', red.url);
	});
	afterAll(async () => {
		await editor.stop();
		await red.stop();
		await comfy.stop();
	});

	async function picture(name: string): Promise<void> {
		if (!process.env.E2E_SCREENSHOTS) return;
		mkdirSync(PICTURES, { recursive: true });
		writeFileSync(path.join(PICTURES, `node-red-${name}.png`), await editor.screenshot());
	}

	test.each(LANGUAGES)(
		'shows all dialogs in %s, without a text that is cut off or not translated',
		async (language) => {
			await editor.open({ language });
			for (const id of [...TYPES, 'server']) {
				await editor.edit(id);
				expect([id, await editor.faultsOfDialog()]).toEqual([id, []]);
				const field = id === 'server' ? 'node-config-input' : 'node-input';
				for (const [name, values] of VARIANTS[id] ?? []) {
					for (const value of values) {
						await editor.choose(`${field}-${name}`, value);
						expect([id, value, await editor.faultsOfDialog()]).toEqual([id, value, []]);
					}
				}
				await editor.cancel();
				const help = (await editor.evaluate(
					`RED.nodes.getNodeHelp(RED.nodes.node('${id}').type) ?? ''`,
				)) as string;
				expect(help).toMatch(/<h3>.+<\/h3>/s);
				if (language !== 'en-US') expect(help).not.toMatch(/<h3>(Details|Inputs|Outputs)<\/h3>.*\bthe\b/s);
			}
			expect(await editor.complaints()).toEqual([]);
		},
	);

	test('offers the inputs of the workflow by their labels, and the choices of the server', async () => {
		await editor.open({ language: 'en-US' });
		await editor.edit('run');
		expect(await editor.search('.comfyui-row-input', 'sam')).toEqual(['Sampler 3.sampler_name = euler']);
		await picture('run');
		expect(await editor.search('.comfyui-row-input', 'number im')).toEqual([
			'Number of images imageCount = 1',
		]);
		await editor.until(`$('.comfyui-row-value').last().typedInput('type') === 'choice'`, 'the choices');
		await editor.cancel();
	});

	test('tests a deployed server', async () => {
		await editor.open({ language: 'en-US' });
		await editor.edit('server');
		await editor.evaluate(`void $('#comfyui-test').trigger('click')`);
		await editor.until(`/^Connected to ComfyUI/.test($('#comfyui-test-answer').text())`, 'the answer');
		await picture('server');
		await editor.cancel();
	});

	test('keeps what is ticked and chosen when a dialog is closed with Done', async () => {
		await editor.open({ language: 'en-US' });
		await editor.edit('events');
		await editor.evaluate(`void $('#comfyui-events input[value=queueEmpty]').trigger('click')`);
		await picture('events');
		await editor.done();
		expect(await editor.evaluate(`RED.nodes.node('events').events`)).toEqual([
			'finished',
			'failed',
			'queueEmpty',
		]);
		expect(await editor.evaluate(`RED.nodes.node('events').changed`)).toBe(true);
		// The first time adds the members that the flow file leaves out.
		for (const isNew of [true, false]) {
			await editor.evaluate(`void (RED.nodes.node('run').changed = false)`);
			await editor.edit('run');
			await editor.done();
			expect(await editor.evaluate(`RED.nodes.node('run').values`)).toEqual(rows);
			if (!isNew) expect(await editor.evaluate(`RED.nodes.node('run').changed`)).toBe(false);
		}
	});

	test('has readable dialogs in the dark theme', async () => {
		await editor.open({ language: 'en-US', scheme: 'dark' });
		await editor.edit('run');
		await picture('dark');
		expect(await editor.contrasts()).toEqual([]);
		await editor.cancel();
	});
});
