import type { AbortOptions } from '../../core/time';
import { Api, type ApiOptions } from '../../transport/Api';
import { capabilities } from '../capabilities';
import type { Host } from '../Host';
import type { WorkflowsApi } from '../ServiceApi';
import { deployErrors } from './errors';
import { ApiVersion, type Version } from './ApiVersion';
import { Files } from './Files';
import { comfyDeployWatcher } from './watcher';
import { Jobs } from './Jobs';
import { Workflows } from './Workflows';

/** Connection to an installation. */
interface ComfyDeployOptions extends ApiOptions {
	generation: 'auto' | Version;
}

/** ComfyUI Deploy, hosted or open source. */
export interface ComfyDeploy extends Host {
	readonly workflows: WorkflowsApi;
	/** Which of the two it is; asks once per base URL. @throws AuthenticationError, NotFoundError when it is neither */
	generation(options?: AbortOptions): Promise<Version>;
}

/** A run that does not exist. */
const NO_RUN = '00000000-0000-0000-0000-000000000000';

/** ComfyUI Deploy, hosted or open source: it runs workflows that were deployed there, by their deployment ID. */
export function createComfyDeploy(options: ComfyDeployOptions): ComfyDeploy {
	const api = new Api({ ...options, errors: deployErrors });
	const version = new ApiVersion(api, options.generation);
	const jobs = new Jobs(api, version);
	return {
		name: 'ComfyUI Deploy',
		base: options.base,
		hosted: true,
		/** Those of the hosted API until the version is known. */
		get capabilities() {
			const hosted = version.known !== 'webApp';
			return {
				...capabilities.comfyDeploy,
				progress: hosted,
				cancel: hosted,
				callbacks: hosted,
				watch: hosted,
			};
		},
		lost: {
			message: 'ComfyUI Deploy does not know the run.',
			hint: 'Check the run ID, and that the API key belongs to the account or organisation that started it.',
		},
		jobs,
		watcher: comfyDeployWatcher(api, jobs, version),
		files: new Files(api, version),
		workflows: new Workflows(api, version),
		generation: async ({ signal } = {}) => await version.find({ signal }),

		async verify({ signal } = {}) {
			const found = await version.find({ signal });
			await jobs.getJobs([NO_RUN], { signal }); // an unknown run is no error, a wrong key is
			return `Connected to ComfyUI Deploy (${found === 'v2' ? 'hosted' : 'web app'}).`;
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await options.transport.close?.(),
	};
}
