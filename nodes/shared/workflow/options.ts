import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { QueueOptions } from '../../client/ComfyUiClient';
import { findNode } from '../../client/workflow/address';
import type { FoundWorkflow } from '../../client/workflow/parse';
import type { HostName } from '../hosts/HostKind';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { hostKind } from '../hosts/hostKinds';
import { jsonObject } from './values';

/** Members of the options collection of a node that runs workflows. */
export interface JobOptions {
	checkWorkflow?: boolean;
	clientId?: string;
	dynamicPrompts?: boolean;
	embedWorkflow?: unknown;
	extraData?: unknown;
	front?: boolean;
	gpu?: string;
	onPartialErrors?: 'warn' | 'fail';
	outputNodes?: string;
	number?: number;
	priority?: string;
	promptId?: string;
	substituteNames?: boolean;
	timeLimit?: number;
}

/** The options of an item, and its host. */
export function jobOptions(context: IExecuteFunctions, itemIndex: number): JobOptions & { host: HostName } {
	const options = (context.getNodeParameter('options', itemIndex, {}) ?? {}) as JobOptions;
	return { ...options, host: hostKind(context.getNodeParameter('host', itemIndex, 'selfHosted')).name };
}

/**
 * How to submit the job of an item.
 * @param found what was found beside the workflow
 * @throws InvalidInputError, InvalidWorkflowError
 */
export function toQueueOptions(
	options: JobOptions & { host: HostName },
	workflow: ApiWorkflow,
	found: FoundWorkflow,
): QueueOptions & { clientId?: string } {
	return {
		clientId: options.clientId || undefined,
		promptId: options.promptId || undefined,
		front: options.front,
		number: options.number,
		failOnNodeErrors: options.onPartialErrors === 'fail',
		outputNodes: outputNodes(workflow, options.outputNodes),
		extraData: { ...found.extraData, ...jsonObject(options.extraData, 'Extra Data') },
		uiWorkflow: jsonObject(options.embedWorkflow, 'Embed UI Workflow') ?? found.uiWorkflow,
		hostOptions: hostOptions(options),
	};
}

/** Options of one host only; the others refuse them. */
function hostOptions({
	host,
	gpu,
	priority,
	timeLimit,
}: JobOptions & { host: HostName }): Record<string, unknown> | undefined {
	const minutes = Number(timeLimit) || undefined;
	switch (host) {
		case 'comfyDeploy':
			return gpu ? { gpu } : undefined;
		case 'comfyServerless':
			return { priority, timeoutMinutes: minutes };
		case 'runPod':
			return minutes ? { executionTimeoutMs: minutes * 60_000 } : undefined;
		default:
			return undefined;
	}
}

function outputNodes(workflow: ApiWorkflow, references: unknown): string[] | undefined {
	const names = (Array.isArray(references) ? references : String(references ?? '').split(','))
		.map((name) => String(name).trim())
		.filter(Boolean);
	return names.length > 0 ? names.map((name) => findNode(workflow, name)) : undefined;
}

/** Members of the options collection that concern the preparation of jobs; sort them among the others by name. */
export const jobOptionProperties = {
	check: {
		displayName: 'Check Before Sending',
		name: 'checkWorkflow',
		type: 'boolean',
		default: true,
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'Whether to compare the workflow with what the server offers first, so that everything that is missing or wrong is reported at once and nothing is queued',
	},
	clientId: {
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'The client that gets the events of the job. Leave empty to get a new ID for this execution.',
	},
	dynamicPrompts: {
		displayName: 'Dynamic Prompts',
		name: 'dynamicPrompts',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'Whether to do with prompts what the editor does: pick one of {day|night} and drop // and /* */ comments',
	},
	embedWorkflow: {
		displayName: 'Embed UI Workflow',
		name: 'embedWorkflow',
		type: 'json',
		default: '{}',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'The editor format of the workflow, written into the files that the job makes, so that they can be dropped into the ComfyUI editor. A workflow that is in this format already is embedded anyway.',
	},
	extraData: {
		displayName: 'Extra Data',
		name: 'extraData',
		type: 'json',
		default: '{}',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description: 'Further members of extra_data, such as {"preview_method": "auto"}',
	},
	fileNames: {
		displayName: 'Fill in File Names',
		name: 'substituteNames',
		type: 'boolean',
		default: true,
		displayOptions: {
			show: { '/host': ['comfyApiV2', 'comfyCloud', 'comfyServerless', 'runPod', 'selfHosted'] },
		},
		description:
			'Whether to do with file name prefixes what the editor does: replace %date:yyyy-MM-dd% and %Node.input%',
	},
	front: {
		displayName: 'Front of Queue',
		name: 'front',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/host': ['selfHosted'] } },
		description: 'Whether to run before everything that is queued so far',
	},
	gpu: {
		displayName: 'GPU',
		name: 'gpu',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyDeploy'] } },
		placeholder: 'e.g. A10G',
		description: 'GPU to run on instead of that of the machine: T4, L4, A10G, L40S, A100, A100-80GB, H100',
	},
	partial: {
		displayName: 'On Partial Errors',
		name: 'onPartialErrors',
		type: 'options',
		default: 'warn',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		options: [
			{ name: 'Fail', value: 'fail', description: 'Run nothing and report what is wrong' },
			{ name: 'Warn', value: 'warn', description: 'Run what can run and warn of the rest' },
		],
		description: 'What to do when only some of the outputs can run',
	},
	outputNodes: {
		displayName: 'Output Nodes to Run',
		name: 'outputNodes',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		placeholder: 'e.g. 9, Save Upscaled',
		description:
			'Comma-separated IDs or titles of output nodes. Leave empty to run all. Needs ComfyUI 0.3.48.',
	},
	priority: {
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		default: 'normal',
		displayOptions: { show: { '/host': ['comfyServerless'] } },
		options: [
			{ name: 'High', value: 'high' },
			{ name: 'Low', value: 'low' },
			{ name: 'Normal', value: 'normal' },
		],
		description: 'Which of the queues of the service to use',
	},
	timeLimit: {
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 30,
		displayOptions: { show: { '/host': ['comfyServerless', 'runPod'] } },
		description: 'After this time the host ends the job by itself',
	},
} satisfies Record<string, INodeProperties>;
