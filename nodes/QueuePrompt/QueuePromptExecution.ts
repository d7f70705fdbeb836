import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { toProblems } from '../client/protocol/validation';
import { fingerprint } from '../client/workflow/fingerprint';
import { Callbacks } from '../shared/callbacks/Callbacks';
import type { Clients } from '../shared/clients';
import { needsListener } from '../shared/heldClients';
import { ExecutionHints } from '../shared/ExecutionHints';
import { JobPreparer } from '../shared/workflow/JobPreparer';

/** One execution of Queue Prompt over all its items. */
export class QueuePromptExecution {
	/** Clients that have to go on listening for pictures that come over the WebSocket only. */
	private readonly listening = new Set<ComfyUiClient>();
	/** Jobs that the server may have, also when its answer was not waited for. */
	private readonly handedIn: Array<{ client: ComfyUiClient; promptId: string }> = [];
	private readonly queued: Array<{ client: ComfyUiClient; promptId: string; json: IDataObject }> = [];

	private readonly remarks = new ExecutionHints();
	private readonly preparation: JobPreparer;
	private readonly callbacks: Callbacks;

	constructor(private readonly context: IExecuteFunctions) {
		this.preparation = new JobPreparer(context, this.remarks);
		this.callbacks = new Callbacks(context, this.remarks);
	}

	/** Sends the workflow of one item. */
	async queue(
		itemIndex: number,
		clients: Clients,
		{ signal }: { signal: AbortSignal },
	): Promise<INodeExecutionData[]> {
		const callbackUrl = this.callbacks.url();
		const { client, workflow, seeds, options } = await this.preparation.prepare(itemIndex, clients, {
			signal,
		});
		const listens = needsListener(workflow);
		if (listens) this.listening.add(client);
		const promptId = options.promptId ?? crypto.randomUUID();
		this.handedIn.push({ client, promptId });
		const job = await client.queuePrompt(workflow, {
			...options,
			promptId,
			callbackUrl,
			events: listens,
			signal,
		});
		const nodeErrors = toProblems(job.nodeErrors, workflow);
		this.remarks.addRefused(nodeErrors.map(({ text }) => text));
		const json: IDataObject = {
			promptId: job.promptId,
			clientId: job.clientId,
			number: job.number ?? null,
			queuePosition: null,
			seeds: seeds as unknown as IDataObject[],
			nodeErrors: nodeErrors as unknown as IDataObject[],
			fingerprint: await fingerprint(workflow),
		};
		this.queued.push({ client, promptId: job.promptId, json });
		return [{ json }];
	}

	/** Warns once, adds the positions, in one look per server, and leaves listening clients to the node that waits. */
	async finish(clients: Clients): Promise<void> {
		this.remarks.show(this.context);
		for (const client of new Set(this.queued.map((job) => job.client))) {
			// The jobs are queued; that their place is not known must not make it look otherwise.
			const entries = await client
				.getQueue({ signal: this.context.getExecutionCancelSignal() })
				.catch(() => undefined);
			const positions = new Map(entries?.map(({ promptId, position }) => [promptId, position]));
			for (const job of this.queued) {
				// not in the queue any more: it ran already, nothing is before it
				if (entries && job.client === client) job.json.queuePosition = positions.get(job.promptId) ?? 0;
			}
		}
		for (const client of this.listening) {
			const close = clients.park(client);
			if (close) this.context.onExecutionFinish?.(close);
		}
	}

	/** Until when to put the execution to wait for calls of the hosts; undefined when it is to go on. */
	async waitTill(): Promise<Date | undefined> {
		return await this.callbacks.waitTill(this.queued);
	}

	/**
	 * The execution was stopped or failed by an item before any node could wait for the jobs: nobody else
	 * will cancel them, and a retry of the node would hand them in again.
	 */
	async takeBack(): Promise<void> {
		const jobs = [...this.handedIn, ...this.queued]; // the server may have given a job another ID
		const ids = new Map(jobs.map(({ client, promptId }) => [promptId, client]));
		// A server that is gone runs nothing either.
		await Promise.allSettled([...ids].map(async ([promptId, client]) => await client.cancel(promptId)));
	}
}
