import type { ApiOptions } from '../../transport/Api';
import { capabilities } from '../capabilities';
import type { Host } from '../Host';
import { Api } from './Api';
import { Deployments } from './Deployments';
import { runComfyErrors } from './errors';
import { Files } from './Files';
import { Jobs } from './Jobs';

/** Connection to an account. */
interface AccountOptions extends ApiOptions {
	partnerApiKey?: string;
}

/** RunComfy's serverless API: it runs workflows that were deployed there, by their deployment ID. */
export function createRunComfy({ partnerApiKey, ...options }: AccountOptions): Host {
	const api = new Api({ ...options, errors: runComfyErrors });
	const deployments = new Deployments(api);
	return {
		name: 'RunComfy',
		base: options.base,
		hosted: true,
		capabilities: capabilities.runComfy,
		lost: {
			message: 'RunComfy does not know the request, or no longer.',
			hint: 'RunComfy deletes results after seven days. Otherwise check the request ID, that the API token belongs to the account that started it, and that its deployment still exists.',
		},
		jobs: new Jobs(api, deployments, partnerApiKey),
		files: new Files(api),

		async verify({ signal } = {}) {
			const { length } = await deployments.ids({ signal });
			return `Connected to RunComfy (${length} ${length === 1 ? 'deployment' : 'deployments'}).`;
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await options.transport.close?.(),
	};
}
