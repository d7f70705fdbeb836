import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import {
	InvalidInputError,
	isComfyUiError,
	NotFoundError,
	NotSupportedError,
	asError,
} from '../client/core/errors';
import type { Host, Upload } from '../client/hosts/Host';
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

/** What an operation needs from n8n and from the execution. */
interface OperationSource {
	execution: IExecuteFunctions;
	itemIndex: number;
	client: ComfyUiClient;
	requestCache: RequestCache;
	sources: WorkflowSources;
	signal: AbortSignal;
}

/** The parameters, files and server of one item, for the operation that runs for it. */
export class OperationContext {
	readonly client: ComfyUiClient;
	readonly signal: AbortSignal;

	constructor(private readonly source: OperationSource) {
		this.client = source.client;
		this.signal = source.signal;
	}

	/** A parameter of the item. */
	parameter(name: string, fallback?: unknown): unknown {
		return this.source.execution.getNodeParameter(name, this.source.itemIndex, fallback);
	}

	get options(): Options {
		return this.parameter('options', {}) as Options;
	}

	/**
	 * The value of a list parameter. Keeps blanks at its ends: some class names have them.
	 * @throws InvalidInputError when it is empty
	 */
	chosen(name: string, displayName: string): string {
		const { execution, itemIndex } = this.source;
		const value = execution.getNodeParameter(name, itemIndex, '', { extractValue: true });
		const text = String(value ?? '');
		if (text.trim()) return text;
		throw new InvalidInputError(`"${displayName}" is empty.`, 'Choose one from the list, or enter its name.');
	}

	/** The rows up to the limit of the item. */
	limited<T>(rows: T[]): T[] {
		return rows.slice(0, this.max());
	}

	/** The limit of the item; Infinity for all rows. @throws InvalidInputError */
	max(): number {
		if (this.parameter('returnAll') === true) return Infinity;
		const limit = Number(this.parameter('limit'));
		if (limit >= 1) return Math.floor(limit);
		throw new InvalidInputError('"Limit" has to be a number from 1 on.', 'Or turn "Return All" on.');
	}

	/** Opens a file of the item, and closes it after the work. @param name parameter with the name of its field */
	async withFile<T>(name: string, work: (file: Upload) => Promise<T>): Promise<T> {
		const { execution, itemIndex } = this.source;
		const file = await openBinary(execution, itemIndex, this.chosen(name, 'Input Binary Field'));
		const { data, size, mimeType: contentType, fileName: filename = 'file' } = file;
		return await work({ data, size, contentType, filename }).finally(() => closeFile(file));
	}

	/** Stores a file in n8n, for an output item. */
	async store(stream: ByteStream, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await storeStream(this.source.execution, stream, fileName, mimeType);
	}

	/** The workflow of the item. @throws InvalidWorkflowError */
	async workflow(): Promise<FoundWorkflow> {
		const { sources, itemIndex } = this.source;
		return await sources.read(itemIndex, this.client, { signal: this.signal });
	}

	/**
	 * The result of a request that is sent once for all items of the execution.
	 * @param key tells requests apart
	 */
	async once<T>(key: string, request: () => Promise<T>): Promise<T> {
		return await this.source.requestCache.get(this.client, key, request);
	}

	/** All node types; from the server with the Refresh option, else from the client's cache if it has them. */
	async objectInfo(): Promise<ObjectInfo> {
		const refresh = this.options.refresh === true;
		return await this.once(`all node types, refresh: ${refresh}`, async () => {
			return await this.client.objectInfo({ refresh, signal: this.signal });
		});
	}

	/**
	 * One node type. Loads the whole catalogue only when the type is unknown, to suggest similar ones.
	 * @throws NotFoundError
	 */
	async definition(nodeType: string): Promise<NodeDefinition> {
		try {
			return await this.once(`node type ${nodeType}`, async () => {
				return await this.client.objectInfo(nodeType, { signal: this.signal });
			});
		} catch (error) {
			throw await withSuggestions(error, async () => suggestNodeTypes(nodeType, await this.objectInfo()));
		}
	}
}

/** The responses of servers during one execution: a hundred items that need the same response send one request. */
export class RequestCache {
	private readonly cached = new WeakMap<ComfyUiClient, Map<string, unknown>>();

	/** Returns the cached response, or sends the request. A failed request is not cached. */
	async get<T>(client: ComfyUiClient, key: string, request: () => Promise<T>): Promise<T> {
		const responses = this.cached.get(client) ?? new Map<string, unknown>();
		this.cached.set(client, responses);
		if (!responses.has(key)) responses.set(key, await request());
		return responses.get(key) as T;
	}
}

/**
 * Adds similar names to the error about an unknown name.
 * @param suggest finds the names; when that fails, the error stays as it is
 * @returns the error to throw
 */
export async function withSuggestions(error: unknown, suggest: () => Promise<string[]>): Promise<Error> {
	if (!isComfyUiError(error) || error.code !== 'not-found') return asError(error);
	const names = await suggest().catch(() => []);
	if (names.length === 0) return error;
	const suggestion = `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
	return new NotFoundError(`${error.message} ${suggestion}`, error.hint);
}

/** An output item. */
export type Row = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * Narrows the host to the one that has an operation.
 * @throws NotSupportedError when it is another one, as after the host was changed
 */
export function only<T extends Host>(host: Host, type: new (...parts: never[]) => T, name: string): T {
	if (host instanceof type) return host;
	throw new NotSupportedError(
		`${name} has this operation, and ${host.name} does not.`,
		'Choose another operation, or another host.',
	);
}
