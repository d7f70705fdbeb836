import {
	connectComfyApiV2,
	connectComfyCloud,
	connectComfyDeploy,
	connectComfyServerless,
	connectRunComfy,
	connectRunPod,
	ComfyUiClient,
	InvalidInputError,
	type ConnectOptions,
	type Host,
} from 'comfyui-workflows-client';
import type { RedConfig } from './nodeRed';

/** The saved members of a `comfyui-server`. None is a secret. */
export interface ServerConfig extends RedConfig {
	host?: string;
	/** Of the server, or the base URL of a service. */
	url?: string;
	/** Of a pool: the servers, which share the login. */
	servers?: Array<{ url?: string; weight?: number }>;
	/** Of a self-hosted server. */
	authentication?: 'none' | 'basic' | 'bearer' | 'headers' | 'query';
	/** Of ComfyUI Serverless. */
	serviceLogin?: 'password' | 'apiKey';
	/** The names of headers; the value of each is a credential with the name `key`. */
	headers?: Array<{ name?: string; key?: string }>;
	queryName?: string;
	ignoreTls?: boolean;
	endpointId?: string;
	generation?: 'auto' | 'v2' | 'webApp';
}

/** The secrets of a `comfyui-server`, by their names in Node-RED's credentials. */
export const CREDENTIALS = {
	user: 'text',
	password: 'password',
	token: 'password',
	apiKey: 'password',
	partnerApiKey: 'password',
	header1: 'password',
	header2: 'password',
	header3: 'password',
	header4: 'password',
	header5: 'password',
} as const;

export type ServerCredentials = Partial<Record<keyof typeof CREDENTIALS, string>>;

type Connect = (config: ServerConfig, secrets: Secrets) => Host;

/** The secrets, without spaces around them. A password is kept as it is. */
type Secrets = Record<keyof typeof CREDENTIALS, string>;

const HOSTS: Record<string, Connect> = {
	comfyCloud: ({ url }, { apiKey, partnerApiKey }) =>
		connectComfyCloud({ apiKey, baseUrl: url, partnerApiKey }),
	comfyApiV2: ({ url }, { apiKey, partnerApiKey }) =>
		connectComfyApiV2({ apiKey, baseUrl: url ?? '', partnerApiKey }),
	comfyDeploy: ({ url, generation }, { apiKey }) => connectComfyDeploy({ apiKey, baseUrl: url, generation }),
	comfyServerless: ({ url, serviceLogin }, { apiKey, user, password }) =>
		connectComfyServerless({
			baseUrl: url ?? '',
			...(serviceLogin === 'apiKey' ? { apiKey } : { email: user, password }),
		}),
	runComfy: ({ url }, { apiKey, partnerApiKey }) =>
		connectRunComfy({ apiKey, baseUrl: url, partnerApiKey: partnerApiKey || undefined }),
	runPod: ({ url, endpointId }, { apiKey, partnerApiKey }) =>
		connectRunPod({
			apiKey,
			endpointId: endpointId ?? '',
			baseUrl: url,
			partnerApiKey: partnerApiKey || undefined,
		}),
};

/**
 * A client of the configured host; nothing is sent yet.
 * @param clientId under which the server lists the jobs, where the host has client IDs
 * @throws InvalidInputError that names the field, without its value
 */
export function connectServer(
	config: ServerConfig,
	credentials: ServerCredentials,
	clientId: string,
): ComfyUiClient {
	const secrets = toSecrets(credentials);
	const { host = 'selfHosted' } = config;
	const url = config.url?.trim() || undefined;
	assertPublic(url);
	if (host === 'pool') return connectPool(config, secrets, clientId);
	if (host === 'selfHosted') {
		return ComfyUiClient.connect({ ...toConnectOptions({ ...config, url }, secrets), clientId });
	}
	if (!Object.hasOwn(HOSTS, host)) {
		throw new InvalidInputError(
			'The host of the ComfyUI server node is not known.',
			'Open the server node and choose a host.',
		);
	}
	return new ComfyUiClient(HOSTS[host]({ ...config, url }, secrets), clientId);
}

/** Several servers that are used as one. */
function connectPool(config: ServerConfig, secrets: Secrets, clientId: string): ComfyUiClient {
	const rows = (config.servers ?? []).filter(({ url }) => url?.trim());
	const servers = rows.map(({ url = '', weight }) => {
		assertPublic(url.trim());
		return { ...toConnectOptions({ ...config, url: url.trim() }, secrets), weight };
	});
	return ComfyUiClient.connect({ servers, clientId });
}

function toSecrets(credentials: ServerCredentials): Secrets {
	const names = Object.keys(CREDENTIALS) as Array<keyof typeof CREDENTIALS>;
	const entries = names.map((name) => {
		const value = String(credentials[name] ?? '');
		return [name, name === 'password' ? value : value.trim()];
	});
	return Object.fromEntries(entries) as Secrets;
}

/** The URL is saved in the flow file, and is exported with it. @throws InvalidInputError when it contains a secret */
function assertPublic(url: string | undefined): void {
	const address = url && (/^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `http://${url}`);
	if (!address || !URL.canParse(address)) return; // the client says what is wrong with it
	const { username, password, search } = new URL(address);
	if (!username && !password && !search) return;
	throw new InvalidInputError(
		'The URL of the ComfyUI server node contains a login or query parameters, which the flow file would show.',
		'Remove them from the URL, and enter them in the fields of "Authentication".',
	);
}

function toConnectOptions(config: ServerConfig, secrets: Secrets): ConnectOptions {
	const { url = '', authentication, ignoreTls } = config;
	const { user, password, token, partnerApiKey } = secrets;
	const options: ConnectOptions = {
		url,
		rejectUnauthorized: ignoreTls !== true,
		partnerApiKey: partnerApiKey || undefined,
	};
	switch (authentication) {
		case 'basic': {
			const login = Buffer.from(`${user}:${password}`).toString('base64');
			return { ...options, headers: { authorization: `Basic ${login}` } };
		}
		case 'bearer': {
			const plain = required(token, 'Token').replace(/^Bearer\s+/i, '');
			return { ...options, headers: { authorization: `Bearer ${headerValue(plain, 'Token')}` } };
		}
		case 'query': {
			const name = required(config.queryName?.trim() ?? '', 'Parameter');
			return { ...options, query: { [name]: required(token, 'Token') } };
		}
		case 'headers':
			return { ...options, headers: toHeaders(config, secrets) };
		default:
			return options;
	}
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Rows without a name are ignored: they were added and left empty. */
function toHeaders({ headers = [] }: ServerConfig, secrets: Secrets): Record<string, string> {
	const rows = headers.filter(({ name }) => name?.trim());
	const entries = rows.map(({ name = '', key = '' }) => {
		const header = name.trim();
		if (!HEADER_NAME.test(header)) {
			throw new InvalidInputError(
				'The name of a header of the ComfyUI server node contains characters that are not allowed.',
				'Enter only the name, such as X-API-Key: letters, digits and hyphens, without a colon or the value.',
			);
		}
		const value = Object.hasOwn(CREDENTIALS, key) ? secrets[key as keyof Secrets] : '';
		return [header.toLowerCase(), headerValue(required(value, header), header)];
	});
	return Object.fromEntries(entries) as Record<string, string>;
}

function required(value: string, field: string): string {
	if (value) return value;
	throw new InvalidInputError(
		`"${field}" of the ComfyUI server node is empty.`,
		'Open the server node and fill in this field.',
	);
}

function headerValue(value: string, field: string): string {
	if (!/[^\t\x20-\x7e\x80-\xff]/.test(value)) return value;
	throw new InvalidInputError(
		`"${field}" of the ComfyUI server node contains characters that are not allowed in a header.`,
		'Copy the value again, without line breaks, curly quotes or other special characters.',
	);
}
