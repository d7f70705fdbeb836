import { doneStatus, busyStatus, progressStatus, summaryOf } from '../lib/StatusDisplay';
import { jobFacts } from '../lib/jobFacts';
import { MessageHandler } from '../lib/MessageHandler';
import type { Red, RedConfig, RedNode } from '../lib/nodeRed';
import { sendOutputs, type OutputConfig } from '../lib/outputs';
import { readNumber } from '../lib/readNumber';
import { readPromptId } from '../lib/readRequest';

interface WaitConfig extends RedConfig, OutputConfig {
	server?: string;
	/** Where the prompt ID is. */
	property?: string;
	propertyType?: string;
	/** Seconds. */
	timeout?: string | number;
}

/** Registers `comfyui-wait`: waits for a job that was queued before. */
export = (red: Red): void => {
	function Wait(this: RedNode, config: WaitConfig): void {
		red.nodes.createNode(this, config);
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }, active) => {
				handler.status.show(busyStatus('waiting'));
				const timeout = readNumber(config.timeout, 'Timeout', { min: 1, byDefault: 3600 });
				const promptId = await readPromptId(red, this, message, config);
				active.promptId = promptId;
				const result = await client.waitForCompletion(promptId, {
					timeoutMs: timeout * 1000,
					onProgress: (progress) => handler.status.show(progressStatus(progress, handler.active.size)),
					signal,
				});
				const context = { red, node: this, message, send };
				const outcome = { result, facts: jobFacts(result) };
				const output = { output: 'facts', ...config } as const;
				const count = await sendOutputs(context, client, outcome, output, { signal });
				handler.status.show(doneStatus(summaryOf(count, 'file', result.durationMs)));
			},
		});
	}
	red.nodes.registerType('comfyui-wait', Wait);
};
