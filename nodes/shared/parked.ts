import type { ComfyUiClient } from '../client/ComfyUiClient';
import { delay } from '../client/delay';
import { savesToSocket } from '../client/jobs/result';
import type { ApiWorkflow } from '../client/workflow/types';

/**
 * Pictures of nodes that save to the WebSocket exist only while somebody listens. When Queue Prompt
 * sends such a workflow, its listening client waits here for the Wait node of the same process.
 */
const parked = new Map<string, { client: ComfyUiClient; taken: AbortController }>();

/** A client that nobody came for is closed after this, ms. */
const KEEP_MS = 15 * 60_000;
const MOST_PARKED = 50;

/** Whether a workflow hands pictures over the WebSocket. */
export function needsListener(workflow: ApiWorkflow): boolean {
	return Object.values(workflow).some(({ class_type: type }) => savesToSocket(type));
}

/** Keeps a client open for the node that will wait for its jobs. Returns whether there was room. */
export function park(client: ComfyUiClient): boolean {
	if (parked.size >= MOST_PARKED) return false;
	const taken = new AbortController();
	parked.set(client.clientId, { client, taken });
	void delay(KEEP_MS, taken.signal).then(
		async () => {
			parked.delete(client.clientId);
			await client.close();
		},
		() => {}, // somebody took it
	);
	return true;
}

/** Takes a parked client over, with all that it heard; the taker closes it. */
export function takeParked(clientId: string | undefined): ComfyUiClient | undefined {
	const found = clientId ? parked.get(clientId) : undefined;
	if (!found || !clientId) return undefined;
	parked.delete(clientId);
	found.taken.abort();
	return found.client;
}

/** Closes all that nobody took, at the end of an execution or of the process. */
export async function closeParked(clientIds: Iterable<string> = [...parked.keys()]): Promise<void> {
	for (const clientId of clientIds) await takeParked(clientId)?.close();
}
