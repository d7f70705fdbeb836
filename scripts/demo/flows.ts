import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { nodeType as type } from '../../test/support/builtPackage';
import type { Engine, EngineRun, InputItem } from '../../test/support/engine';
import type { Picture } from './Gallery';
import type { DemoWorkflows } from './workflows';

/** n8n workflows of the demo: nodes and their parameters, as a user would set them up. */

type Credentials = Record<string, ICredentialDataDecryptedObject>;
type Say = (text: string) => void;

const PROMPTS = [
	'a lighthouse in a storm, "oil painting"',
	'a paper boat on a mirror-like lake\nat dawn',
	'a city of glass, blue hour',
];
const COLOURS = [0x335c81, 0xf2a541, 0x5b8e7d];

/** Run Workflow with the file that the editor saved, and its form filled in: three prompts at once. */
export async function textToImage(
	engine: Engine,
	credentials: Credentials,
	{ saved, form }: DemoWorkflows,
	say: Say,
): Promise<Picture[]> {
	const run = await engine.run({
		nodes: [
			{
				name: 'Run Workflow',
				type: type('RunWorkflow'),
				parameters: {
					workflowSource: 'json',
					workflow: saved,
					workflowInputs: { mappingMode: 'defineBelow', value: form },
					options: { timeout: 1800 },
				},
			},
		],
		credentials,
		input: PROMPTS.map((prompt, index) => ({ json: { prompt, color: COLOURS[index] } })),
		onNode: (name) => say(`   ${name}`),
	});
	assertSuccess(run);
	for (const { message } of run.hints('Run Workflow')) say(`   ${message}`);
	return await Promise.all(
		run.items('Run Workflow').map(async (item, index) => {
			return await picture(run, item, PROMPTS[index], item.json);
		}),
	);
}

/** The single steps: Upload Image, Queue Prompt, Wait For Completion, Get Images. */
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
	const values = [{ node: 'Picture', input: 'image', value: '={{ $json.value }}' }];
	const run = await engine.run({
		nodes: [
			{ name: 'Upload Image', type: type('UploadImage') },
			{
				name: 'Queue Prompt',
				type: type('QueuePrompt'),
				parameters: { workflowSource: 'json', workflow: JSON.stringify(workflow), inputs: { values } },
			},
			{ name: 'Wait For Completion', type: type('WaitForCompletion'), parameters: { timeout: 1800 } },
			{ name: 'Get Images', type: type('GetImages'), parameters: { source: 'files' } },
		],
		credentials,
		input: [input],
		onNode: (name) => say(`   ${name}`),
	});
	assertSuccess(run);
	const [job] = run.items('Wait For Completion');
	const [item] = run.items('Get Images');
	return [await picture(run, item, `inverted: ${source.prompt}`, job.json)];
}

/** What can be set in the workflow of the first flow: the fields of its form, in their order. */
export async function listInputs(
	engine: Engine,
	credentials: Credentials,
	{ saved }: DemoWorkflows,
): Promise<string> {
	const run = await engine.run({
		nodes: [
			{
				name: 'Object Info',
				type: type('ObjectInfo'),
				parameters: { operation: 'listWorkflowInputs', workflow: saved, returnAll: true },
			},
		],
		credentials,
	});
	assertSuccess(run);
	const inputs = run.items('Object Info').map(({ json }) => json);
	const rows = inputs.map(({ label, id, type: kind, value, choices }) => {
		const count = (choices as unknown[]).length;
		const now = [`now ${JSON.stringify(value)}`, count > 0 && `${count} choices`].filter(Boolean).join(', ');
		return `   ${String(label).padEnd(34)} ${String(id).padEnd(18)} ${String(kind).padEnd(8)} ${now}`;
	});
	return rows.join('\n');
}

/** @param job what the nodes report of its job */
async function picture(
	run: EngineRun,
	item: INodeExecutionData,
	prompt: string,
	job: IDataObject,
): Promise<Picture> {
	const seeds = job.seeds as Array<{ seed: number }> | undefined;
	return {
		fileName: String(item.json.fileName),
		bytes: await run.binary(item, 'data'),
		prompt,
		seed: seeds?.[0]?.seed,
		milliseconds: Number(job.durationMs),
	};
}

function assertSuccess({ status, error }: EngineRun): void {
	if (status === 'success') return;
	throw new Error(
		[error?.node && `${error.node}:`, error?.message, error?.description].filter(Boolean).join(' '),
	);
}
