import type { ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiRunWorkflow } from '../../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { Engine, type EngineRun, type InputItem, type Launch, type RunRequest } from '../../support/engine';
import { nodeType } from '../../support/builtPackage';

/** How a node is run: its parameters except the workflow, and its environment. */
export interface RunOptions extends Partial<RunRequest> {
	parameters?: INodeParameters;
	node?: Partial<INode>;
	credential?: ICredentialDataDecryptedObject;
}

/** The node Run Workflow, named `Run`, in n8n's engine, with a little ComfyUI per test. */
export class RunNodes {
	private readonly servers: LittleComfyUi[] = [];

	private constructor(readonly engine: Engine) {}

	static async start(binaryMode: 'filesystem' | 'default' = 'filesystem'): Promise<RunNodes> {
		const nodeTypes = {
			[nodeType('RunWorkflow')]: ComfyUiRunWorkflow,
			[nodeType('RunWorkflowTool')]: ComfyUiRunWorkflow,
		};
		return new RunNodes(
			await Engine.start({ binaryMode, nodeTypes, credentialTypes: { comfyUiApi: ComfyUiApi } }),
		);
	}

	/** A server that ends with the test: see {@link stopServers}. */
	async server(options: LittleComfyUiOptions = {}): Promise<LittleComfyUi> {
		const server = await LittleComfyUi.start(options);
		this.servers.push(server);
		return server;
	}

	/** Runs a workflow (or the expression of one) with its own seeds. */
	async run(server: LittleComfyUi, workflow: unknown, options?: RunOptions): Promise<EngineRun> {
		return await this.launch(server, workflow, options).run;
	}

	launch({ url }: LittleComfyUi, workflow: unknown, options: RunOptions = {}): Launch {
		const { parameters, node, credential, nodes = [], ...request } = options;
		const text = typeof workflow === 'string' ? workflow : JSON.stringify(workflow);
		const run = {
			name: 'Run',
			type: nodeType('RunWorkflow'),
			parameters: { workflowSource: 'json', workflow: text, seedMode: 'keep', ...parameters },
			...node,
		};
		return this.engine.launch({
			nodes: [run, ...nodes],
			credentials: { comfyUiApi: { url, ...credential } },
			...request,
		});
	}

	/** Ends the servers of a test; whatever it did, no job may have hurt them. */
	async stopServers(): Promise<void> {
		const servers = this.servers.splice(0);
		await Promise.all(servers.map(async (server) => await server.stop()));
		expect(servers.flatMap(({ damage }) => damage)).toEqual([]);
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.stopServers();
	}
}

/** An item for each workflow; the node takes it from there with {@link EACH}. */
export function itemsFor(workflows: unknown[]): InputItem[] {
	return workflows.map((workflow, n) => ({ json: { n, workflow: JSON.stringify(workflow) } }));
}

/** The workflow of the item. */
export const EACH = '={{ $json.workflow }}';

/** How many jobs have reached a server, body and all. */
export function posts({ requests }: LittleComfyUi): number {
	return requests.filter(
		({ method, path, bodyText }) => method === 'POST' && /prompt$/.test(path) && bodyText,
	).length;
}
