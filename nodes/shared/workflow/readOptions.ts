import type { IExecuteFunctions } from 'n8n-workflow';
import type { QueueOptions } from '../../client/ComfyUiClient';
import { findNode } from '../../client/workflow/address';
import type { FoundWorkflow } from '../../client/workflow/parse';
import type { ApiWorkflow } from '../../client/workflow/types';
import { jsonObject } from './jsonParameter';

/** Members of the options collection of a node that runs workflows. */
export interface JobOptions {
	checkWorkflow?: boolean;
	clientId?: string;
	dynamicPrompts?: boolean;
	embedWorkflow?: unknown;
	extraData?: unknown;
	front?: boolean;
	onPartialErrors?: 'warn' | 'fail';
	outputNodes?: string;
	number?: number;
	promptId?: string;
	substituteNames?: boolean;
}

export function jobOptions(context: IExecuteFunctions, itemIndex: number): JobOptions {
	return (context.getNodeParameter('options', itemIndex, {}) ?? {}) as JobOptions;
}

/**
 * How to hand in the job of an item.
 * @param found what came with the workflow
 * @throws InvalidInputError, InvalidWorkflowError
 */
export function toQueueOptions(
	options: JobOptions,
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
	};
}

function outputNodes(workflow: ApiWorkflow, references: unknown): string[] | undefined {
	const names = (Array.isArray(references) ? references : String(references ?? '').split(','))
		.map((name) => String(name).trim())
		.filter(Boolean);
	return names.length > 0 ? names.map((name) => findNode(workflow, name)) : undefined;
}
