import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { InvalidInputError } from '../../client/core/errors';
import { parseServerUrl } from '../../client/transport/address';

/** The content of a credential, ready for HTTP requests and the WebSocket upgrade. */
export interface Access {
	/** Scheme, host, port and path prefix. */
	base: string;
	headers: Record<string, string>;
	query: Record<string, string>;
	rejectUnauthorized: boolean;
	/** Comfy.org key for partner nodes; sent inside the job, never as a header. */
	partnerApiKey?: string;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Reads the credential of a self-hosted server.
 * @throws InvalidInputError that names the field, without its value
 */
export function readAccess(credentials: ICredentialDataDecryptedObject): Access {
	const address = parseServerUrl(text(credentials.url));
	const headers: Record<string, string> = {};
	const query = { ...address.query };
	if (address.authorization) headers.authorization = address.authorization;
	switch (credentials.authentication) {
		case 'basic':
			headers.authorization = `Basic ${Buffer.from(`${text(credentials.user)}:${String(credentials.password ?? '')}`).toString('base64')}`;
			break;
		case 'bearer':
			headers.authorization = `Bearer ${bearerToken(credentials.token)}`;
			break;
		case 'headers':
			Object.assign(headers, readHeaders(credentials.headers));
			break;
		case 'query':
			query[required(credentials.queryName, 'Query Parameter Name')] = required(
				credentials.queryToken,
				'Query Parameter Value',
			);
			break;
		default:
	}
	const user = text(credentials.comfyUser);
	if (user) headers['comfy-user'] = headerValue(user, '"User ID"');
	return {
		base: address.base,
		headers,
		query,
		rejectUnauthorized: credentials.ignoreSslIssues !== true,
		partnerApiKey: text(credentials.partnerApiKey) || undefined,
	};
}

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

function required(value: unknown, field: string): string {
	if (text(value)) return text(value);
	throw new InvalidInputError(
		`"${field}" of the ComfyUI credential is empty.`,
		'Open the credential and fill in this field.',
	);
}

function bearerToken(value: unknown): string {
	return headerValue(required(value, 'Token').replace(/^Bearer\s+/i, ''), '"Token"');
}

/** The list "Headers". Rows without a name are ignored: the user added them and left them empty. */
function readHeaders(value: unknown): Record<string, string> {
	const headers: Record<string, string> = {};
	const rows = (value as { values?: unknown } | undefined)?.values;
	for (const [index, row] of (Array.isArray(rows) ? rows : []).entries()) {
		const { name, value: content } = row as { name?: unknown; value?: unknown };
		if (!text(name)) continue;
		const place = `of header ${index + 1}`;
		headers[headerName(text(name), `"Name" ${place}`)] = headerValue(text(content), `"Value" ${place}`);
	}
	return headers;
}

function headerName(name: string, field: string): string {
	if (HEADER_NAME.test(name)) return name.toLowerCase();
	throw new InvalidInputError(
		`${field} of the ComfyUI credential contains characters that are not allowed in a header name.`,
		'Enter only the name, such as X-API-Key: letters, digits and hyphens, without a colon or the value.',
	);
}

function headerValue(value: string, field: string): string {
	const forbidden = Array.from(value).some(
		(char) => char > '\u00ff' || (char !== '\t' && /\p{Cc}/u.test(char)),
	);
	if (!forbidden) return value;
	throw new InvalidInputError(
		`${field} of the ComfyUI credential contains characters that are not allowed in a header.`,
		'Copy the value again, without line breaks, curly quotes or other special characters.',
	);
}
