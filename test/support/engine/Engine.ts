import {
	UserError,
	type ICredentialDataDecryptedObject,
	type INodeListSearchResult,
	type INodePropertyOptions,
	type IRunExecutionData,
	type IWorkflowExecuteAdditionalData,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { Activation, type ActivationOptions } from './Activation';
import { createAdditionalData } from './additionalData';
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
import { WaitingExecutions } from './waiting/WaitingExecutions';
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
	private waiting?: WaitingExecutions;

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
			const engine = new Engine(options, runtime);
			if (options.webhooks) await engine.openWebhooks();
			return engine;
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
		const id = String(++this.executions);
		this.waiting?.begin(id, request);
		return this.start(id, request);
	}

	/** Activates a workflow that begins with a trigger. @throws what the trigger throws */
	async activate(request: RunRequest, options: ActivationOptions = {}): Promise<Activation> {
		const plan = planWorkflow(request, this.nodeTypes, this.store);
		const { id: workflowId, settings: workflowSettings } = plan.workflow;
		const facts = { ...this.surroundings(), workflowId, workflowSettings };
		return await Activation.start(plan, createAdditionalData(this.helper, facts), options);
	}

	/** The run that follows when a webhook resumes an execution that waits. Ask before the call. */
	async resumed({ id }: EngineRun): Promise<EngineRun> {
		return await this.room.next(id);
	}

	/** What n8n does when the time of a wait is over. */
	async timeIsOver({ id }: EngineRun): Promise<EngineRun> {
		return await this.room.wake(id);
	}

	/** What the stop button does to an execution that waits. */
	stopWaiting({ id }: EngineRun): void {
		this.room.cancel(id);
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
		await this.waiting?.stop();
		for (const execution of this.live.keys()) execution.cancel();
		await Promise.all(this.live.values());
		await this.runtime.stop();
	}

	private start(id: string, request: RunRequest, data?: IRunExecutionData): Launch {
		const execution = new Execution(id, this.helper, this.surroundings());
		const run = execution
			.run(request, () => planWorkflow(request, this.nodeTypes, this.store), data)
			.then((raw) => {
				const { binaryData } = this.runtime;
				const result = new RunResult(id, raw, binaryData, (type) => this.stored(request, type));
				this.waiting?.save(id, result);
				return result;
			})
			.finally(() => this.live.delete(execution));
		this.live.set(execution, run);
		return { run, cancel: () => execution.cancel() };
	}

	private async openWebhooks(): Promise<void> {
		this.waiting = await WaitingExecutions.start({
			nodeTypes: this.nodeTypes,
			plan: (request) => planWorkflow(request, this.nodeTypes, this.store),
			additionalData: (more) => createAdditionalData(this.helper, { ...this.surroundings(), ...more }),
			goOn: async (id, request, data) => await this.start(id, request, data).run,
		});
	}

	private get room(): WaitingExecutions {
		if (this.waiting) return this.waiting;
		throw new UserError('Start the engine with webhooks');
	}

	private surroundings(): Partial<IWorkflowExecuteAdditionalData> {
		return this.waiting ? { webhookWaitingBaseUrl: this.waiting.baseUrl } : {};
	}

	private stored({ credentials }: RunRequest, type: string): ICredentialDataDecryptedObject {
		return this.store.read(this.store.put(type, credentials?.[type] ?? {}), type);
	}
}
