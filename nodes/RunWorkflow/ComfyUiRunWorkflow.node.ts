import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { asTool, toolHints } from '../shared/agent';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { sourceSubtitle } from '../shared/workflow/sourceProperties';
import { properties } from './properties';
import { workflowMethods } from '../shared/workflow/methods';

/** Enough that the server is never idle. An item that waits for its job needs about 40 kB of memory. */
const MAX_ITEMS_AT_ONCE = 500;

/** Runs workflows and downloads their files: submits, waits and downloads for all items at once. */
export class ComfyUiRunWorkflow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI',
		name: 'comfyUiRunWorkflow',
		icon: nodeIcon('comfyui'),
		group: ['transform'],
		// 1.1: "Workflow Source" begins with a workflow of our own; fields for prompt, image and size; the files that App Mode
		// shows are the default; a list of output nodes; files with a download link, and other names of their facts.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: sourceSubtitle(''),
		description:
			'Generates images, videos, audio, 3D models and texts with ComfyUI: Stable Diffusion, Flux and any other workflow',
		defaults: { name: 'ComfyUI' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'comfyUiApi',
				required: true,
				testedBy: 'comfyUiApiTest',
				displayOptions: { show: { host: ['selfHosted'] } },
			},
			{
				name: 'comfyCloudApi',
				required: true,
				testedBy: 'comfyCloudApiTest',
				displayOptions: { show: { host: ['comfyCloud'] } },
			},
			{
				name: 'comfyApiV2Api',
				required: true,
				testedBy: 'comfyApiV2ApiTest',
				displayOptions: { show: { host: ['comfyApiV2'] } },
			},
			{
				name: 'comfyDeployApi',
				required: true,
				testedBy: 'comfyDeployApiTest',
				displayOptions: { show: { host: ['comfyDeploy'] } },
			},
			{
				name: 'comfyUiServerlessApi',
				required: true,
				testedBy: 'comfyUiServerlessApiTest',
				displayOptions: { show: { host: ['comfyServerless'] } },
			},
			{
				name: 'comfyUiPoolApi',
				required: true,
				testedBy: 'comfyUiPoolApiTest',
				displayOptions: { show: { host: ['pool'] } },
			},
			{
				name: 'runComfyApi',
				required: true,
				testedBy: 'runComfyApiTest',
				displayOptions: { show: { host: ['runComfy'] } },
			},
			{
				name: 'runPodComfyUiApi',
				required: true,
				testedBy: 'runPodComfyUiApiTest',
				displayOptions: { show: { host: ['runPod'] } },
			},
		],
		hints: toolHints,
		usableAsTool: asTool(
			'Makes images, videos, sounds or 3D models with ComfyUI. Call it with a prompt: a description of the wanted picture in English, in one or two sentences. Returns texts, and a link to each file.',
		),
		properties,
	};

	methods = { credentialTest: credentialTests, ...workflowMethods };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { forEachItem } = await import('../shared/items');
		const { strictParameters } = await import('../shared/parameters');
		const context = strictParameters(this, properties);
		const { RunWorkflowExecution } = await import('./RunWorkflowExecution');
		const run = new RunWorkflowExecution(context);
		return await forEachItem(
			context,
			async (itemIndex, clients, { signal }) => await run.run(itemIndex, clients, { signal }),
			{
				atOnce: MAX_ITEMS_AT_ONCE,
				hints: run.hints,
				check: async (itemIndex, clients, { signal }) => await run.check(itemIndex, clients, { signal }),
				finish: async () => run.finish(),
				cancelAll: async () => await run.cancelAll(),
			},
		);
	}
}
