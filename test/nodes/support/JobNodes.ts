import type { ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiQueuePrompt } from '../../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiWaitForCompletion } from '../../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { Engine, type EngineRun, type Launch, type RunRequest } from '../../support/engine';
import { nodeType } from '../../support/builtPackage';

export type NodeSpec = RunRequest['nodes'][number];

/** A node named `Queue`; seeds are kept unless the test is about them. */
export function queue(workflow: unknown, parameters: INodeParameters = {}, extras: Partial<INode> = {}) {
	const text = typeof workflow === 'string' ? workflow : JSON.stringify(workflow);
	const given = { workflowSource: 'json', workflow: text, seedMode: 'keep', ...parameters };
	return { name: 'Queue', type: nodeType('QueuePrompt'), parameters: given, ...extras } as NodeSpec;
}

/** A node named `Wait`. */
export function wait(parameters: INodeParameters = {}, extras: Partial<INode> = {}): NodeSpec {
	return { name: 'Wait', type: nodeType('WaitForCompletion'), parameters, ...extras };
}

/** A node after the others that makes an item of every item. */
export function set(name: string, values: Record<string, unknown>): NodeSpec {
	return { name, type: 'test.set', parameters: { values } as INodeParameters };
}

export async function startEngine(binaryMode: 'filesystem' | 'default' = 'filesystem'): Promise<Engine> {
	return await Engine.start({
		binaryMode,
		nodeTypes: {
			[nodeType('QueuePrompt')]: ComfyUiQueuePrompt,
			[nodeType('QueuePromptTool')]: ComfyUiQueuePrompt,
			[nodeType('WaitForCompletion')]: ComfyUiWaitForCompletion,
			[nodeType('WaitForCompletionTool')]: ComfyUiWaitForCompletion,
		},
		credentialTypes: { comfyUiApi: ComfyUiApi },
	});
}

/** The nodes that submit jobs and wait for them, in n8n's engine, with a little ComfyUI per test. */
export class JobNodes {
	private readonly servers: LittleComfyUi[] = [];

	private constructor(readonly engine: Engine) {}

	static async start(binaryMode?: 'filesystem' | 'default'): Promise<JobNodes> {
		return new JobNodes(await startEngine(binaryMode));
	}

	/** A server that ends with the test: see {@link stopServers}. */
	async server(options: LittleComfyUiOptions = {}): Promise<LittleComfyUi> {
		const server = await LittleComfyUi.start(options);
		this.servers.push(server);
		return server;
	}

	/** Runs a chain of nodes. */
	async run(
		server: LittleComfyUi,
		nodes: NodeSpec[],
		more: Partial<RunRequest> & { credential?: ICredentialDataDecryptedObject } = {},
	): Promise<EngineRun> {
		return await this.launch(server, nodes, more).run;
	}

	launch(
		{ url }: LittleComfyUi,
		nodes: NodeSpec[],
		{ credential, ...more }: Partial<RunRequest> & { credential?: ICredentialDataDecryptedObject } = {},
	): Launch {
		return this.engine.launch({ nodes, credentials: { comfyUiApi: { url, ...credential } }, ...more });
	}

	async stopServers(): Promise<void> {
		await Promise.all(this.servers.splice(0).map(async (server) => await server.stop()));
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.stopServers();
	}
}
