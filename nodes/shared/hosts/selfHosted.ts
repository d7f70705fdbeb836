import { connectSelfHosted } from '../../client/hosts/selfHosted/connect';
import { readAccess } from './access';
import type { HostKind } from './HostKind';

/** A ComfyUI server that is reached directly. */
export const selfHosted: HostKind = {
	name: 'selfHosted',
	displayName: 'Self-Hosted',
	credentialType: 'comfyUiApi',
	readAccess,
	connect(credentials, transport) {
		const { base, headers, query, rejectUnauthorized, partnerApiKey } = readAccess(credentials);
		return connectSelfHosted({ url: base, headers, query, rejectUnauthorized, partnerApiKey, ...transport });
	},
};
