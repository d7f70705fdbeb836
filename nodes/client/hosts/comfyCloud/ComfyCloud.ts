import { joinUrl } from '../../transport/address';
import { Api, type ApiOptions } from '../../transport/Api';
import { EventChannel } from '../../transport/EventChannel';
import type { OpenSocket, SocketOptions } from '../../transport/socket';
import { capabilities } from '../capabilities';
import { comfyOrgErrors } from '../comfyOrg/errors';
import type { Host } from '../Host';
import { ObjectInfoCache } from '../ObjectInfoCache';
import { Files as FilesV2 } from '../comfyApiV2/Files';
import { Jobs as JobsV2 } from '../comfyApiV2/Jobs';
import { ApiVersion, apiV2 } from './ApiVersion';
import { Files } from './Files';
import { comfyCloudWatcher } from './watcher';
import { FilesV1 } from './FilesV1';
import { Jobs } from './Jobs';
import { JobsV1 } from './JobsV1';
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
 * Comfy Cloud: jobs and files over the Comfy API v2; node types, queue and models over v1, which has the routes of ComfyUI
 * with differences and is deprecated. The plan limits how many jobs run at a time, further jobs wait in the queue.
 * There are no priorities.
 */
export function createComfyCloud(options: CloudOptions): Host {
	const { base, apiKey, query, openSocket, socket, transport } = options;
	const api = new Api({ ...options, errors: comfyOrgErrors(NAME) });
	const { partnerApiKey, queueWaitMs } = options;
	const v2 = apiV2(options, apiKey, NAME);
	const version = new ApiVersion(v2);
	const jobsV1 = new JobsV1(api, partnerApiKey, queueWaitMs);
	const jobsV2 = new JobsV2(v2, NAME, partnerApiKey, queueWaitMs);
	return {
		name: NAME,
		base,
		hosted: true,
		capabilities: capabilities.comfyCloud,
		lost: {
			message: 'Comfy Cloud does not know the job.',
			hint: 'Check the prompt ID, and that the API key belongs to the account that submitted the job.',
		},
		jobs: new Jobs(version, jobsV2, jobsV1),
		watcher: comfyCloudWatcher(api, jobsV1),
		files: new Files(version, new FilesV2(v2, NAME), new FilesV1(api)),
		server: createServer(api, new ObjectInfoCache(api, JSON.stringify([base, apiKey])), jobsV1),

		listJobs: async (list) => await jobsV2.list(list),

		/** Lists jobs: other routes answer without an API key. */
		async verify({ signal } = {}) {
			const isV2 = (await version.find({ signal })) === 'v2';
			await (isV2 ? v2 : api).json({
				path: isV2 ? '/api/v2/jobs' : '/api/jobs',
				query: { limit: 1 },
				signal,
			});
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
