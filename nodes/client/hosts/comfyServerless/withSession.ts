import { AuthenticationError } from '../../core/errors';
import { joinUrl } from '../../transport/address';
import { toConnectionError } from '../../transport/connectionErrors';
import type { HttpRequest, HttpTransport } from '../../transport/http';
import { readText } from '../../transport/readText';
import type { SendLogin } from './login';
import type { Session } from './Session';

/** Logins are small; one that is not answered for so long is not going to be. */
const LOGIN_TIMEOUT_MS = 60_000;
const MOST_BYTES = 64 * 1024;

/** Sends logins over a transport. @param query of every request, such as a proxy's token */
export function loginOver(transport: HttpTransport, query: Record<string, string>): SendLogin {
	return async ({ url, query: own, headers, body }) => {
		const response = await transport.send({
			method: 'POST',
			path: '/',
			url: joinUrl(url, '', { ...query, ...own }),
			headers,
			body: body && { kind: 'json', text: JSON.stringify(body) },
			idleTimeoutMs: LOGIN_TIMEOUT_MS,
		});
		try {
			const text = await readText(response.body, MOST_BYTES, true);
			return { status: response.status, headers: response.headers, text };
		} catch (error) {
			throw toConnectionError(error, new URL(url).origin);
		}
	};
}

/**
 * Adds the session's token to every request but those to other origins and to `/health`, which is public. A
 * request that is refused with 401 has not been looked at, so it is sent once more with another token.
 */
export function withSession(transport: HttpTransport, session: Session): HttpTransport {
	return {
		async send(request) {
			if (request.url !== undefined || request.path.startsWith('/health'))
				return await transport.send(request);
			const token = await session.token(request.signal);
			const response = await transport.send(withToken(request, token));
			if (response.status !== 401) return response;
			await readText(response.body, MOST_BYTES, true).catch(() => ''); // the connection is free again
			const another = await session.tokenAfter(token, request.signal);
			assertRepeatable(request);
			return await transport.send(withToken(request, another));
		},
		async close() {
			await transport.close?.();
		},
	};
}

function withToken(request: HttpRequest, token: string): HttpRequest {
	return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** A stream has been read by now. */
function assertRepeatable({ body }: HttpRequest): void {
	if (body === undefined || body.kind === 'json') return;
	const data = body.kind === 'multipart' ? body.file.data : body.data;
	if (data instanceof Uint8Array || data instanceof Blob) return;
	throw new AuthenticationError(
		'The login to ComfyUI Serverless ended just before the file was sent.',
		401,
		'Send the file once more: the login has been renewed.',
	);
}
