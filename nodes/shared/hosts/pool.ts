import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { InvalidInputError, asError, isComfyUiError, copyError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { readAccess, type Access } from './access';
import { textOf, type HostKind } from './HostKind';

/** A row of the list of servers. */
interface ServerRow {
	access: Access;
	name?: string;
	weight?: number;
	tag?: string;
}

/**
 * The servers of the credential.
 * @throws InvalidInputError that names the row and the field, without its value
 */
function readRows({ servers, partnerApiKey }: ICredentialDataDecryptedObject): ServerRow[] {
	const rows: unknown = isRecord(servers) ? servers.server : undefined;
	const list = (Array.isArray(rows) ? rows : [rows]).filter(isRecord);
	if (list.length < 2) {
		throw new InvalidInputError(
			`The ComfyUI Pool credential has ${list.length === 0 ? 'no servers' : 'only one server'}.`,
			'Open the credential and add at least two servers. For one server, use the host "Self-Hosted".',
		);
	}
	return list.map((row, index) => {
		const { weight } = row;
		return {
			access: atRow(index, () => readAccess({ ...fieldsOf(row), partnerApiKey })),
			name: textOf(row.name) || undefined,
			tag: textOf(row.tag) || undefined,
			...(weight !== undefined && weight !== null && weight !== '' && { weight: Number(weight) }),
		};
	});
}

/** Which fields of a row an authentication needs. */
const NEEDED: Record<string, Array<'secretName' | 'secret'>> = {
	bearer: ['secret'],
	headers: ['secretName', 'secret'],
	query: ['secretName', 'secret'],
};
const LABELS = { secretName: 'Name of Header or Query Parameter', secret: 'Password, Token or Value' };

/**
 * The fields of a row as a credential of one server has them.
 * @throws InvalidInputError when one that the authentication needs is empty
 */
function fieldsOf(row: Record<string, unknown>): ICredentialDataDecryptedObject {
	const { url, authentication, user, secretName, secret, ignoreSslIssues } =
		row as ICredentialDataDecryptedObject;
	for (const field of NEEDED[textOf(authentication)] ?? []) {
		if (textOf(row[field])) continue;
		throw new InvalidInputError(
			`"${LABELS[field]}" of the ComfyUI Pool credential is empty.`,
			'Open the credential and fill in this field.',
		);
	}
	const headers = { values: [{ name: textOf(secretName), value: textOf(secret) }] };
	const login = { user, password: secret, token: secret, headers, queryName: secretName, queryToken: secret };
	return { url, authentication, ignoreSslIssues, ...login };
}

/** Adds the number of the server to an error about one of its fields. */
function atRow<T>(index: number, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw asError(inRow(error, index));
	}
}

function inRow(error: unknown, index: number): unknown {
	if (!isComfyUiError(error)) return error;
	return copyError(error, { message: `Server ${index + 1} of the list: ${error.message}` });
}

/** Several self-hosted servers as one host. */
export const pool: HostKind = {
	name: 'pool',
	/** Of the server to which a URL leads; of the first one without a URL. */
	readAccess(credentials, url) {
		const all = readRows(credentials).map(({ access }) => access);
		if (url === undefined) return all[0];
		const found = all
			.filter(({ base }) => url === base || url.startsWith(`${base}/`) || url.startsWith(`${base}?`))
			.sort((a, b) => b.base.length - a.base.length);
		if (found.length > 0) return found[0];
		throw new InvalidInputError(
			'The request does not lead to a server of the ComfyUI Pool credential.',
			'Enter the URL of one of its servers.',
		);
	},
	async load() {
		const { connectPool } = await import('../../client/hosts/pool/connect');
		return (credentials, transport, transportTo) =>
			connectPool({
				servers: readRows(credentials).map(({ access, ...server }) => {
					const { base, ...rest } = access;
					return { url: base, ...rest, ...server, transport: transportTo(access) };
				}),
				openSocket: transport.openSocket,
				idleTimeoutMs: transport.idleTimeoutMs,
			});
	},
};
