import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { toProblems } from '../client/protocol/validation';
import { fingerprint } from '../client/workflow/fingerprint';
import type { Clients } from '../shared/clients';
import { closeParked, needsListener, park } from '../shared/parked';
import { readJob } from './job';

/** One execution of Queue Prompt over all its items. */
export class QueueRun {
	/** Clients that have to go on listening for pictures that come over the WebSocket only. */
	private readonly listening = new Set<ComfyUiClient>();
	private readonly queued: Array<{ client: ComfyUiClient; promptId: string; json: IDataObject }> = [];

	constructor(private readonly context: IExecuteFunctions) {}

	/** Sends the workflow of one item. */
	async queue(itemIndex: number, clients: Clients, signal: AbortSignal): Promise<INodeExecutionData[]> {
		const { workflow, seeds, options } = readJob(this.context, itemIndex);
		const client = await clients.for(itemIndex, options.clientId);
		const listens = needsListener(workflow);
		if (listens) this.listening.add(client);
		const job = await client.queuePrompt(workflow, {
			...options,
			events: listens,
			signal,
		});
		const nodeErrors = toProblems(job.nodeErrors, workflow);
		if (nodeErrors.length > 0) this.warn(nodeErrors.map(({ text }) => text));
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

	/** Adds the positions, in one look per server, and leaves listening clients to the node that waits. */
	async finish(clients: Clients): Promise<void> {
		for (const client of new Set(this.queued.map((job) => job.client))) {
			// The jobs are queued; that their place is not known must not make it look otherwise.
			const entries = await client.getQueue(this.context.getExecutionCancelSignal()).catch(() => undefined);
			const positions = new Map(entries?.map(({ promptId, position }) => [promptId, position]));
			for (const job of this.queued) {
				// not in the queue any more: it ran already, nothing is before it
				if (entries && job.client === client) job.json.queuePosition = positions.get(job.promptId) ?? 0;
			}
		}
		for (const client of this.listening) {
			if (!park(client)) continue;
			clients.release(client);
			this.context.onExecutionFinish?.(async () => await closeParked([client.clientId]));
		}
	}

	private warn(texts: string[]): void {
		this.context.addExecutionHints({
			type: 'warning',
			location: 'outputPane',
			message: `ComfyUI leaves some outputs out: ${texts.join(' ')}`.replace(/[<>]/g, ' '),
		});
	}
}
