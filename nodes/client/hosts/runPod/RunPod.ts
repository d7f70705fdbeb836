import { isRecord } from '../../core/guards';
import type { AbortOptions } from '../../core/time';
import type { ApiOptions } from '../../transport/Api';
import { capabilities } from '../capabilities';
import type { Host } from '../Host';
import { Api } from './Api';
import { runPodErrors } from './errors';
import { Files } from './Files';
import { Jobs } from './Jobs';

/** Connection to an endpoint. */
interface EndpointOptions extends ApiOptions {
	endpointId: string;
	partnerApiKey?: string;
}

/** Counts of jobs and workers by their states, from `GET /health`. */
interface RunPodHealth {
	jobs: Record<string, number>;
	workers: Record<string, number>;
}

/** A serverless endpoint of RunPod with worker-comfyui: it queues jobs and starts workers for them. */
export interface RunPod extends Host {
	/** Does not start a worker. @throws AuthenticationError for a wrong key, NotFoundError for an unknown endpoint */
	health(options?: AbortOptions): Promise<RunPodHealth>;
}

export function createRunPod(options: EndpointOptions): RunPod {
	const api = new Api({ ...options, errors: runPodErrors(options.endpointId) });
	const files = new Files(api);
	const health = async ({ signal }: AbortOptions = {}): Promise<RunPodHealth> => {
		const { jobs, workers } = await api.object({ path: '/health', signal });
		return { jobs: counts(jobs), workers: counts(workers) };
	};
	return {
		name: 'RunPod',
		base: options.base,
		hosted: true,
		capabilities: capabilities.runPod,
		lost: {
			message: 'RunPod does not know the job, or no longer.',
			hint: 'Results are kept for 30 minutes after the end (1 minute for synchronous jobs), jobs for 24 hours: fetch them sooner. Otherwise check the job ID, and that it belongs to this endpoint.',
		},
		jobs: new Jobs(api, files, options.partnerApiKey),
		files,
		health,

		async verify({ signal } = {}) {
			const { workers } = await health({ signal });
			const states = Object.entries(workers).map(([state, count]) => `${count} ${state}`);
			return `Connected to the RunPod endpoint${states.length > 0 ? ` (workers: ${states.join(', ')})` : ''}.`;
		},

		clean: (text, max) => api.clean(text, max),

		async close() {
			files.clear();
			await options.transport.close?.();
		},
	};
}

function counts(value: unknown): Record<string, number> {
	const entries = Object.entries(isRecord(value) ? value : {});
	return Object.fromEntries(
		entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
	);
}
