import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Host } from '../../client/hosts/Host';
import type { TransportOptions } from '../../client/transport/TransportOptions';
import type { HttpTransport } from '../../client/transport/http';
import type { Access } from './access';

/** All values of the parameter "ComfyUI Host", in the order of the editor. */
export const hostNames = [
	'comfyApiV2',
	'comfyCloud',
	'comfyDeploy',
	'comfyServerless',
	'pool',
	'runComfy',
	'runPod',
	'selfHosted',
] as const;

export type HostName = (typeof hostNames)[number];

/**
 * Creates a host from a credential.
 * @param transportTo makes the transport to another server of the same credential, for hosts with several
 * @throws InvalidInputError that names the field, without its value
 */
export type ConnectHost = (
	credentials: ICredentialDataDecryptedObject,
	transport: TransportOptions,
	transportTo: (access: Access) => HttpTransport,
) => Host;

/** How the nodes reach a host with a credential of n8n. What the host can do is in its capabilities. */
export interface HostKind {
	name: HostName;
	/**
	 * The base URL, and what is added to every request.
	 * @param url of the request, for hosts with several servers
	 * @throws InvalidInputError that names the field, without its value
	 */
	readAccess(credentials: ICredentialDataDecryptedObject, url?: string): Access;
	/**
	 * Loads the code of the host, which happens only for the hosts that are used.
	 * @returns connects to the host over the given transport, usually n8n's own HTTP
	 */
	load(): Promise<ConnectHost>;
	/** Whether the login expires and n8n renews it with `preAuthentication`. */
	renewsLogin?: boolean;
	/** Tests what `verify` cannot, such as a login. @returns the message of the test; undefined to continue with `verify` */
	testLogin?(
		credentials: ICredentialDataDecryptedObject,
		transport: HttpTransport,
	): Promise<string | undefined>;
}

/** A field of a credential as text, without spaces around it. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

/** The header `Authorization`; no header without a value. */
export function authorized(authorization: string | undefined): Record<string, string> {
	return authorization ? { authorization } : {};
}
