import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { InvalidInputError, isComfyUiError, NotFoundError, asError } from '../client/core/errors';
import type { Upload } from '../client/hosts/Host';
import type { ByteStream } from '../client/transport/http';
import type { FoundWorkflow } from '../client/workflow/parse';
import { closeFile, openBinary, storeStream } from '../shared/files/binary';
import type { WorkflowSources } from '../shared/workflow/WorkflowSources';
import type { NodeDefinition, ObjectInfo } from '../client/objectInfo/types';
import { suggestNodeTypes } from '../client/objectInfo/nodeTypes';

/** The options of one item. */
interface Options {
	failIfNotOk?: boolean;
	refresh?: boolean;
}

/** Where a question comes from and who answers it. */
interface Asking {
	context: IExecuteFunctions;
	itemIndex: number;
	client: ComfyUiClient;
	answers: RequestCache;
	sources: WorkflowSources;
	signal: AbortSignal;
}

/** What one item asks, and the server that it asks. */
export class OperationContext {
	readonly client: ComfyUiClient;
	readonly signal: AbortSignal;

	constructor(private readonly asking: Asking) {
		this.client = asking.client;
		this.signal = asking.signal;
	}

	/** A parameter of the item. */
	parameter(name: string, fallback?: unknown): unknown {
		return this.asking.context.getNodeParameter(name, this.asking.itemIndex, fallback);
	}

	get options(): Options {
		return this.parameter('options', {}) as Options;
	}

	/**
	 * What was chosen from a list, or entered. Blanks at its ends stay: some class names have them.
	 * @throws InvalidInputError when nothing was
	 */
	chosen(name: string, displayName: string): string {
		const { context, itemIndex } = this.asking;
		const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
		const text = String(value ?? '');
		if (text.trim()) return text;
		throw new InvalidInputError(`"${displayName}" is empty.`, 'Choose one from the list, or enter its name.');
	}

	/** As many rows as the item asks for. */
	limited<T>(rows: T[]): T[] {
		return rows.slice(0, this.max());
	}

	/** How many rows the item asks for; Infinity for all. @throws InvalidInputError */
	max(): number {
		if (this.parameter('returnAll') === true) return Infinity;
		const limit = Number(this.parameter('limit'));
		if (limit >= 1) return Math.floor(limit);
		throw new InvalidInputError('"Limit" has to be a number from 1 on.', 'Or turn "Return All" on.');
	}

	/** Does something with a file of the item, and closes it. @param name parameter with the name of its field */
	async withFile<T>(name: string, work: (file: Upload) => Promise<T>): Promise<T> {
		const { context, itemIndex } = this.asking;
		const file = await openBinary(context, itemIndex, this.chosen(name, 'Input Binary Field'));
		const { data, size, mimeType: contentType, fileName: filename = 'file' } = file;
		return await work({ data, size, contentType, filename }).finally(() => closeFile(file));
	}

	/** Puts a file into n8n's store, for an item that is put out. */
	async store(stream: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await storeStream(this.asking.context, stream, fileName, mimeType);
	}

	/** The workflow that the item is about. @throws InvalidWorkflowError */
	async workflow(): Promise<FoundWorkflow> {
		const { sources, itemIndex } = this.asking;
		return await sources.read(itemIndex, this.client, { signal: this.signal });
	}

	/** The answer of the server, which is asked once for all items. */
	async ask<T>(question: string, ask: () => Promise<T>): Promise<T> {
		return await this.asking.answers.get(this.client, question, ask);
	}

	/** All node types; with the Refresh option fresh ones, else the client's cache may answer. */
	async objectInfo(): Promise<ObjectInfo> {
		const refresh = this.options.refresh === true;
		return await this.ask(`all node types, refresh: ${refresh}`, async () => {
			return await this.client.objectInfo({ refresh, signal: this.signal });
		});
	}

	/**
	 * One node type. Only when it is unknown the whole catalogue is looked into, for what may be meant.
	 * @throws NotFoundError
	 */
	async definition(nodeType: string): Promise<NodeDefinition> {
		try {
			return await this.ask(`node type ${nodeType}`, async () => {
				return await this.client.objectInfo(nodeType, { signal: this.signal });
			});
		} catch (error) {
			throw await withSuggestions(error, async () => suggestNodeTypes(nodeType, await this.objectInfo()));
		}
	}
}

/**
 * What servers said during one execution, so that a hundred items with the same question are one
 * request, also when each of them asks for a fresh answer.
 */
export class RequestCache {
	private readonly kept = new WeakMap<ComfyUiClient, Map<string, unknown>>();

	/** The answer to a question, asked at most once unless the asking did not succeed. */
	async get<T>(client: ComfyUiClient, question: string, ask: () => Promise<T>): Promise<T> {
		const answers = this.kept.get(client) ?? new Map<string, unknown>();
		this.kept.set(client, answers);
		if (!answers.has(question)) answers.set(question, await ask());
		return answers.get(question) as T;
	}
}

/**
 * Adds to the error about an unknown name what may be meant.
 * @param guess finds the names; when that fails, the error stays as it is
 * @returns the error to throw
 */
export async function withSuggestions(error: unknown, guess: () => Promise<string[]>): Promise<Error> {
	if (!isComfyUiError(error) || error.code !== 'not-found') return asError(error);
	const names = await guess().catch(() => []);
	if (names.length === 0) return error;
	const question = `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
	return new NotFoundError(`${error.message} ${question}`, error.hint);
}
