import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Engine, EngineRun, InputItem } from '../../test/support/engine';
import type { Picture } from './Gallery';
import type { DemoWorkflows } from './workflows';

/** n8n workflows of the demo: nodes and their parameters, as a user would set them up. */

type Credentials = Record<string, ICredentialDataDecryptedObject>;
type Say = (text: string) => void;

const type = (name: string) => `n8n-nodes-comfyui.comfyUi${name}`;
const PROMPTS = [
	'a lighthouse in a storm, "oil painting"',
	'a paper boat on a mirror-like lake\nat dawn',
	'a city of glass, blue hour',
];
const COLOURS = [0x335c81, 0xf2a541, 0x5b8e7d];

const waitAndGet = [
	{ name: 'Wait For Completion', type: type('WaitForCompletion'), parameters: { timeout: 1800 } },
	{ name: 'Get Images', type: type('GetImages'), parameters: { source: 'files' } },
];

/** Queue Prompt, Wait For Completion, Get Images for three prompts at once. */
export async function textToImage(
	engine: Engine,
	credentials: Credentials,
	{ textToImage: workflow, prompt }: DemoWorkflows,
	say: Say,
): Promise<Picture[]> {
	const values = prompt
		? [{ ...prompt, type: 'string', value: '={{ $json.prompt }}' }]
		: [{ node: 'Square', input: 'color', type: 'number', value: '={{ $json.color }}' }];
	const run = await engine.run({
		nodes: [
			{
				name: 'Queue Prompt',
				type: type('QueuePrompt'),
				parameters: { workflow: JSON.stringify(workflow), inputs: { values }, seedMode: 'randomize' },
			},
			...waitAndGet,
		],
		credentials,
		input: PROMPTS.map((text, index) => ({ json: { prompt: text, color: COLOURS[index] } })),
		onNode: (name) => say(`   ${name}`),
	});
	return await pictures(run, (index) => PROMPTS[index]);
}

/** Upload Image, then the same three nodes. */
export async function imageToImage(
	engine: Engine,
	credentials: Credentials,
	{ imageToImage: workflow }: DemoWorkflows,
	source: Picture,
	say: Say,
): Promise<Picture[]> {
	const input: InputItem = {
		json: {},
		binary: { data: { data: source.bytes, fileName: source.fileName, mimeType: 'image/png' } },
	};
	const run = await engine.run({
		nodes: [
			{ name: 'Upload Image', type: type('UploadImage') },
			{
				name: 'Queue Prompt',
				type: type('QueuePrompt'),
				parameters: {
					workflow: JSON.stringify(workflow),
					inputs: {
						values: [{ node: 'Picture', input: 'image', type: 'string', value: '={{ $json.value }}' }],
					},
				},
			},
			...waitAndGet,
		],
		credentials,
		input: [input],
		onNode: (name) => say(`   ${name}`),
	});
	return await pictures(run, () => `inverted: ${source.prompt}`);
}

/** What Object Info says of a node type, in a few lines. */
export async function describeNode(
	engine: Engine,
	credentials: Credentials,
	nodeType: string,
): Promise<string> {
	const run = await engine.run({
		nodes: [
			{
				name: 'Object Info',
				type: type('ObjectInfo'),
				parameters: { operation: 'describeNode', nodeType: { __rl: true, mode: 'id', value: nodeType } },
			},
		],
		credentials,
	});
	assertSuccess(run);
	const { displayName, category, inputs } = run.items('Object Info')[0].json as unknown as {
		displayName: string;
		category: string;
		inputs: Array<{ name: string; type: string; default?: unknown; choices?: unknown[] }>;
	};
	const lines = inputs.map(({ name, type: kind, default: value, choices }) => {
		const facts = [choices && `${choices.length} choices`, value !== undefined && `default ${String(value)}`];
		return `   ${name.padEnd(14)} ${kind.padEnd(14)} ${facts.filter(Boolean).join(', ')}`;
	});
	return [`   ${displayName} (${category})`, ...lines].join('\n');
}

async function pictures(run: EngineRun, promptOf: (index: number) => string): Promise<Picture[]> {
	assertSuccess(run);
	const jobs = run.items('Wait For Completion').map(({ json }) => json);
	const seeds = run.items('Queue Prompt').map(({ json }) => (json.seeds as Array<{ seed: number }>)[0]?.seed);
	return await Promise.all(
		run.items('Get Images').map(async (item, index) => {
			const job = jobs.findIndex(({ promptId }) => promptId === item.json.promptId);
			const at = job < 0 ? index : job;
			return {
				fileName: String(item.json.filename),
				bytes: await run.binary(item, 'data'),
				prompt: promptOf(at),
				seed: seeds[at],
				milliseconds: Number(jobs[at].durationMs),
			};
		}),
	);
}

function assertSuccess({ status, error }: EngineRun): void {
	if (status === 'success') return;
	throw new Error(
		[error?.node && `${error.node}:`, error?.message, error?.description].filter(Boolean).join(' '),
	);
}
