import { ComfyUiClient } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { connectHost } from './hosts';
import type { ServerSettings } from './settings';

/** Connects to the server, the pool or the service of the settings. @throws UsageError, InvalidInputError */
export async function connect(settings: ServerSettings): Promise<ComfyUiClient> {
	if (settings.host !== 'self-hosted') return new ComfyUiClient(await connectHost(settings));
	const { urls, token, headers, partnerKey: partnerApiKey } = settings;
	const shared = {
		headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
		partnerApiKey,
		rejectUnauthorized: !settings.insecure,
		...(settings.idleTimeoutMs && { idleTimeoutMs: settings.idleTimeoutMs }),
	};
	const [url, ...others] = urls;
	if (others.length > 0)
		throw new UsageError('Several servers are not supported yet.', 'Name one server with --url.');
	return ComfyUiClient.connect({ url, ...shared });
}
