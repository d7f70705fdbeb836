import { readAccess } from './access';
import type { HostKind } from './HostKind';

/** A ComfyUI server that is reached directly. */
export const selfHosted: HostKind = {
	name: 'selfHosted',
	readAccess,
	async load() {
		const { connectSelfHosted } = await import('../../client/hosts/selfHosted/connect');
		return (credentials, transport) => {
			const { base, ...access } = readAccess(credentials);
			return connectSelfHosted({ url: base, ...access, ...transport });
		};
	},
};
