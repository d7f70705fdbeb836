import type { ComfyUiClient } from '../client/ComfyUiClient';
import { delay } from '../client/core/time';

/** Questions about the job of an earlier attempt: no workflow may run twice. */

const SECOND_LOOK_MS = 300;

/** Whether a server still has a job, in whatever state. Looks twice: a job that has just ended may be nowhere for a moment. */
export async function isThere(
	client: ComfyUiClient,
	promptId: string,
	signal: AbortSignal,
): Promise<boolean> {
	if ((await client.getJob(promptId, signal)).state !== 'lost') return true;
	await delay(SECOND_LOOK_MS, signal);
	return (await client.getJob(promptId, signal)).state !== 'lost';
}

/**
 * Whether a job can be found by the ID that was asked for. Servers before 0.3.45, which brought the features,
 * give jobs IDs of their own, and so do hosts that hide their servers.
 */
export async function honoursIds(client: ComfyUiClient, signal: AbortSignal): Promise<boolean> {
	return client.host.server !== undefined && Object.keys(await client.getFeatures(signal)).length > 0;
}
