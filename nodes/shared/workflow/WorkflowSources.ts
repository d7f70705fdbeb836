import { SharedPromise } from '../../client/core/SharedPromise';
import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { readWorkflow, type FoundWorkflow } from '../../client/workflow/parse';
import { closeFile, openBinary } from '../files/binary';
import { readSavedWorkflow } from './savedWorkflows';

/** Reads the workflows of an execution. A workflow that several items share is read once. */
export class WorkflowSources {
	private readonly texts = new Map<string, FoundWorkflow>();
	private readonly saved = new Map<string, SharedPromise<FoundWorkflow>>();

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * The workflow of one item, from its source.
	 * @throws InvalidWorkflowError when the source contains no workflow
	 */
	async read(
		itemIndex: number,
		client: ComfyUiClient,
		{ signal }: AbortOptions = {},
	): Promise<FoundWorkflow> {
		switch (this.context.getNodeParameter('workflowSource', itemIndex, 'json')) {
			case 'binary':
				return await this.fromFile(itemIndex, { signal });
			case 'server':
				return await this.fromServer(itemIndex, client, { signal });
			default:
				return this.fromJson(this.context.getNodeParameter('workflow', itemIndex));
		}
	}

	private fromJson(source: unknown): FoundWorkflow {
		if (typeof source !== 'string') return readWorkflow(source);
		const found = this.texts.get(source) ?? readWorkflow(source);
		this.texts.set(source, found);
		return found;
	}

	private async fromFile(itemIndex: number, { signal }: AbortOptions = {}): Promise<FoundWorkflow> {
		const field = this.context.getNodeParameter('workflowBinaryField', itemIndex) as string;
		const file = await openBinary(this.context, itemIndex, field);
		const { readWorkflowFile } = await import('../../client/metadata/readWorkflowFile');
		const read = readWorkflowFile(file.data, { filename: file.fileName, signal });
		return await read.finally(() => closeFile(file));
	}

	private async fromServer(
		itemIndex: number,
		client: ComfyUiClient,
		{ signal }: AbortOptions = {},
	): Promise<FoundWorkflow> {
		const path = this.context.getNodeParameter('savedWorkflow', itemIndex, '', { extractValue: true });
		const key = JSON.stringify([client.host.base, path]);
		const existing = this.saved.get(key);
		const read = async (options: AbortOptions) =>
			readWorkflow(await readSavedWorkflow(client, path, options));
		const found = existing && !existing.spent ? existing : new SharedPromise(read);
		this.saved.set(key, found);
		return await found.wait({ signal });
	}
}
