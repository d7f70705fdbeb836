import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { delay } from '../client/core/time';
import { savesToSocket } from '../client/jobs/result';
import type { ApiWorkflow } from '../client/core/ApiWorkflow';

/**
 * Pictures of nodes that save to the WebSocket exist only while somebody listens. When Queue Prompt
 * sends such a workflow, its listening client waits here for the Wait node of the same process.
 */
const parked = new Map<string, { client: ComfyUiClient; taken: AbortController }>();

/** A client that nobody came for is closed after this, ms. */
const KEEP_MS = 15 * 60_000;
const MAX_PARKED = 50;

/** Whether a workflow hands pictures over the WebSocket. */
export function needsListener(workflow: ApiWorkflow): boolean {
	return Object.values(workflow).some(({ class_type: type }) => savesToSocket(type));
}

/**
 * Keeps a client open for the node that will wait for its jobs. Returns whether there was room.
 * @param key of the credential and the client's id, as {@link keyOf} makes it
 */
export function holdClient(key: string, client: ComfyUiClient): boolean {
	if (parked.size >= MAX_PARKED || parked.has(key)) return false;
	const taken = new AbortController();
	parked.set(key, { client, taken });
	void delay(KEEP_MS, { signal: taken.signal }).then(
		async () => {
			parked.delete(key);
			await client.close();
		},
		() => {}, // somebody took it
	);
	return true;
}

/** Takes a parked client over, with all that it heard; the taker closes it. */
export function takeHeldClient(key: string): ComfyUiClient | undefined {
	const found = parked.get(key);
	parked.delete(key);
	found?.taken.abort();
	return found?.client;
}

/** Closes a client that nobody took. */
export async function closeHeldClient(key: string): Promise<void> {
	await takeHeldClient(key)?.close();
}

/** Client ids can be chosen, so the credential belongs to what a client is found by. */
export function keyOf(credentials: ICredentialDataDecryptedObject, clientId: string): string {
	return JSON.stringify([credentials, clientId]);
}
