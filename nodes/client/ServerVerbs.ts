import type { AbortOptions } from './core/time';
import { checkOnServer, noteArrival, type CheckOptions } from './check/checkOnServer';
import { NotSupportedError } from './core/errors';
import type { Host } from './hosts/Host';
import type { ServerApi, SystemStats, UserFile } from './hosts/ServerApi';
import type { QueueEntry } from './protocol/queue';
import type { ApiWorkflow } from './core/ApiWorkflow';
import type { NodeDefinition, ObjectInfo } from './objectInfo/types';
import type { WorkflowReport } from './check/WorkflowReport';

/** The verbs of a client that concern the server and not a job. Hosts that hide their servers have none of them. */
export abstract class ServerVerbs {
	abstract readonly host: Host;

	/** All node types (cached per server), or one (always fresh). */
	objectInfo(options?: { refresh?: boolean; signal?: AbortSignal }): Promise<ObjectInfo>;
	objectInfo(nodeType: string, options?: AbortOptions): Promise<NodeDefinition>;
	async objectInfo(
		first?: string | { refresh?: boolean; signal?: AbortSignal },
		second?: AbortOptions,
	): Promise<ObjectInfo | NodeDefinition> {
		if (typeof first === 'string') return await this.server.nodeDefinition(first, { signal: second?.signal });
		const objectInfo = await this.server.objectInfo(first);
		noteArrival(objectInfo);
		return objectInfo;
	}

	/**
	 * Finds out before anything is queued whether the server can run a workflow in API format: node types,
	 * models, values, connections, uploaded files. What the kept catalogue lacks is looked up in a new one.
	 * @throws InvalidWorkflowError when there are no nodes in it; what is wrong with them is in the report
	 */
	async checkWorkflow(workflow: ApiWorkflow, options?: CheckOptions): Promise<WorkflowReport> {
		return await checkOnServer(this, workflow, options);
	}

	/** Model folders, or the models in one. */
	async models(folder?: string, { signal }: AbortOptions = {}): Promise<string[]> {
		return await this.server.models(folder, { signal });
	}

	async embeddings({ signal }: AbortOptions = {}): Promise<string[]> {
		return await this.server.embeddings({ signal });
	}

	/** Metadata in the header of a safetensors file. */
	async viewMetadata(
		folder: string,
		filename: string,
		{ signal }: AbortOptions = {},
	): Promise<Record<string, unknown>> {
		return await this.server.modelMetadata(folder, filename, { signal });
	}

	async getSystemStats({ signal }: AbortOptions = {}): Promise<SystemStats> {
		return await this.server.systemStats({ signal });
	}

	/** What the server says it can do; empty before 0.3.45. */
	async getFeatures({ signal }: AbortOptions = {}): Promise<Record<string, unknown>> {
		return await this.server.features({ signal });
	}

	/** Running and pending jobs in the order in which they run. */
	async getQueue({ signal }: AbortOptions = {}): Promise<QueueEntry[]> {
		return await this.server.queue({ signal });
	}

	/** One entry as the server has it (undefined when there is none), or a page of them, oldest first. */
	getHistory(promptId: string, options?: AbortOptions): Promise<Record<string, unknown> | undefined>;
	getHistory(page?: {
		maxItems?: number;
		offset?: number;
		signal?: AbortSignal;
	}): Promise<Record<string, unknown>>;
	async getHistory(
		first?: string | { maxItems?: number; offset?: number; signal?: AbortSignal },
		second?: AbortOptions,
	): Promise<Record<string, unknown> | undefined> {
		return typeof first === 'string'
			? await this.server.historyEntry(first, second)
			: await this.server.history(first);
	}

	/** Forgets history entries (all without ids); files stay. */
	async deleteHistory(promptIds?: string[], { signal }: AbortOptions = {}): Promise<void> {
		await this.server.deleteHistory(promptIds, { signal });
	}

	/** Stops whatever runs, **whoever owns it**; see {@link cancel} for one job. */
	async interrupt({ signal }: AbortOptions = {}): Promise<void> {
		await this.server.interrupt({ signal });
	}

	/** Removes every pending job, **whoever owns it**. */
	async clearQueue({ signal }: AbortOptions = {}): Promise<void> {
		await this.server.clearQueue({ signal });
	}

	/** Asks the server to unload models and free memory when it is next idle. */
	async free(options?: {
		unloadModels?: boolean;
		freeMemory?: boolean;
		signal?: AbortSignal;
	}): Promise<void> {
		await this.server.free(options);
	}

	/** Files of the user's data folder, such as saved workflows. */
	async listUserFiles(folder = 'workflows', { signal }: AbortOptions = {}): Promise<UserFile[]> {
		return await this.server.listUserFiles(folder, { signal });
	}

	/** Text of a user file, such as `workflows/portrait.json`. */
	async readUserFile(path: string, { signal }: AbortOptions = {}): Promise<string> {
		return await this.server.readUserFile(path, { signal });
	}

	private get server(): ServerApi {
		if (this.host.server) return this.host.server;
		throw new NotSupportedError(
			`${this.host.name} does not give access to the ComfyUI server itself.`,
			'Use a self-hosted server for this.',
		);
	}
}
