import type { ComfyUiClient, JobClient } from 'comfyui-workflows-client';

/** A client for the jobs of one owner, by which they can be told apart in a group that runs the jobs of many. */
export function jobClient(client: ComfyUiClient, owner: object): JobClient & { owner: object } {
	return {
		owner,
		host: client.host,
		queuePrompt: async (workflow, options) => await client.queuePrompt(workflow, options),
		waitForCompletion: async (promptId, options) => await client.waitForCompletion(promptId, options),
		getJob: async (promptId, options) => await client.getJob(promptId, options),
		getFeatures: async (options) => await client.getFeatures(options),
		cancel: async (promptId, options) => await client.cancel(promptId, options),
	};
}
