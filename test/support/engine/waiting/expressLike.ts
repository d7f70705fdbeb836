import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What express and n8n's body parser add to a request, as far as a waiting node uses it. */
export interface WebhookRequest {
	method: string;
	headers: IncomingMessage['headers'];
	path: string;
	query: Record<string, string>;
	params: Record<string, never>;
	/** Parsed when the sender said that it is JSON; text is left as it is, everything else is missing. */
	body: unknown;
	rawBody: Buffer;
}

/** What a node answers with. */
export interface WebhookResponse {
	readonly sent: boolean;
	status(code: number): WebhookResponse;
	json(body: unknown): void;
}

export async function toWebhookRequest(message: IncomingMessage): Promise<WebhookRequest> {
	const { pathname, searchParams } = new URL(message.url ?? '/', 'http://n8n.invalid');
	const rawBody = await buffer(message);
	return {
		method: message.method ?? 'GET',
		headers: message.headers,
		path: pathname,
		query: Object.fromEntries(searchParams),
		params: {},
		body: parse(rawBody, message.headers['content-type']),
		rawBody,
	};
}

function parse(rawBody: Buffer, contentType = ''): unknown {
	if (rawBody.length === 0) return undefined;
	if (contentType.startsWith('application/json')) return JSON.parse(rawBody.toString());
	return contentType.startsWith('text/plain') ? rawBody.toString() : undefined;
}

export function toWebhookResponse(response: ServerResponse): WebhookResponse {
	return {
		get sent() {
			return response.writableEnded;
		},
		status(code) {
			response.statusCode = code;
			return this;
		},
		json(body) {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(body));
		},
	};
}
