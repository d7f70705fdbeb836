import type { IAuthenticate } from 'n8n-workflow';
import type { HostName } from './hosts/HostKind';

/** `authenticate` of a credential type: adds to a request what the host needs. Loads its code with the first request. */
export function authenticateFor(host: HostName): IAuthenticate {
	return async (credentials, options) => {
		const { hostKinds } = await import('./hosts/hostKinds');
		const { withAccess } = await import('./n8nTransport');
		return withAccess(options, hostKinds[host].readAccess(credentials, options.url));
	};
}
