import { UnexpectedResponseError } from '../../client/core/errors';
import type { Host } from '../../client/hosts/Host';
import { connectSelfHosted } from '../../client/hosts/selfHosted/connect';
import { tidy } from '../../client/core/text';
import { readAccess } from './access';
import type { HostKind } from './HostKind';
import { isRecord } from '../../client/core/guards';

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
	async verify(host: Host) {
		const stats: unknown = await host.server?.systemStats();
		const { system, devices } = isRecord(stats) ? stats : {};
		if (!isRecord(system) || !Array.isArray(devices)) throw notComfyUi(host.base);
		const version = typeof system.comfyui_version === 'string' ? ` ${system.comfyui_version}` : '';
		const [first] = devices as Array<{ name?: unknown } | null>;
		const device = typeof first?.name === 'string' ? ` on ${tidy(first.name, 80)}` : '';
		return `Connected to ComfyUI${version}${device}.`;
	},
};

function notComfyUi(base: string): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`Something answers at ${base}, but it is not a ComfyUI.`,
		200,
		'Enter the address that opens the ComfyUI editor in a browser.',
	);
}
