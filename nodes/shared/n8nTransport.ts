import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { AbortedError } from '../client/core/errors';
import { type AbortOptions, onAbort, orAborted } from '../client/core/time';
import type {
	ByteStream,
	BytesBody,
	HttpRequest,
	HttpResponse,
	HttpTransport,
	MultipartBody,
} from '../client/transport/http';
import { joinUrl, shownAddress } from '../client/transport/address';
import { toConnectionError } from '../client/transport/connectionErrors';
import type { Access } from './hosts/access';
import type { HostKind } from './hosts/HostKind';
import { credentialTypeOf } from './hosts/properties';

/**
 * HTTP through the request helper of n8n, so that its proxy settings, egress rules, allowed domains and the credential
 * apply. Responses are always streams: otherwise the helper loses the body of a failed request and buffers whole files.
 */
export function n8nTransport(
	context: IAllExecuteFunctions,
	{ name, renewsLogin }: Pick<HostKind, 'name' | 'renewsLogin'>,
	credentials: ICredentialDataDecryptedObject,
	access: Pick<Access, 'base'>,
): HttpTransport {
	const credentialType = credentialTypeOf(name);
	// Passed because the helper itself reads only the credential of the first item.
	const additional = { credentialsDecrypted: { id: '', name: '', type: credentialType, data: credentials } };
	const request = async (options: IHttpRequestOptions, { url, signal }: HttpRequest) => {
		if (url !== undefined) {
			const abortSignal = signal && AbortSignal.any([signal]); // see onAbort in time.ts
			return await context.helpers.httpRequest({ ...options, ...(abortSignal && { abortSignal }) });
		}
		const caller = withSignal(context, { signal });
		const { helpers } = context;
		return await helpers.httpRequestWithAuthentication.call(caller, credentialType, options, additional);
	};
	return {
		async send(sent) {
			// n8n renews an empty login. A minute early is better than during an upload.
			if (renewsLogin && Date.now() >= Number(credentials.renewAt ?? 0)) credentials.accessToken = '';
			const options: IHttpRequestOptions = {
				method: sent.method,
				url: sent.url ?? joinUrl(access.base, sent.path, sent.query),
				headers: { ...sent.headers },
				...(await encodeBody(sent)),
				encoding: 'stream',
				returnFullResponse: true,
				// n8n renews a login only when its helper throws on a 401
				ignoreHttpStatusErrors: renewsLogin ? { ignore: true, except: [401] } : true,
				disableFollowRedirect: true, // following redirects would keep the whole upload in memory
				timeout: sent.idleTimeoutMs,
			};
			try {
				const response = await orAborted(request(options, sent), { signal: sent.signal });
				return toResponse(response as IN8nHttpFullResponse, { signal: sent.signal });
			} catch (error) {
				if (renewsLogin && isRefusal(error)) return { status: 401, headers: {}, body: textStream('') };
				throw toConnectionError(error, shownAddress(access.base, sent.url), { signal: sent.signal });
			}
		},
	};
}

/** Whether the login was refused even after n8n had renewed it. */
function isRefusal(error: unknown): boolean {
	return error instanceof NodeApiError && error.httpCode === '401';
}

/**
 * The context for the authenticated helper of n8n. The helper aborts every request as soon as the execution is stopped,
 * but some requests must still complete: cancelling a job, and submitting a job whose ID only the response contains. So
 * the helper gets the signal of the request instead of the signal of the execution.
 */
function withSignal(context: IAllExecuteFunctions, { signal }: AbortOptions = {}): IAllExecuteFunctions {
	const own = signal && AbortSignal.any([signal]); // see onAbort in time.ts
	return Object.create(context, { getExecutionCancelSignal: { value: () => own } }) as IAllExecuteFunctions;
}

/** Adds the credential to a request, for `authenticate` of the credential types. */
export function withAccess(
	options: IHttpRequestOptions,
	{ headers, query, rejectUnauthorized }: Access,
): IHttpRequestOptions {
	return {
		...options,
		headers: { ...options.headers, ...headers },
		qs: { ...options.qs, ...query },
		...(!rejectUnauthorized && { skipSslCertificateValidation: true }),
	};
}

/** HTTP for credential tests, where n8n offers only its older helper. */
export function credentialTestTransport(
	helpers: ICredentialTestFunctions['helpers'],
	access: Access,
): HttpTransport {
	return {
		async send({ method, path, url, query, headers, body, idleTimeoutMs }) {
			try {
				const response = (await helpers.request({
					method,
					uri: url ?? joinUrl(access.base, path, { ...access.query, ...query }),
					headers: { ...(url === undefined && access.headers), ...headers, ...jsonHeaders(body) },
					...(body?.kind === 'json' && { body: body.text }),
					resolveWithFullResponse: true,
					simple: false,
					followRedirect: false,
					json: false,
					rejectUnauthorized: access.rejectUnauthorized,
					timeout: idleTimeoutMs,
				})) as IN8nHttpFullResponse;
				return toResponse(response);
			} catch (error) {
				throw toConnectionError(error, shownAddress(access.base, url));
			}
		},
	};
}

const jsonHeaders = (body: HttpRequest['body']) =>
	body?.kind === 'json' ? { 'content-type': 'application/json' } : {};

function toResponse(
	{ statusCode, headers, body }: IN8nHttpFullResponse,
	{ signal }: AbortOptions = {},
): HttpResponse {
	return {
		status: statusCode,
		headers: Object.fromEntries(
			Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]),
		),
		body: isStream(body) ? untilAborted(body, { signal }) : textStream(body),
	};
}

/** A stream that breaks off when the signal fires: some releases of n8n abort a request only until its headers arrive. */
function untilAborted(stream: ByteStream & Closable, { signal }: AbortOptions): ByteStream {
	const forget = onAbort(signal, () => stream.destroy?.(new AbortedError('The operation was stopped.')));
	stream.once?.('close', forget);
	return stream;
}

/** The part of a Node.js stream that ends it. */
interface Closable {
	destroy?(error: Error): void;
	once?(event: 'close', listener: () => void): void;
}

function isStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function* textStream(body: unknown): ByteStream {
	if (body === undefined || body === null || body === '') return;
	yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

type BodyOptions = Pick<IHttpRequestOptions, 'body' | 'headers'>;

async function encodeBody({ body, headers }: HttpRequest): Promise<BodyOptions> {
	if (!body) return {};
	if (body.kind === 'json')
		return { body: body.text, headers: { ...headers, 'content-type': 'application/json' } };
	if (body.kind === 'bytes') return bytesBody(body, headers);
	return await encodeMultipart(body);
}

/** Storage services require the size in advance. */
function bytesBody({ data, contentType, size }: BytesBody, headers: HttpRequest['headers']): BodyOptions {
	const length = data instanceof Uint8Array ? data.byteLength : size;
	return {
		body: (data instanceof Uint8Array ? Buffer.from(data) : data) as Buffer,
		headers: {
			...headers,
			'content-type': contentType,
			...(length !== undefined && { 'content-length': String(length) }),
		},
	};
}

/**
 * With `form-data`, when the copy of n8n can be resolved, the body is streamed with a known length. Without it the helper
 * of n8n builds the form from an object, which is streamed in chunks of unknown total length. Bytes that are already in
 * memory are sent as a global FormData, because the object form cannot give them a file name.
 */
async function encodeMultipart({ fields, file }: MultipartBody): Promise<BodyOptions> {
	const data = file.data instanceof Uint8Array ? Buffer.from(file.data) : file.data;
	const library = await import('form-data').catch(() => undefined);
	if (library && (Buffer.isBuffer(data) || file.size !== undefined)) {
		const form = new library.default();
		for (const [name, value] of Object.entries(fields)) form.append(name, value);
		form.append(file.field, data, {
			filename: file.filename,
			contentType: file.contentType,
			...(file.size !== undefined && { knownLength: file.size }),
		});
		return { body: form as unknown as FormData };
	}
	if (Buffer.isBuffer(data)) {
		const form = new FormData();
		for (const [name, value] of Object.entries(fields)) form.append(name, value);
		form.append(file.field, new Blob([data], { type: file.contentType }), file.filename);
		return { body: form };
	}
	return {
		body: { ...fields, [file.field]: Object.assign(data, { name: file.filename }) },
		headers: { 'content-type': 'multipart/form-data' },
	};
}
