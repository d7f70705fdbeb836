import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Host } from '../../client/hosts/Host';
import type { TransportOptions } from '../../client/transport/TransportOptions';
import type { HttpTransport } from '../../client/transport/http';
import type { Access } from './access';

/** Values of the parameter "ComfyUI Host". */
export type HostName =
	| 'comfyApiV2'
	| 'comfyCloud'
	| 'comfyDeploy'
	| 'comfyServerless'
	| 'runPod'
	| 'selfHosted';

/** Builds a host from a credential. @throws InvalidInputError that names the field; no value is repeated */
export type ConnectHost = (credentials: ICredentialDataDecryptedObject, transport: TransportOptions) => Host;

/** What n8n needs to know about a host; its capabilities are in the client. */
export interface HostKind {
	name: HostName;
	/** Shown to users. */
	displayName: string;
	/** Name of its credential type. */
	credentialType: string;
	/**
	 * What is sent with every request.
	 * @throws InvalidInputError that names the field; no value is repeated
	 */
	readAccess(credentials: ICredentialDataDecryptedObject): Access;
	/**
	 * Loads the code of the host, which happens only for the hosts that are used.
	 * @returns connects to the host over the given transport, usually n8n's own HTTP
	 */
	load(): Promise<ConnectHost>;
	/** The login expires, and n8n renews it by `preAuthentication`. */
	renewsLogin?: boolean;
	/** Tests a login, which `Host.verify` cannot. @returns the result for the user, undefined to continue with `verify` */
	testLogin?(
		credentials: ICredentialDataDecryptedObject,
		transport: HttpTransport,
	): Promise<string | undefined>;
}

/** A field of a credential as text, without blanks around it. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

/** The headers of a request with this `Authorization`; none without. */
export function authorized(authorization: string | undefined): Record<string, string> {
	return authorization ? { authorization } : {};
}
