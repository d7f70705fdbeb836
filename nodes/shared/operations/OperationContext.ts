import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError, isComfyUiError, NotFoundError, asError } from '../../client/core/errors';
import type { Upload } from '../../client/hosts/Host';
import type { ByteStream } from '../../client/transport/http';
import type { FoundWorkflow } from '../../client/workflow/parse';
import { closeFile, openBinary, storeStream } from '../files/binary';
import { isOfThisN8n, newClientId } from '../instance';
import type { WorkflowSources } from '../workflow/WorkflowSources';
import type { NodeDefinition, ObjectInfo } from '../../client/objectInfo/types';
import { suggestNodeTypes } from '../../client/objectInfo/nodeTypes';

/** The options of one item. */
interface Options {
	failIfNotOk?: boolean;
	refresh?: boolean;
}

/** What an operation needs for one item. */
interface Resources {
	context: IExecuteFunctions;
	itemIndex: number;
	client: ComfyUiClient;
	cache: RequestCache;
	sources: WorkflowSources;
	signal: AbortSignal;
}

/** An operation on one item: its parameters, and the server that it uses. */
export class OperationContext {
	readonly client: ComfyUiClient;
	readonly signal: AbortSignal;

	/** @param maxRows at most so many rows, however many the item wants */
	constructor(
		private readonly resources: Resources,
		private readonly maxRows = Infinity,
	) {
		this.client = resources.client;
		this.signal = resources.signal;
	}

	/** The same operation on one server of a pool. @throws NotFoundError for a server that the pool does not have */
	onServer(name: string, maxRows?: number): OperationContext {
		const { client, context } = this.resources;
		return new OperationContext(
			{ ...this.resources, client: client.onServer(name, newClientId(context)) },
			maxRows,
		);
	}

	/** A parameter of the item. */
	parameter(name: string, fallback?: unknown): unknown {
		return this.resources.context.getNodeParameter(name, this.resources.itemIndex, fallback);
	}

	get options(): Options {
		return this.parameter('options', {}) as Options;
	}

	/**
	 * The value that the user chose from a list or entered. Spaces at its ends are kept: some class names have them.
	 * @throws InvalidInputError when it is empty
	 */
	chosen(name: string, displayName: string): string {
		const text = this.entered(name);
		if (text) return text;
		throw new InvalidInputError(`"${displayName}" is empty.`, 'Choose one from the list, or enter its name.');
	}

	/** Like {@link chosen}, for a parameter that may be empty: then an empty text. */
	entered(name: string): string {
		const { context, itemIndex } = this.resources;
		const text = String(context.getNodeParameter(name, itemIndex, '', { extractValue: true }) ?? '');
		return text.trim() ? text : '';
	}

	/** Whether a node of this n8n queued a job. */
	isOfThisN8n(job: { clientId?: string; submittedBy?: string }): boolean {
		return isOfThisN8n(this.resources.context, job);
	}

	/** The rows up to the limit of the item. */
	limited<T>(rows: T[]): T[] {
		return rows.slice(0, this.max());
	}

	/** The maximum number of rows; Infinity for all. @throws InvalidInputError */
	max(): number {
		if (this.parameter('returnAll') === true) return this.maxRows;
		const limit = Number(this.parameter('limit'));
		if (limit >= 1) return Math.min(Math.floor(limit), this.maxRows);
		throw new InvalidInputError(
			'"Limit" is not a number of at least 1.',
			'Enter a number, or turn on "Return All".',
		);
	}

	/** Passes a file of the item to a function and closes it afterwards. @param name parameter with the name of its field */
	async withFile<T>(name: string, use: (file: Upload) => Promise<T>): Promise<T> {
		const { context, itemIndex } = this.resources;
		const file = await openBinary(context, itemIndex, this.chosen(name, 'Input Binary Field'));
		const { data, size, mimeType: contentType, fileName: filename = 'file' } = file;
		return await use({ data, size, contentType, filename }).finally(() => closeFile(file));
	}

	/** Stores a file in the binary store of n8n, for an output item. */
	async store(stream: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await storeStream(this.resources.context, stream, fileName, mimeType);
	}

	/** The workflow of the item. @throws InvalidWorkflowError */
	async workflow(): Promise<FoundWorkflow> {
		const { sources, itemIndex } = this.resources;
		return await sources.read(itemIndex, this.client, { signal: this.signal });
	}

	/** The response to a request, which is sent once for all items. @param key identifies the request */
	async cached<T>(key: string, request: () => Promise<T>): Promise<T> {
		return await this.resources.cache.get(this.client, key, request);
	}

	/** All node types: new ones with the option "Refresh", otherwise the client may return them from its cache. */
	async objectInfo(): Promise<ObjectInfo> {
		const refresh = this.options.refresh === true;
		return await this.cached(`all node types, refresh: ${refresh}`, async () => {
			return await this.client.objectInfo({ refresh, signal: this.signal });
		});
	}

	/**
	 * One node type. Only when the server does not know it, all node types are requested, to suggest similar names.
	 * @throws NotFoundError
	 */
	async definition(nodeType: string): Promise<NodeDefinition> {
		try {
			return await this.cached(`node type ${nodeType}`, async () => {
				return await this.client.objectInfo(nodeType, { signal: this.signal });
			});
		} catch (error) {
			throw await withSuggestions(error, async () => suggestNodeTypes(nodeType, await this.objectInfo()));
		}
	}
}

/**
 * The responses of one execution, by server and request. A hundred items that need the same response send one
 * request, even when each of them asks for a refresh.
 */
export class RequestCache {
	private readonly responses = new WeakMap<ComfyUiClient, Map<string, unknown>>();

	/** The response to a request. Failed requests are not cached. */
	async get<T>(client: ComfyUiClient, key: string, request: () => Promise<T>): Promise<T> {
		const known = this.responses.get(client) ?? new Map<string, unknown>();
		this.responses.set(client, known);
		if (!known.has(key)) known.set(key, await request());
		return known.get(key) as T;
	}
}

/**
 * Adds similar names to the error about an unknown name.
 * @param suggest finds the names; when it fails, the error stays as it is
 * @returns the error to throw
 */
export async function withSuggestions(error: unknown, suggest: () => Promise<string[]>): Promise<Error> {
	if (!isComfyUiError(error) || error.code !== 'not-found') return asError(error);
	const names = await suggest().catch(() => []);
	if (names.length === 0) return error;
	const suggestion = `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
	return new NotFoundError(`${error.message} ${suggestion}`, error.hint);
}
