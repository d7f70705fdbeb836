import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient, QueueOptions } from '../../client/ComfyUiClient';
import type { SeedUse } from '../../client/workflow/seeds';
import type { ApiWorkflow } from '../../client/workflow/types';
import type { Clients } from '../clients';
import type { Remarks } from '../Remarks';
import { readJob } from './readJob';

/** What one item asks for: checked, its files uploaded, ready to be sent. */
export interface PreparedJob {
	client: ComfyUiClient;
	workflow: ApiWorkflow;
	seeds: SeedUse[];
	options: QueueOptions & { clientId?: string };
}

/** Makes jobs of items. One per execution: what is the same for all items is worked out once. */
export class Preparation {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly remarks: Remarks,
	) {}

	/**
	 * The job of one item.
	 * @throws InvalidWorkflowError, InvalidInputError and others before anything is queued
	 */
	async prepare(itemIndex: number, clients: Clients, signal?: AbortSignal): Promise<PreparedJob> {
		void this.remarks;
		signal?.throwIfAborted();
		const job = readJob(this.context, itemIndex);
		return { ...job, client: await clients.for(itemIndex, job.options.clientId) };
	}
}
