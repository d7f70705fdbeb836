import { busyStatus, doneStatus } from '../lib/StatusDisplay';
import { JobPreparer } from '../lib/JobPreparer';
import { MessageHandler } from '../lib/MessageHandler';
import type { Red, RedConfig, RedNode } from '../lib/nodeRed';
import { readRequest, type RequestConfig } from '../lib/readRequest';

interface QueueConfig extends RedConfig, RequestConfig {
	server?: string;
	/** Whether jobs go before those that are queued. */
	front?: boolean;
}

/** Registers `comfyui-queue`: submits a workflow and sends its prompt ID, without waiting for the job. */
export = (red: Red): void => {
	function Queue(this: RedNode, config: QueueConfig): void {
		red.nodes.createNode(this, config);
		const preparer = new JobPreparer();
		/** Settles when the job before has been submitted: jobs are queued in the order of their messages. */
		let previous: Promise<unknown> = Promise.resolve();
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }) => {
				handler.status.show(busyStatus('submitting'));
				const request = readRequest(red, this, config, message); // now: contexts may change meanwhile
				request.catch(() => {}); // reported when it is awaited
				const submitting = previous.then(async () => {
					const { workflow, seeds, warnings, options } = await preparer.prepare(client, await request, {
						signal,
					});
					const front = config.front === true || undefined;
					const { promptId, number } = await client.queuePrompt(workflow, { ...options, front, signal });
					return { promptId, number, seeds, ...(warnings.length > 0 && { warnings }) };
				});
				previous = submitting.catch(() => {});
				const facts = await submitting;
				send(Object.assign(message, { comfyui: facts }));
				handler.status.show(doneStatus('queued'));
			},
		});
	}
	red.nodes.registerType('comfyui-queue', Queue);
};
