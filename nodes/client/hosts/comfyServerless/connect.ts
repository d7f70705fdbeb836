import { InvalidInputError } from '../../core/errors';
import { nodeTransport } from '../../transport/nodeTransport';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import { type ComfyServerless, createComfyServerless } from './ComfyServerless';
import { Session, loginOver, withSession } from './Session';
import type { ObjectInfo } from '../../objectInfo/types';
import { comfyServerlessUrl } from '../baseUrls';

/** How to reach a ComfyUI Serverless: with an API key, or with e-mail and password. */
export interface ComfyServerlessOptions extends TransportOptions {
	/** The address below which the service has `/auth`, `/workflows` and `/health`. There is no public one. */
	baseUrl: string;
	email?: string;
	password?: string;
	/** Instead of e-mail and password; wins when both are given. */
	apiKey?: string;
	/** Types of inputs; without it they are inferred from the values. */
	objectInfo?: ObjectInfo;
	/** Further texts that must never be shown, such as tokens that a custom `transport` adds. */
	secrets?: readonly string[];
}

/**
 * Builds the host; nothing is sent yet. A custom `transport` adds the `Authorization` header itself (see `login` and `renew` in
 * login.ts), so it needs no credentials here.
 * @throws InvalidInputError for a URL that cannot be one, and when the credentials are incomplete
 */
export function connectComfyServerless(options: ComfyServerlessOptions): ComfyServerless {
	const { base, query, authorization } = comfyServerlessUrl(options.baseUrl);
	if (authorization) {
		throw new InvalidInputError(
			'The base URL contains a user name.',
			'Enter e-mail and password of ComfyUI Serverless in their own fields, and the base URL without them.',
		);
	}
	const [email = '', password = '', apiKey = ''] = [
		options.email?.trim(),
		options.password,
		options.apiKey?.trim(),
	];
	const shared = {
		base,
		secrets: [password, apiKey, ...Object.values(query), ...(options.secrets ?? [])].filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		objectInfo: options.objectInfo,
	};
	if (options.transport) return createComfyServerless({ ...shared, transport: options.transport });
	if (apiKey) {
		const headers = { authorization: `Bearer ${apiKey}` };
		return createComfyServerless({ ...shared, transport: nodeTransport({ base, headers, query }, options) });
	}
	if (!email || !password) {
		throw new InvalidInputError(
			'The credentials of ComfyUI Serverless are incomplete.',
			'Enter an API key, or both e-mail address and password.',
		);
	}
	const transport = nodeTransport({ base, headers: {}, query }, options);
	const session = new Session(loginOver(transport, query), { baseUrl: base, email, password });
	return createComfyServerless({ ...shared, transport: withSession(transport, session), session });
}
