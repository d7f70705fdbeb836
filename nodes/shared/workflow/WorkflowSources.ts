import { SharedPromise } from '../../client/core/SharedPromise';
import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { asError } from '../../client/core/errors';
import { withHint } from '../../client/jobs/JobGroup';
import { readWorkflow, WorkflowSyntaxError, type FoundWorkflow } from '../../client/workflow/parse';
import { closeFile, openBinary } from '../files/binary';
import { isReadyMade, readReadyMade, readTemplate, readyMadeChoice } from './readyMade';
import { readSavedWorkflow } from './savedWorkflows';

const EXPRESSION_HINT =
	'Do not put expressions into the JSON text; use "Inputs to Set" for the values that change.';

/** How many workflows are kept for further items. Items share a few, or thousands have one of their own each. */
const MAX_KEPT = 20;

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
	kept.delete(key); // so that it is added at the end
	kept.set(key, value);
	const [oldest] = kept.keys();
	if (kept.size > MAX_KEPT) kept.delete(oldest);
}

/** Reads the workflows of an execution. A workflow that several items share is read once. */
export class WorkflowSources {
	private readonly texts = new Map<string, FoundWorkflow>();
	/** Workflows that come from a server, by what selects them. */
	private readonly loaded = new Map<string, SharedPromise<FoundWorkflow>>();

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
		const source = this.context.getNodeParameter('workflowSource', itemIndex, 'json');
		if (isReadyMade(source)) {
			const choice = readyMadeChoice(this.context, itemIndex, source);
			const read = async (options: AbortOptions) => ({
				workflow: await readReadyMade(client, choice, options),
			});
			return await this.load(client, choice, read, { signal });
		}
		switch (source) {
			case 'binary':
				return await this.fromFile(itemIndex, { signal });
			case 'server':
				return await this.fromServer('savedWorkflow', readSavedWorkflow, itemIndex, client, { signal });
			case 'template':
				return await this.fromServer('template', readTemplate, itemIndex, client, { signal });
			default:
				return this.fromJson(this.context.getNodeParameter('workflow', itemIndex));
		}
	}

	private fromJson(source: unknown): FoundWorkflow {
		if (typeof source !== 'string') return readWorkflow(source);
		const found = this.texts.get(source) ?? this.readText(source);
		keep(this.texts, source, found);
		return found;
	}

	/** A text of an expression inside the JSON may have broken it. */
	private readText(source: string): FoundWorkflow {
		try {
			return readWorkflow(source);
		} catch (error) {
			const entered: unknown = this.context.getNode().parameters.workflow;
			const isMixed =
				typeof entered === 'string' &&
				entered.startsWith('=') &&
				!entered.slice(1).trimStart().startsWith('{{') &&
				entered.includes('{{');
			throw asError(
				isMixed && error instanceof WorkflowSyntaxError ? withHint(error, EXPRESSION_HINT) : error,
			);
		}
	}

	private async fromFile(itemIndex: number, { signal }: AbortOptions = {}): Promise<FoundWorkflow> {
		const field = this.context.getNodeParameter('workflowBinaryField', itemIndex) as string;
		const file = await openBinary(this.context, itemIndex, field);
		const { readWorkflowFile } = await import('../../client/metadata/readWorkflowFile');
		const read = readWorkflowFile(file.data, { filename: file.fileName, signal });
		return await read.finally(() => closeFile(file));
	}

	private async fromServer(
		parameter: 'savedWorkflow' | 'template',
		readText: typeof readSavedWorkflow,
		itemIndex: number,
		client: ComfyUiClient,
		{ signal }: AbortOptions,
	): Promise<FoundWorkflow> {
		const name = this.context.getNodeParameter(parameter, itemIndex, '', { extractValue: true });
		const read = async (options: AbortOptions) => readWorkflow(await readText(client, name, options));
		return await this.load(client, [parameter, name], read, { signal });
	}

	/** Loads what several items share once. */
	private async load(
		client: ComfyUiClient,
		selection: unknown,
		read: (options: AbortOptions) => Promise<FoundWorkflow>,
		{ signal }: AbortOptions,
	): Promise<FoundWorkflow> {
		const key = JSON.stringify([client.host.base, selection]);
		const existing = this.loaded.get(key);
		const found = existing && !existing.spent ? existing : new SharedPromise(read);
		keep(this.loaded, key, found);
		return await found.wait({ signal });
	}
}
