import { checkOnPool } from './check/checkOnPool';
import { noteArrival, type CheckOptions } from './check/checkOnServer';
import type { MissingModel, WorkflowReport } from './check/WorkflowReport';
import { checkWithReplacements } from './checkWithReplacements';
import type { Conversion, ConversionOptions } from './convert/toApiFormat';
import { convertOnServer, toApiWorkflow, withRoles } from './convertOnServer';
import type { ApiWorkflow } from './core/ApiWorkflow';
import { asError, InvalidInputError, NotSupportedError } from './core/errors';
import { listed } from './core/text';
import { type AbortOptions, linkSignals } from './core/time';
import type { RoleValues } from './fields/workflowRoles';
import type { CancelResult, DownloadOptions, FileAddress, Host, Upload, UploadedFile } from './hosts/Host';
import { connectPool, type PoolOptions } from './hosts/pool/connect';
import { connectSelfHosted, type ConnectOptions } from './hosts/selfHosted/connect';
import type { ServerAdmin } from './hosts/ServerAdmin';
import type {
	ObjectInfoOptions,
	QueueListOptions,
	ServerApi,
	ServerTemplate,
	SystemStats,
	UserFile,
} from './hosts/ServerApi';
import { ClientJobs, type JobSnapshot } from './jobs/ClientJobs';
import { JobGroup, withHint, type RunResult, type RunWorkflowOptions } from './jobs/JobGroup';
import type { JobResult, ResultOptions, WaitOptions } from './jobs/result';
import { assertSupported, toSubmission, type QueuedJob, type QueueOptions } from './jobs/submission';
import { describeUncancelled } from './jobs/SubmittedJobs';
import { readReplacements, type NodeReplacements } from './objectInfo/replacements';
import type { NodeDefinition, ObjectInfo } from './objectInfo/types';
import { withNodeTypes } from './objectInfo/withNodeTypes';
import type { QueueEntry } from './protocol/queue';
import { sanitize } from './protocol/safeToSend';
import type { ReadyMadeKind } from './readyMade/graphs';
import { readyMadeWorkflow, type ReadyMadeOptions } from './readyMade/readyMade';
import type { ByteStream } from './transport/http';
import type { WatchOptions } from './watch/events';
import { watchJobs } from './watch/watchJobs';
import { modelSources } from './workflow/modelSources';
import { readWorkflow } from './workflow/parse';
import { usedTypes } from './workflow/usedTypes';

export type { ConnectOptions, PoolOptions, QueueOptions };

/**
 * A client of ComfyUI on any host. It holds at most one socket, however many jobs it waits for; `close` it when done.
 * Methods from `objectInfo` on concern the server itself; hosts that hide their servers have none of them, and throw
 * NotSupportedError.
 */
export class ComfyUiClient {
	readonly clientId: string;
	private readonly jobs: ClientJobs;
	/** The clients of single servers, see {@link onServer}. */
	private readonly onServers = new Map<string, ComfyUiClient>();
	private readonly closing = new AbortController();
	private replacements?: NodeReplacements;

	/** A client of any host. @param clientId whose events to subscribe to; default a fresh ID */
	constructor(
		readonly host: Host,
		clientId?: string,
	) {
		this.clientId = clientId || crypto.randomUUID();
		this.jobs = new ClientJobs(host, this.clientId);
	}

	/**
	 * A client of a self-hosted server, or of several that are used as one.
	 * @throws InvalidInputError for an invalid URL, name or weight
	 */
	static connect(options: ConnectOptions | PoolOptions): ComfyUiClient {
		const host = 'servers' in options ? connectPool(options) : connectSelfHosted(options);
		return new ComfyUiClient(host, options.clientId);
	}

	/**
	 * Submits a workflow (object, JSON text, or a wrapper around it; the editor's format is converted), or runs a
	 * deployment.
	 * @param workflow ignored, and may be undefined, when the options name a deployment
	 * @throws ValidationError when the server refuses it, InvalidWorkflowError before anything is sent
	 */
	async queuePrompt(workflow: unknown, options: QueueOptions = {}): Promise<QueuedJob> {
		const { signal } = options;
		assertSupported(options, this.host);
		const sent = options.deployment ? {} : await toApiWorkflow(this, workflow, { signal });
		const submission = toSubmission(sent, this.clientId, options);
		return await this.jobs.submit(submission, options);
	}

	/**
	 * Runs a workflow to its end: prepares and submits it, waits, and retries what failed for a reason that can pass (no
	 * connection, 429, 5xx, a restart of the server). No workflow runs twice: an attempt whose fate is not known is
	 * looked up before the next. Cancels the job at the deadline and, without a group, when the signal fires.
	 * @param workflow what `queuePrompt` takes; given to `prepare` when there is one
	 * @param options `roles` sets the prompt, the image, the size and so on, in whatever nodes they are; after `prepare`
	 * @throws what `queuePrompt` and `waitForCompletion` throw, with the number of attempts as the member `attempts`
	 */
	async run(
		workflow: unknown,
		options: RunWorkflowOptions & { roles?: RoleValues } = {},
	): Promise<RunResult> {
		const { group, prepare, queue, roles, ...runOptions } = options;
		const { signal: stop, cancelOnAbort = true } = options;
		const runGroup = group ?? new JobGroup();
		const toJob = async ({ signal }: AbortOptions) => {
			const prepared = prepare ? await prepare(workflow, { signal }) : workflow;
			const sent = roles ? await withRoles(this, prepared, roles, { signal }) : prepared;
			return { client: this, workflow: sent, options: queue };
		};
		try {
			const { result, attempts, nodeErrors } = await runGroup.run(toJob, runOptions);
			return { ...result, attempts, nodeErrors };
		} catch (error) {
			const cancels = !group && stop?.aborted && cancelOnAbort;
			throw cancels ? withHint(error, describeUncancelled(await runGroup.cancelAll())) : asError(error);
		}
	}

	/**
	 * Waits until a job has ended, and returns what it made.
	 * @throws ExecutionError, InterruptedError, CancelledError, JobLostError when it did not end well
	 * @throws JobTimeoutError at the deadline (the job goes on), AbortedError when the signal fires
	 */
	async waitForCompletion(promptId: string, options: WaitOptions = {}): Promise<JobResult> {
		return await this.jobs.wait(promptId, options);
	}

	/**
	 * The state of a job now, without waiting; `lost` when the server does not know it. For an ended job also what it
	 * made and, unless it ended well, the error that `waitForCompletion` would throw.
	 */
	async getJob(promptId: string, options?: ResultOptions & AbortOptions): Promise<JobSnapshot> {
		return await this.jobs.status(promptId, options);
	}

	/** Stops exactly this job, whether it is queued or running; other jobs go on. */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		return await this.jobs.cancel(promptId, { signal });
	}

	/**
	 * Reports the ends (and starts) of the jobs of all clients, an empty queue, and a server that goes offline and comes
	 * back. Resolves when the signal fires or the client is closed.
	 * @throws NotSupportedError where the host does not list the jobs of all clients, InvalidInputError for a bad option
	 * @throws AuthenticationError and others that no later request corrects; the error of `onEvent`
	 */
	async watchJobs({ signal, ...options }: WatchOptions): Promise<void> {
		const { controller, unlink } = linkSignals(signal, this.closing.signal);
		await watchJobs(this.host, { ...options, signal: controller.signal }).finally(unlink);
	}

	/** The bytes of a file, as a stream; a Node.js Readable wherever one can be had. */
	async download(file: FileAddress, options?: DownloadOptions): Promise<ByteStream> {
		return (await this.openFile(file, options)).stream;
	}

	/** Like {@link download}, with size and type where the server reports them. */
	async openFile(
		file: FileAddress,
		options?: DownloadOptions,
	): Promise<{ stream: ByteStream; size?: number; mimeType?: string }> {
		if (file.data)
			return { stream: new Blob([file.data]).stream() as unknown as ByteStream, size: file.data.byteLength };
		return await this.host.files.download(file, options);
	}

	/** Stores a file on the server; `value` of the result is what LoadImage takes. */
	async uploadImage(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		return await this.host.files.upload(upload, { signal });
	}

	/** The short names of the servers of a pool, in the order of its list; empty on every other host. */
	get servers(): string[] {
		return [...(this.host.pool?.servers.keys() ?? [])];
	}

	/**
	 * A client of one server of a pool, such as for its queue or its log. Its jobs and files have the IDs that they have in
	 * the pool. It is closed with this client.
	 * @param clientId of its events, when it is used for the first time; default a fresh ID
	 * @throws NotFoundError for a server that the pool does not have, InvalidInputError when the host is no pool
	 */
	onServer(name: string, clientId?: string): ComfyUiClient {
		const known = this.onServers.get(name);
		if (known) return known;
		const { pool } = this.host;
		if (!pool) throw new InvalidInputError(`${this.host.name} is one server, and has none by name.`);
		// the connections belong to the pool
		const client = new ComfyUiClient({ ...pool.server(name), close: async () => {} }, clientId);
		this.onServers.set(name, client);
		return client;
	}

	/** Ends the socket, every watch and every timer. Jobs on the server go on. */
	async close(): Promise<void> {
		this.closing.abort();
		await Promise.all([...this.onServers.values()].map(async (client) => await client.close()));
		await this.jobs.close();
		await this.host.close();
	}

	/** All node types (cached per server), at least those that are needed, or one (always fresh). */
	objectInfo(options?: ObjectInfoOptions): Promise<ObjectInfo>;
	objectInfo(nodeType: string, options?: AbortOptions): Promise<NodeDefinition>;
	async objectInfo(
		first?: string | ObjectInfoOptions,
		second?: AbortOptions,
	): Promise<ObjectInfo | NodeDefinition> {
		if (typeof first === 'string') return await this.server.nodeDefinition(first, { signal: second?.signal });
		const objectInfo = await this.server.objectInfo(first);
		noteArrival(objectInfo);
		return objectInfo;
	}

	/**
	 * Converts a workflow of any format to API format with the node types of the server. Node types that the server
	 * replaced are replaced, with a warning.
	 * @returns also the node types, at least those of the workflow
	 * @throws InvalidWorkflowError, MissingNodeTypesError; NotSupportedError where the host does not describe its nodes
	 */
	async convertWorkflow(
		workflow: unknown,
		{ signal, ...options }: ConversionOptions & AbortOptions = {},
	): Promise<Conversion & { objectInfo: ObjectInfo }> {
		const found = readWorkflow(workflow);
		const convert = async (objectInfo: ObjectInfo) =>
			await convertOnServer(this, found, objectInfo, options, { signal });
		return await withNodeTypes(this, usedTypes(found), convert, { signal });
	}

	/**
	 * Checks before anything is queued whether the server can run a workflow in API format: node types, models, values,
	 * connections, uploaded files. What the cached catalogue lacks is looked up in a new one. On a pool a server has to have
	 * all of it; `servers` of the report names those that have.
	 * @returns the findings; they are not thrown
	 * @throws InvalidWorkflowError when it has no nodes
	 */
	async checkWorkflow(workflow: ApiWorkflow, options?: CheckOptions): Promise<WorkflowReport> {
		const { report, checked } = await checkWithReplacements(this, workflow, options);
		const { pool } = this.host;
		return pool ? await checkOnPool(report, pool, sanitize(checked), options) : report;
	}

	/**
	 * A workflow of our own in API format, with a model and settings that fit the server. Set its prompt and its image by
	 * the option `roles` of {@link run}.
	 * @throws NotFoundError when the server has no model for it, InvalidInputError when the host does not list its models
	 */
	async readyMadeWorkflow(kind: ReadyMadeKind, options?: ReadyMadeOptions): Promise<ApiWorkflow> {
		return await readyMadeWorkflow(this.host, kind, options);
	}

	/**
	 * The models that a workflow uses and the server does not have, with the address and the folder where the workflow
	 * knows them. Models of nodes that no output needs are left out.
	 * @param workflow in any format
	 * @throws InvalidWorkflowError, MissingNodeTypesError when its node types are not installed
	 */
	async missingModels(workflow: unknown, { signal }: AbortOptions = {}): Promise<MissingModel[]> {
		const found = readWorkflow(workflow);
		const prompt = await toApiWorkflow(this, workflow, { signal });
		const report = await this.checkWorkflow(prompt, { models: modelSources(found.uiWorkflow), signal });
		return report.missingModels;
	}

	/** What replaces node types that the server no longer has; empty on servers before 0.14. Asked once per client. */
	async nodeReplacements({ signal }: AbortOptions = {}): Promise<NodeReplacements> {
		this.replacements ??= readReplacements(await this.host.server?.nodeReplacements?.({ signal }));
		return this.replacements;
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

	/** The features that the server announces; empty before 0.3.45. */
	async getFeatures({ signal }: AbortOptions = {}): Promise<Record<string, unknown>> {
		return await this.server.features({ signal });
	}

	/** Running and pending jobs in the order in which they run. @param options.details also who submitted them */
	async getQueue(options: QueueListOptions = {}): Promise<QueueEntry[]> {
		return await this.server.queue(options);
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

	/** Deletes history entries (all without ids); files stay. */
	async deleteHistory(promptIds?: string[], { signal }: AbortOptions = {}): Promise<void> {
		await this.server.deleteHistory(promptIds, { signal });
	}

	/** Interrupts the running job, **also one of another user**; see {@link cancel} for one job. */
	async interrupt({ signal }: AbortOptions = {}): Promise<void> {
		await this.server.interrupt({ signal });
	}

	/** Removes every pending job, **also those of other users**. */
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

	/** The workflows that the server ships as examples, in the order of its gallery. */
	async listTemplates({ signal }: AbortOptions = {}): Promise<ServerTemplate[]> {
		return await this.server.listTemplates({ signal });
	}

	/** Text of a template in the editor's format. @param name as `listTemplates` returns it @throws NotFoundError */
	async readTemplate(name: string, { signal }: AbortOptions = {}): Promise<string> {
		return await this.server.readTemplate(name, { signal });
	}

	/** Administers a self-hosted server. @throws NotSupportedError on every other host; on a pool, use {@link onServer} */
	get admin(): ServerAdmin {
		if (this.host.admin) return this.host.admin;
		if (this.host.pool) {
			throw new NotSupportedError(
				'The servers of a pool are administered one by one.',
				`Choose one of its servers: ${listed(this.servers, 20)}.`,
			);
		}
		throw new NotSupportedError(
			`${this.host.name} does not let clients administer its servers.`,
			'Use a self-hosted server for this.',
		);
	}

	private get server(): ServerApi {
		if (this.host.server) return this.host.server;
		throw new NotSupportedError(
			`${this.host.name} does not give access to the ComfyUI server itself.`,
			'Use a self-hosted server for this.',
		);
	}
}
