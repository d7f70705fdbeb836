import { JobGroup, describeUncancelled, InvalidInputError, type JobProgress } from 'comfyui-workflows-client';
import { givenValues, type InputRow } from '../lib/inputValues';
import { jobClient } from '../lib/jobClient';
import { JobPreparer, type JobRequest } from '../lib/JobPreparer';
import { MessageHandler, type ActiveMessage, type Work } from '../lib/MessageHandler';
import { evaluate, type Message, type Red, type RedConfig, type RedNode } from '../lib/nodeRed';
import { sendOutputs, type OutputConfig } from '../lib/outputs';
import { busyStatus, doneStatus, progressStatus, summaryOf } from '../lib/StatusDisplay';
import { sourceOf, type SourceConfig } from '../lib/workflowSource';
import { readNumber } from '../lib/readNumber';

interface RunConfig extends RedConfig, SourceConfig, OutputConfig {
	server?: string;
	inputs?: InputRow[];
	seedMode?: 'randomize' | 'fixed' | 'keep';
	seed?: string;
	seedType?: string;
	/** Seconds. */
	timeout?: string | number;
	concurrency?: string | number;
	retries?: string | number;
	/** Whether jobs go on when the flow is deployed again. */
	keepJobs?: boolean;
}

/** Registers `comfyui-run`: runs a workflow for each message and sends what it made. */
export = (red: Red): void => {
	function Run(this: RedNode, config: RunConfig): void {
		red.nodes.createNode(this, config);
		new RunNode(red, this, config);
	}
	red.nodes.registerType('comfyui-run', Run);
};

class RunNode {
	private readonly handler: MessageHandler;
	private readonly preparer = new JobPreparer();
	private group?: JobGroup;

	constructor(
		private readonly red: Red,
		private readonly node: RedNode,
		private readonly config: RunConfig,
	) {
		this.handler = new MessageHandler(red, node, config.server, {
			intercept: async (message) => await Promise.resolve(this.cancelBy(message)),
			work: async (work, active) => await this.run(work, active),
			stopped: async (active) => this.warnOf(await this.group?.cancelAll({ where: isJobOf(active) })),
			close: async () => await this.close(),
		});
	}

	private async run({ message, send, client, signal }: Work, active: ActiveMessage): Promise<void> {
		const { config, handler, red, node } = this;
		const options = this.options();
		this.group ??= new JobGroup({ concurrencyLimit: options.concurrencyLimit });
		handler.status.show(busyStatus('waiting'));
		const request = this.request(message); // read now: contexts may change before it is the turn of the job
		request.catch(() => {}); // reported when it is awaited
		const run = await this.group.run(
			async ({ signal: deadline }) => {
				const { shownNodes, warnings, seeds, ...job } = await this.preparer.prepare(client, await request, {
					signal: deadline,
				});
				return { ...job, client: jobClient(client, active), shownNodes, warnings, seeds };
			},
			{ ...options.run, signal, onProgress: (progress) => this.show(active, progress) },
		);
		const { result, job, attempts } = run;
		const { promptId, status, durationMs, texts } = result;
		const shown = result.files.filter(({ nodeId }) => job.shownNodes?.includes(nodeId));
		const files = shown.length > 0 ? shown : result.files;
		const warnings = [...result.warnings, ...job.warnings];
		const facts = {
			promptId,
			status,
			durationMs,
			attempts,
			seeds: job.seeds,
			texts,
			...(warnings.length > 0 && { warnings }),
		};
		const context = { red, node, message, send };
		const count = await sendOutputs(context, client, { result: { files, texts }, facts }, config, { signal });
		const summary =
			count > 0 ? summaryOf(count, 'file', durationMs) : summaryOf(texts.length, 'text', durationMs);
		handler.status.show(doneStatus(summary));
	}

	/** @throws InvalidInputError that names the field */
	private options() {
		const { config } = this;
		const timeout = readNumber(config.timeout, 'Timeout', { min: 1, byDefault: 3600 });
		const retries = readNumber(config.retries, 'Retries', { min: 0, byDefault: 2, whole: true });
		const limit = readNumber(config.concurrency, 'Concurrency', { min: 0, byDefault: 0, whole: true });
		return {
			concurrencyLimit: limit || Infinity,
			run: { timeoutMs: timeout * 1000, retry: { retries } },
		};
	}

	private async request(message: Message): Promise<JobRequest> {
		const { red, node, config } = this;
		const { seedMode = 'randomize', seed = '', seedType = 'num' } = config;
		const typedSeed = { value: seed, type: seedType };
		return {
			source: await sourceOf(red, node, config, message),
			values: await givenValues(red, node, config.inputs ?? [], message),
			seedMode,
			seed: seedMode === 'fixed' ? await evaluate(red, node, message, typedSeed) : undefined,
		};
	}

	private show(active: ActiveMessage, progress: JobProgress): void {
		active.promptId = progress.promptId;
		this.handler.status.show(progressStatus(progress, this.handler.active.size));
	}

	/** `msg.comfyui.cancel`: true for all jobs of the node, or the IDs of jobs or messages. */
	private cancelBy({ comfyui }: Message): boolean {
		const cancel = (comfyui as { cancel?: unknown } | undefined)?.cancel;
		if (cancel === undefined || cancel === false || cancel === null) return false;
		if (cancel === true) {
			this.handler.stop(() => true);
			return true;
		}
		const ids = (Array.isArray(cancel) ? cancel : [cancel]) as unknown[];
		if (!ids.every((id) => typeof id === 'string' && id !== '')) {
			throw new InvalidInputError(
				'msg.comfyui.cancel is neither true nor an ID.',
				'Use true to cancel all jobs of the node, or the prompt ID of a job, or the _msgid of its message.',
			);
		}
		this.handler.stop(
			({ promptId, message }) =>
				ids.includes(message._msgid) || (promptId !== undefined && ids.includes(promptId)),
		);
		return true;
	}

	private async close(): Promise<void> {
		if (this.config.keepJobs !== true) this.warnOf(await this.group?.cancelAll());
	}

	private warnOf(uncancelled: Parameters<typeof describeUncancelled>[0] = []): void {
		const warning = describeUncancelled(uncancelled);
		if (warning) this.node.warn(warning);
	}
}

const isJobOf =
	(active: ActiveMessage) =>
	({ client }: { client: unknown }) =>
		(client as { owner?: unknown }).owner === active;
