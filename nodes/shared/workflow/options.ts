import type { IExecuteFunctions } from 'n8n-workflow';
import type { QueueOptions } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
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
	labels?: { label?: Array<{ name?: string; value?: unknown }> };
	maxDownload?: unknown;
	onPartialErrors?: 'warn' | 'fail';
	outputNodes?: string;
	number?: number;
	priority?: string;
	serverTag?: string;
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
 * The options for submitting the job of an item.
 * @param found the source of the workflow, with its extra data
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

/** Options that single services define. A host refuses options that it does not define. */
function hostOptions({
	host,
	gpu,
	labels,
	priority,
	serverTag,
	timeLimit,
}: JobOptions & { host: HostName }): Record<string, unknown> | undefined {
	const minutes = Number(timeLimit) || undefined;
	switch (host) {
		case 'comfyApiV2':
		case 'comfyCloud':
			return { metadata: toLabels(labels) };
		case 'comfyDeploy':
			return gpu ? { gpu } : undefined;
		case 'comfyServerless':
			return { priority, timeoutMinutes: minutes, metadata: toLabels(labels) };
		case 'pool':
			return serverTag?.trim() ? { tag: serverTag.trim() } : undefined;
		case 'runPod':
			return minutes ? { executionTimeoutMs: minutes * 60_000 } : undefined;
		default:
			return undefined;
	}
}

/** Labels of a job. @throws InvalidInputError for a label without a name or a value */
function toLabels(labels: JobOptions['labels']): Record<string, string> | undefined {
	const rows = labels?.label ?? [];
	for (const { name, value } of rows) {
		const isComplete = typeof name === 'string' && name.trim() && value !== undefined && value !== null;
		if (isComplete) continue;
		throw new InvalidInputError(
			`A label has no ${typeof name === 'string' && name.trim() ? `value: "${name}"` : 'name'}.`,
			'Enter a name and a value in "Labels", or remove the label.',
		);
	}
	const entries = rows.map(({ name, value }): [string, string] => [String(name).trim(), String(value)]);
	return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function outputNodes(workflow: ApiWorkflow, references: unknown): string[] | undefined {
	const names = (Array.isArray(references) ? references : String(references ?? '').split(','))
		.map((name) => String(name).trim())
		.filter(Boolean);
	return names.length > 0 ? names.map((name) => findNode(workflow, name)) : undefined;
}
