import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { delay } from '../client/core/time';
import { savesToSocket } from '../client/jobs/result';
import type { ApiWorkflow } from '../client/core/ApiWorkflow';

/**
 * Pictures of nodes that save to the WebSocket are kept nowhere but in a subscribed client. When Queue Prompt sends such
 * a workflow, its client is held here for the Wait node of the same process.
 */
const held = new Map<string, { client: ComfyUiClient; taken: AbortController }>();

/** A client that no node takes is closed after this, ms. */
const HOLD_MS = 15 * 60_000;
const MAX_HELD = 50;

/** Whether a workflow sends pictures over the WebSocket. */
export function needsListener(workflow: ApiWorkflow): boolean {
	return Object.values(workflow).some(({ class_type: type }) => savesToSocket(type));
}

/**
 * Keeps a client open for the node that will wait for its jobs. Returns false when there are too many.
 * @param key of the credential and the client's id, as {@link keyOf} makes it
 */
export function holdClient(key: string, client: ComfyUiClient): boolean {
	if (held.size >= MAX_HELD || held.has(key)) return false;
	const taken = new AbortController();
	held.set(key, { client, taken });
	void delay(HOLD_MS, { signal: taken.signal }).then(
		async () => {
			held.delete(key);
			await client.close();
		},
		() => {}, // a node took it
	);
	return true;
}

/** Takes a held client over, with all events it has received; the caller closes it. */
export function takeHeldClient(key: string): ComfyUiClient | undefined {
	const found = held.get(key);
	held.delete(key);
	found?.taken.abort();
	return found?.client;
}

/** Closes a client that no node took. */
export async function closeHeldClient(key: string): Promise<void> {
	await takeHeldClient(key)?.close();
}

/** The key of a held client. It contains the credential, because client IDs can be chosen. */
export function keyOf(credentials: ICredentialDataDecryptedObject, clientId: string): string {
	return JSON.stringify([credentials, clientId]);
}
