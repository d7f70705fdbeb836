import { JobGroup, describeUncancelled, InvalidInputError, type JobProgress } from 'comfyui-workflows-client';
import { jobFacts } from '../lib/jobFacts';
import { jobClient } from '../lib/jobClient';
import { JobPreparer } from '../lib/JobPreparer';
import { MessageHandler, type ActiveMessage, type Work } from '../lib/MessageHandler';
import type { Message, Red, RedConfig, RedNode } from '../lib/nodeRed';
import { sendOutputs, type OutputConfig } from '../lib/outputs';
import { busyStatus, doneStatus, progressStatus, summaryOf } from '../lib/StatusDisplay';
import { TurnQueue } from '../lib/TurnQueue';
import { readNumber } from '../lib/readNumber';
import { readRequest, type RequestConfig } from '../lib/readRequest';

interface RunConfig extends RedConfig, RequestConfig, OutputConfig {
	server?: string;
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
	private readonly turns = new TurnQueue();
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
		const request = readRequest(red, node, config, message); // read now: contexts may change before it is the turn of the job
		request.catch(() => {}); // reported when it is awaited
		await this.turns.next();
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
		const { durationMs, texts } = result;
		const shown = result.files.filter(({ nodeId }) => job.shownNodes?.includes(nodeId));
		const files = shown.length > 0 ? shown : result.files;
		const facts = jobFacts(result, { attempts, seeds: job.seeds, warnings: job.warnings });
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
