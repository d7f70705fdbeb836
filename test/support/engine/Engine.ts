import type {
	ICredentialDataDecryptedObject,
	INodeListSearchResult,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';
import { CredentialsHelper } from './credentials/CredentialsHelper';
import { CredentialStore } from './credentials/CredentialStore';
import { CredentialTester } from './credentials/CredentialTester';
import { CredentialTypes } from './credentials/CredentialTypes';
import { EditorMethods } from './editor/EditorMethods';
import { Execution } from './execution';
import { builtInNodes } from './nodes';
import { NodeTypes } from './NodeTypes';
import { RunResult } from './RunResult';
import { startRuntime, type Runtime } from './runtime';
import type {
	CredentialTestResult,
	EditorRequest,
	EngineOptions,
	EngineRun,
	Launch,
	ListSearchRequest,
	RunRequest,
} from './types';
import { planWorkflow } from './workflow';

/** n8n's own engine in this process: the real n8n-core with our nodes in it, and no server around it. */
export class Engine {
	private readonly nodeTypes: NodeTypes;
	private readonly store = new CredentialStore();
	private readonly helper: CredentialsHelper;
	private readonly editor: EditorMethods;
	private readonly tester: CredentialTester;
	private readonly live = new Map<Execution, Promise<unknown>>();
	private executions = 0;

	private constructor(
		options: EngineOptions,
		private readonly runtime: Runtime,
	) {
		this.nodeTypes = new NodeTypes({ ...builtInNodes, ...options.nodeTypes });
		const credentialTypes = new CredentialTypes(options.credentialTypes, this.nodeTypes);
		this.helper = new CredentialsHelper(credentialTypes, this.store);
		this.editor = new EditorMethods(this.nodeTypes, this.store, this.helper);
		this.tester = new CredentialTester(this.nodeTypes, credentialTypes, this.store, this.helper);
	}

	/** One engine can run in a process at a time. */
	static async start(options: EngineOptions): Promise<Engine> {
		const runtime = await startRuntime(options);
		try {
			return new Engine(options, runtime);
		} catch (error) {
			await runtime.stop();
			throw error;
		}
	}

	/** n8n's user folder: whatever n8n writes to disk lies in it. */
	get folder(): string {
		return this.runtime.folder;
	}

	/** Runs a workflow to its end. A workflow that fails is a result, not an exception. */
	async run(request: RunRequest): Promise<EngineRun> {
		return await this.launch(request).run;
	}

	/** Starts a workflow that can be stopped. */
	launch(request: RunRequest): Launch {
		const execution = new Execution(String(++this.executions), this.helper);
		const run = execution
			.run(request, () => planWorkflow(request, this.nodeTypes, this.store))
			.then((raw) => new RunResult(raw, this.runtime.binaryData, (type) => this.stored(request, type)))
			.finally(() => this.live.delete(execution));
		this.live.set(execution, run);
		return { run, cancel: () => execution.cancel() };
	}

	async listSearch(request: ListSearchRequest): Promise<INodeListSearchResult> {
		return await this.editor.listSearch(request);
	}

	async loadOptions(request: EditorRequest): Promise<INodePropertyOptions[]> {
		return await this.editor.loadOptions(request);
	}

	async resourceMapping(request: EditorRequest): Promise<ResourceMapperFields> {
		return await this.editor.resourceMapping(request);
	}

	async testCredential(type: string, data: ICredentialDataDecryptedObject): Promise<CredentialTestResult> {
		return await this.tester.test(type, data);
	}

	/** Stops what still runs, waits for it, and removes the engine's folder. */
	async stop(): Promise<void> {
		for (const execution of this.live.keys()) execution.cancel();
		await Promise.all(this.live.values());
		await this.runtime.stop();
	}

	private stored({ credentials }: RunRequest, type: string): ICredentialDataDecryptedObject {
		return this.store.read(this.store.put(type, credentials?.[type] ?? {}), type);
	}
}
