import { Api, type ApiOptions } from '../../transport/Api';
import { capabilities } from '../capabilities';
import { comfyOrgErrors, readErrorBody } from '../comfyOrg/errors';
import type { Host } from '../Host';
import { Files } from './Files';
import { Jobs } from './Jobs';
import { comfyApiV2Watcher } from './watcher';

/** Connection to the API. */
interface ApiV2Options extends ApiOptions {
	partnerApiKey?: string;
	/** How long a submission waits for a full queue or a starting deployment, ms. */
	queueWaitMs: number;
}

const NAME = 'The Comfy API v2';

/**
 * The Comfy API v2, as Comfy Cloud, serverless deployments and the proxy before a self-hosted ComfyUI serve it:
 * jobs and assets, and no routes of the servers behind it. Progress comes with the status of a job and, with previews, by
 * a stream of events for each job.
 */
export function createComfyApiV2(options: ApiV2Options): Host {
	const { base, transport } = options;
	const api = new Api({ ...options, errors: comfyOrgErrors(NAME) });
	const jobs = new Jobs(api, NAME, options.partnerApiKey, options.queueWaitMs);
	return {
		name: NAME,
		base,
		hosted: true,
		capabilities: capabilities.comfyApiV2,
		lost: {
			message: `${NAME} does not know the job.`,
			hint: 'Check the prompt ID, and that base URL and API key are those that the job was submitted with. Jobs are kept for a limited time.',
		},
		jobs,
		watcher: comfyApiV2Watcher(api, jobs, NAME),
		files: new Files(api, NAME),
		listJobs: async (list) => await jobs.list(list),

		async verify({ signal } = {}) {
			const path = `/api/v2/jobs/${crypto.randomUUID()}`; // unknown, but without a valid key the API does not say so
			const response = await api.text({ path, signal });
			const knowsJobs = response.status === 404 && readErrorBody(response.text).code !== '';
			if (!knowsJobs) api.assertOk(response, path);
			api.parse(response, path);
			return `Connected to the Comfy API at ${base}.`;
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await transport.close?.(),
	};
}
