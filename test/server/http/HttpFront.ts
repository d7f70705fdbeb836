import type { IncomingMessage, ServerResponse } from 'node:http';
import { pass, type RequestFault } from '../faults/rules';
import type { Machine } from '../Process';
import { stringifyPython } from '../wire/pythonJson';
import { refuseForeignOrigin, refuseStranger } from './guards';
import { readBody } from './readBody';
import { RECORDED_BODY_BYTES, recordRequest, splitUrl, type RecordedRequest } from './RecordedRequest';
import { bytes, text, troubled, type Reply } from './Reply';
import { Request } from './Request';
import type { Router } from './Router';
import { writeReply } from './writeReply';

/** The way of a request: recorded, struck by faults, checked by guards, answered by a route. */
export class HttpFront {
	constructor(
		private readonly machine: Machine,
		private readonly router: Router,
		private readonly requests: RecordedRequest[],
	) {}

	/** The path below the base path, or undefined when it is not ours. */
	below(path: string): string | undefined {
		const { basePath } = this.machine.settings;
		if (!path.startsWith(basePath)) return undefined;
		const rest = path.slice(basePath.length);
		return rest === '' ? '/' : rest.startsWith('/') ? rest : undefined;
	}

	/** The refusal of what a client must show before any route is looked at. */
	guard({ headers, url }: IncomingMessage): Reply | undefined {
		const { settings, has } = this.machine;
		const { path, query } = splitUrl(url);
		const isLogin = settings.auth?.kind === 'login' && this.below(path) === '/login';
		const stranger = isLogin ? undefined : refuseStranger(settings.auth, headers, query, settings);
		return stranger ?? refuseForeignOrigin(headers, has);
	}

	async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const record = recordRequest(message);
		this.requests.push(record);
		const { path } = splitUrl(message.url);
		const search = (message.url ?? '').slice(path.length);
		const faults = this.machine.faults.requests.strike(record.method, (this.below(path) ?? path) + search);
		if (faults.some(({ kind }) => kind === 'reset')) {
			message.socket.resetAndDestroy();
			return;
		}
		const slowly = faults.some(({ kind }) => kind === 'slowUpload');
		const body = await readBody(message, this.machine.settings.maxUploadBytes, slowly).catch(() => null);
		if (body === null) return;
		record.bodyText = body?.toString('utf8', 0, RECORDED_BODY_BYTES) ?? '';
		await pass(faults, 'hold');
		const reply = await this.reply(message, body, faults);
		await pass(faults, 'holdAnswer');
		writeReply(response, reply, message.method === 'HEAD', faults);
	}

	private async reply(
		message: IncomingMessage,
		body: Buffer | undefined,
		faults: RequestFault[],
	): Promise<Reply> {
		const canned = faults.find((fault) => fault.kind === 'respond');
		if (canned?.kind === 'respond') return cannedReply(canned.reply);
		const refusal = this.guard(message);
		if (refusal) return refusal;
		if (!body) return this.tooLarge(message);
		const { path, query } = splitUrl(message.url);
		const below = this.below(path);
		const method = message.method ?? 'GET';
		const request = new Request(method, below ?? path, query, message.headers, body);
		const handler = below === undefined ? undefined : this.router.find(request);
		if (!handler) return below === undefined ? bytes(404, Buffer.alloc(0)) : unknownPath(method);
		try {
			return await handler(request);
		} catch {
			return troubled();
		}
	}

	private tooLarge({ headers }: IncomingMessage): Reply {
		const limit = this.machine.settings.maxUploadBytes;
		const actual = headers['content-length'] ?? limit + 1;
		const reply = text(413, `Maximum request body size ${limit} exceeded, actual body size ${actual}`);
		return { ...reply, headers: { ...reply.headers, Connection: 'close' } };
	}
}

/** A static GET-only route takes every path: unknown ones are 404 for GET and 405 for all else. */
function unknownPath(method: string): Reply {
	if (method !== 'GET' && method !== 'HEAD') return text(405, '405: Method Not Allowed');
	return bytes(404, Buffer.alloc(0), { 'Content-Type': 'application/octet-stream' });
}

function cannedReply({
	status,
	headers,
	body = '',
}: {
	status: number;
	headers?: object;
	body?: unknown;
}): Reply {
	const isObject = typeof body === 'object' && !Buffer.isBuffer(body);
	const data = isObject ? Buffer.from(stringifyPython(body)) : Buffer.from(body as string | Buffer);
	const type = isObject ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
	return bytes(status, data, { 'Content-Type': type, ...headers });
}
