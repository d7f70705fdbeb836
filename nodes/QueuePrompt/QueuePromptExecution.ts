import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { toProblems } from '../client/protocol/validation';
import { fingerprint } from '../client/workflow/fingerprint';
import { Callbacks } from '../shared/callbacks/Callbacks';
import { SubmittedJobs, type UncancelledJob } from '../client/jobs/SubmittedJobs';
import type { Clients } from '../shared/clients';
import { needsListener } from '../shared/heldClients';
import { ExecutionHints } from '../shared/ExecutionHints';
import { JobPreparer } from '../shared/workflow/JobPreparer';

/** One execution of Queue Prompt over all its items. */
export class QueuePromptExecution {
	/** Clients that have to keep listening for pictures that are sent over the WebSocket only. */
	private readonly listening = new Set<ComfyUiClient>();
	private readonly submitted = new SubmittedJobs();
	private readonly queued: Array<{ client: ComfyUiClient; promptId: string; json: IDataObject }> = [];

	readonly hints = new ExecutionHints();
	private readonly preparer: JobPreparer;
	private readonly callbacks: Callbacks;

	constructor(private readonly context: IExecuteFunctions) {
		this.preparer = new JobPreparer(context, this.hints);
		this.callbacks = new Callbacks(context, this.hints);
	}

	/** Checks the job of one item. Nothing is uploaded or queued. */
	async check(itemIndex: number, clients: Clients, { signal }: { signal: AbortSignal }): Promise<void> {
		await this.preparer.check(itemIndex, clients, { signal });
	}

	/** Submits the workflow of one item. */
	async queue(
		itemIndex: number,
		clients: Clients,
		{ signal }: { signal: AbortSignal },
	): Promise<INodeExecutionData[]> {
		const callbackUrl = this.callbacks.url();
		const { client, workflow, seeds, options } = await this.preparer.prepare(itemIndex, clients, {
			signal,
		});
		const listens = needsListener(workflow);
		if (listens) this.listening.add(client);
		const job = await this.submitted.submit(client, workflow, {
			...options,
			callbackUrl,
			events: listens,
			signal,
		});
		const nodeErrors = toProblems(job.nodeErrors, workflow);
		this.hints.addLeftOut(nodeErrors.map(({ text }) => text));
		const json: IDataObject = {
			promptId: job.promptId,
			clientId: job.clientId,
			...(job.server !== undefined && { server: job.server }),
			number: job.number ?? null,
			queuePosition: null,
			seeds: seeds as unknown as IDataObject[],
			nodeErrors: nodeErrors as unknown as IDataObject[],
			fingerprint: await fingerprint(workflow),
		};
		this.queued.push({ client, promptId: job.promptId, json });
		return [{ json }];
	}

	/** Shows the hints, adds the queue positions with one request per server, and holds listening clients for the node that waits. */
	async finish(clients: Clients): Promise<void> {
		this.hints.show(this.context);
		for (const client of new Set(this.queued.map((job) => job.client))) {
			// The jobs are queued: that their position is unknown is no reason to fail.
			const entries = await client
				.getQueue({ signal: this.context.getExecutionCancelSignal() })
				.catch(() => undefined);
			const positions = new Map(entries?.map(({ promptId, position }) => [promptId, position]));
			for (const job of this.queued) {
				// not in the queue any more: it has run already, no job is before it
				if (entries && job.client === client) job.json.queuePosition = positions.get(job.promptId) ?? 0;
			}
		}
		for (const client of this.listening) {
			const close = clients.hold(client);
			if (close) this.context.onExecutionFinish?.(close);
		}
	}

	/** Until when to suspend the execution for calls of the hosts; undefined when it is to go on. */
	async waitTill(): Promise<Date | undefined> {
		return await this.callbacks.waitTill(this.queued);
	}

	/**
	 * Cancels the jobs when the execution was stopped, or failed by an item: no node will wait for them, and a retry of
	 * this node would submit them again.
	 */
	async cancelAll(): Promise<UncancelledJob[]> {
		return await this.submitted.cancelAll();
	}
}
