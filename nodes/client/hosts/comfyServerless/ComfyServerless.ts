import { getOrNothing } from '../requests';
import { isRecord } from '../../core/guards';
import type { ObjectInfo } from '../../objectInfo/types';
import type { ApiOptions } from '../../transport/Api';
import { capabilities } from '../capabilities';
import type { Host } from '../Host';
import type { ServerlessApi } from '../ServiceApi';
import { Api } from './Api';
import { serverlessErrors } from './errors';
import { Files } from './Files';
import { comfyServerlessWatcher } from './watcher';
import { Jobs } from './Jobs';
import { Service } from './Service';
import type { Session } from './Session';

/** Connection to the service. */
interface ServiceOptions extends ApiOptions {
	/** The login behind the transport, where there is one. */
	session?: Session;
	objectInfo?: ObjectInfo;
}

/** ComfyUI Serverless, with its own routes as `serverless`. */
export interface ComfyServerless extends Host {
	readonly serverless: ServerlessApi;
}

/**
 * ComfyUI Serverless (github Innomatix46/comfyui-serverless): a service before a ComfyUI, with accounts and
 * queues. It does not notice when a node fails: such a job stays running until its time limit, so every wait
 * needs a timeout. Output files have no URL unless the service was extended.
 */
export function createComfyServerless(options: ServiceOptions): ComfyServerless {
	const api = new Api({ ...options, errors: serverlessErrors });
	options.session?.onTokens(({ accessToken, refreshToken }) => api.hide(accessToken, refreshToken));
	const files = new Files(api);
	const serverless = new Service(api, files);
	return {
		name: 'ComfyUI Serverless',
		base: options.base,
		hosted: true,
		capabilities: capabilities.comfyServerless,
		lost: {
			message: 'ComfyUI Serverless does not know the job, or no longer.',
			hint: 'Check the job ID, and that base URL and account are those that the job was submitted with.',
		},
		jobs: new Jobs(api, options.objectInfo),
		watcher: comfyServerlessWatcher(api),
		files,
		serverless,
		listJobs: async (list) => await serverless.listAll(list),
		health: async ({ signal } = {}) => await serverless.health(true, { signal }),

		/** Reads the account. Versions without that route list pending jobs: these have no log, on which the list fails. */
		async verify({ signal } = {}) {
			const account = await getOrNothing<unknown>(api, { path: '/auth/me', signal });
			const name = isRecord(account) ? (account.username ?? account.email) : undefined;
			if (typeof name === 'string' && name)
				return `Connected to ComfyUI Serverless as ${api.clean(name, 80)}.`;
			await api.json({ path: '/workflows/', query: { status: 'pending', limit: 1 }, signal });
			return 'Connected to ComfyUI Serverless.';
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await options.transport.close?.(),
	};
}
