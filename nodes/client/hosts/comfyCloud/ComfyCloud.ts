import { joinUrl } from '../../transport/address';
import { Api, type ApiOptions } from '../../transport/Api';
import { EventChannel } from '../../transport/EventChannel';
import type { OpenSocket, SocketOptions } from '../../transport/socket';
import { capabilities } from '../capabilities';
import { comfyOrgErrors } from '../comfyOrg/errors';
import type { Host } from '../Host';
import { ObjectInfoCache } from '../ObjectInfoCache';
import { Files } from './Files';
import { comfyCloudWatcher } from './watcher';
import { Jobs } from './Jobs';
import { createServer } from './Server';

/** Connection to Comfy Cloud. */
interface CloudOptions extends ApiOptions {
	apiKey: string;
	partnerApiKey: string;
	/** How long a submission waits for a full queue, ms. */
	queueWaitMs: number;
	/** Query parameters of every request, also of the WebSocket upgrade. */
	query: Record<string, string>;
	socket: SocketOptions;
	openSocket: OpenSocket;
}

const NAME = 'Comfy Cloud';

/**
 * Comfy Cloud: the routes of ComfyUI, with differences. The plan limits how many jobs run at a time, further
 * jobs wait in the queue. There are no priorities.
 */
export function createComfyCloud(options: CloudOptions): Host {
	const { base, apiKey, query, openSocket, socket, transport } = options;
	const api = new Api({ ...options, errors: comfyOrgErrors(NAME) });
	const jobs = new Jobs(api, options.partnerApiKey, options.queueWaitMs);
	return {
		name: NAME,
		base,
		hosted: true,
		capabilities: capabilities.comfyCloud,
		lost: {
			message: 'Comfy Cloud does not know the job.',
			hint: 'Check the prompt ID, and that the API key belongs to the account that submitted the job.',
		},
		jobs,
		watcher: comfyCloudWatcher(api, jobs),
		files: new Files(api),
		server: createServer(api, new ObjectInfoCache(api, JSON.stringify([base, apiKey])), jobs),

		/** Lists jobs: other routes answer without an API key. */
		async verify({ signal } = {}) {
			await api.json({ path: '/api/jobs', query: { limit: 1 }, signal });
			return 'Connected to Comfy Cloud.';
		},

		/** The API key is part of the URL, so the URL is never shown. */
		openEvents(clientId, listener) {
			const url = joinUrl(base.replace(/^http/, 'ws'), '/ws', { ...query, clientId, token: apiKey });
			return new EventChannel(url, openSocket, socket, listener);
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await transport.close?.(),
	};
}
