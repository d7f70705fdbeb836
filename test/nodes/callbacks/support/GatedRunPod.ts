import type { INode, INodeParameters } from 'n8n-workflow';
import { RunPodStage } from '../../../client/hosts/support/runPodStage';
import { picture } from '../../../client/support/workflows';
import type { Engine, EngineRun, InputItem } from '../../../support/engine';
import { until } from '../../../support/until';
import { nodeType } from '../../../support/builtPackage';

type NodeSpec = { name: string; type: string; parameters: INodeParameters } & Partial<INode>;

/** A RunPod whose jobs end one by one, when a test says so, and the nodes that use it. */
export class GatedRunPod {
	private readonly gates: Array<() => void> = [];
	private stage!: RunPodStage;

	private constructor(private readonly engine: Engine) {}

	/** @param open jobs end as soon as they begin. @param calls how often each webhook is called; default never */
	static async start(engine: Engine, { open = false, calls = 0 } = {}): Promise<GatedRunPod> {
		const gated = new GatedRunPod(engine);
		gated.stage = await RunPodStage.start({
			calls,
			handler: async () => {
				if (!open) await new Promise<void>((resolve) => gated.gates.push(resolve));
				return { images: [{ filename: 'a.png', type: 'base64', data: 'aGk=' }] };
			},
		});
		return gated;
	}

	get server() {
		return this.stage.server;
	}

	/** The jobs, in the order in which they came. */
	get jobs() {
		return [...this.server.endpoint.jobs.values()];
	}

	/** The address that was given out for a job. */
	address(index = 0): URL {
		return new URL(this.jobs[index].body.webhook ?? '');
	}

	/** Lets a job end. */
	async end(index = 0): Promise<void> {
		await until(() => this.gates.length > index, 'the job to run');
		this.gates[index]();
		await this.server.endpoint.end(this.jobs[index]);
	}

	/** The call of a host at the end of a job, or a forged call. */
	async call(url: URL, body: unknown = { id: this.jobs[0].id, status: 'COMPLETED' }): Promise<number> {
		return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
	}

	queue(options: INodeParameters = {}, extras: Partial<INode> = {}): NodeSpec {
		const parameters = {
			host: 'runPod',
			workflowSource: 'json',
			workflow: JSON.stringify(picture()),
			seedMode: 'keep',
			options: { resumeByWebhook: true, ...options },
		};
		return { name: 'Queue', type: nodeType('QueuePrompt'), parameters, ...extras };
	}

	wait(parameters: INodeParameters = {}): NodeSpec {
		const given = { host: 'runPod', ...parameters };
		return { name: 'Wait', type: nodeType('WaitForCompletion'), parameters: given };
	}

	async run(nodes: NodeSpec[], input?: InputItem[]): Promise<EngineRun> {
		const { endpointId, apiKey, url: baseUrl } = this.server;
		const credentials = { runPodComfyUiApi: { endpointId, apiKey, baseUrl } };
		return await this.engine.run({ nodes, credentials, input });
	}

	async stop(): Promise<void> {
		for (const open of this.gates) open();
		await this.stage.stop();
	}
}
