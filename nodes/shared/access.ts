import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { InvalidInputError } from '../client/errors';
import { parseAddress } from '../client/transport/address';

/** Everything the credential says, ready to be put on HTTP requests and on the WebSocket upgrade. */
export interface Access {
	/** Scheme, host, port and path prefix. */
	base: string;
	headers: Record<string, string>;
	query: Record<string, string>;
	rejectUnauthorized: boolean;
	/** Comfy.org key for partner nodes; travels inside the job, never as a header. */
	partnerApiKey?: string;
}

/** Name of the credential type. */
export const COMFYUI_API = 'comfyUiApi';

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Reads the credential.
 * @throws InvalidInputError that names the field; no value is repeated
 */
export function readAccess(credentials: ICredentialDataDecryptedObject): Access {
	const address = parseAddress(text(credentials.url));
	const headers: Record<string, string> = {};
	const query = { ...address.query };
	if (address.authorization) headers.authorization = address.authorization;
	switch (credentials.authentication) {
		case 'basic':
			headers.authorization = `Basic ${Buffer.from(`${text(credentials.user)}:${text(credentials.password)}`).toString('base64')}`;
			break;
		case 'bearer':
			headers.authorization = `Bearer ${required(credentials.token, 'Token').replace(/^Bearer\s+/i, '')}`;
			break;
		case 'headers':
			for (const { name, value } of pairs(credentials.headers)) headers[headerName(name)] = value;
			break;
		case 'query':
			query[required(credentials.queryName, 'Query Parameter Name')] = required(
				credentials.queryToken,
				'Query Parameter Value',
			);
			break;
		default:
	}
	for (const value of Object.values(headers)) assertHeaderValue(value);
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
		'Open the credential and fill it in.',
	);
}

/** Rows of the "Headers" list; rows without a name are ones that were added and left empty. */
function pairs(value: unknown): Array<{ name: string; value: string }> {
	const rows = (value as { values?: unknown } | undefined)?.values;
	return (Array.isArray(rows) ? rows : [])
		.map((row: { name?: unknown; value?: unknown }) => ({ name: text(row?.name), value: text(row?.value) }))
		.filter(({ name }) => name !== '');
}

function headerName(name: string): string {
	if (HEADER_NAME.test(name)) return name.toLowerCase();
	throw new InvalidInputError(
		'A header of the ComfyUI credential has a name with characters that headers cannot have.',
	);
}

function assertHeaderValue(value: string): void {
	const forbidden = Array.from(value).some(
		(char) => char > '\u00ff' || (char !== '\t' && /\p{Cc}/u.test(char)),
	);
	if (forbidden) {
		throw new InvalidInputError(
			'A header of the ComfyUI credential has a value with characters that headers cannot have.',
		);
	}
}
