import type { INode, INodeParameters } from 'n8n-workflow';
import type { HostStage, StageJob } from '../../../client/hosts/support/HostStage';
import type { Engine, EngineRun, InputItem, Launch, RunRequest } from '../../../support/engine';
import type { HostSetup } from './setups';
import { packageName } from '../../../support/builtPackage';

type NodeSpec = RunRequest['nodes'][number];

/** What surrounds a run. */
export interface PlayOptions extends Pick<RunRequest, 'input' | 'onNode'> {
	/** Default true. */
	validCredential?: boolean;
}

/** The nodes of one test, in n8n's engine, with the stand-in of a host. */
export class HostPlay {
	constructor(
		private readonly engine: Engine,
		readonly stage: HostStage,
		private readonly setup: HostSetup,
	) {}

	/** A node that is named after its type: `Run`, `Queue`, `Wait`, `Get` or `Info`. */
	node(name: keyof typeof TYPES, parameters: INodeParameters = {}, extras: Partial<INode> = {}): NodeSpec {
		const type = `${packageName}.${TYPES[name]}`;
		return { name, type, parameters: { host: this.setup.host, ...parameters }, ...extras };
	}

	/** Run Workflow with a job of the stage. Nothing is tried again unless the parameters say so. */
	runNode(kind: Parameters<HostStage['job']>[0], parameters?: INodeParameters, extras?: Partial<INode>) {
		const given = { ...toParameters(this.stage.job(kind)), retry: { retries: 0 }, ...parameters };
		return this.node('Run', given, extras);
	}

	/** Queue Prompt with a job of the stage. */
	queueNode(kind: Parameters<HostStage['job']>[0], extras?: Partial<INode>) {
		return this.node('Queue', toParameters(this.stage.job(kind)), extras);
	}

	launch(nodes: NodeSpec[], { validCredential = true, ...surroundings }: PlayOptions = {}): Launch {
		const { credentialType, credential } = this.setup;
		const credentials = { [credentialType]: credential(this.stage, validCredential) };
		return this.engine.launch({ nodes, credentials, ...surroundings });
	}

	async run(nodes: NodeSpec[], options?: PlayOptions): Promise<EngineRun> {
		return await this.launch(nodes, options).run;
	}
}

const TYPES = {
	Run: 'comfyUiRunWorkflow',
	Queue: 'comfyUiQueuePrompt',
	Wait: 'comfyUiWaitForCompletion',
	Get: 'comfyUiGetImages',
	Info: 'comfyUiObjectInfo',
	Server: 'comfyUiServer',
};

/** The parameters of a node that submits this job. */
export function toParameters({ workflow, options }: StageJob): INodeParameters {
	const { deployment } = options ?? {};
	if (!deployment) return { workflowSource: 'json', workflow: JSON.stringify(workflow), seedMode: 'keep' };
	const values = Object.entries(deployment.inputs).map(([name, value]) => ({ name, value }));
	return { deploymentId: deployment.id, deploymentInputs: { values } } as INodeParameters;
}

/** An item per job; the node takes it from there with {@link EACH}. */
export function itemsFor(jobs: StageJob[]): InputItem[] {
	return jobs.map(({ workflow, options }) => ({
		json: { workflow: JSON.stringify(workflow), deployment: options?.deployment?.id ?? '' },
	}));
}

/** The job of the item, for hosts that take workflows and for those that run deployments. */
export const EACH: INodeParameters = {
	workflowSource: 'json',
	workflow: '={{ $json.workflow }}',
	deploymentId: '={{ $json.deployment }}',
	seedMode: 'keep',
};
