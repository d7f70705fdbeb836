import type { AbortOptions } from '../../core/time';
import { Api, type ApiOptions } from '../../transport/Api';
import type { DownloadOptions, FileAddress, Host, Submission, Upload } from '../Host';
import { capabilities } from '../capabilities';
import { Jobs } from './Jobs';
import { KeptFiles, download } from './Files';
import { Looks } from './JobStatusPoller';
import { Service } from './Api';
import { isRecord } from '../../core/guards';

/** All that an endpoint is reached with. */
interface RunPodParts extends ApiOptions {
	endpointId: string;
	partnerApiKey?: string;
}

/** Jobs and workers of an endpoint, as `GET /health` counts them. */
interface RunPodHealth {
	jobs: Record<string, number>;
	workers: Record<string, number>;
}

/** A serverless endpoint of RunPod with worker-comfyui: it queues jobs and starts workers for them. */
export class RunPod implements Host {
	readonly name = 'RunPod';
	readonly hosted = true;
	readonly capabilities = capabilities.runPod;
	readonly lost = {
		message: 'RunPod does not know the job, or no longer.',
		hint: 'Results are kept for 30 minutes after the end (1 minute for synchronous jobs), jobs for 24 hours: look for them sooner. Otherwise check the job ID, and that the endpoint is the one that took the job.',
	};
	private readonly api: Api;
	private readonly service: Service;
	private readonly files = new KeptFiles();
	private readonly looks: Looks;
	private readonly jobs: Jobs;

	constructor(private readonly parts: RunPodParts) {
		this.api = new Api(parts);
		this.service = new Service(this.api, parts.endpointId);
		this.looks = new Looks(this.service);
		this.jobs = new Jobs(this.service, this.files, this.looks, parts.partnerApiKey);
	}

	get base(): string {
		return this.parts.base;
	}

	submit = async (submission: Submission, { signal }: AbortOptions = {}) =>
		await this.jobs.submit(submission, { signal });
	getJobs = async (promptIds: string[], { signal }: AbortOptions = {}) =>
		await this.looks.all(promptIds, { signal });
	cancel = async (promptId: string, { signal }: AbortOptions = {}) =>
		await this.jobs.cancel(promptId, { signal });
	upload = async (upload: Upload, { signal }: AbortOptions = {}) => await this.files.keep(upload, { signal });
	download = async (file: FileAddress, options?: DownloadOptions) => await download(this.api, file, options);
	fileUrl = (file: FileAddress) => file.url;
	clean = (text: string, max?: number) => this.api.clean(text, max);

	async outcome(promptId: string, { signal }: AbortOptions = {}) {
		const look = await this.looks.one(promptId, { signal });
		return look.state === 'ended' ? look.outcome : undefined;
	}

	/**
	 * Whether endpoint and key are right, without starting a worker.
	 * @throws AuthenticationError for a wrong key, NotFoundError for an endpoint that is not there
	 */
	async verify({ signal }: AbortOptions = {}): Promise<void> {
		await this.health({ signal });
	}

	/** How many jobs and workers the endpoint has, by their states. @throws as `verify` does */
	async health({ signal }: AbortOptions = {}): Promise<RunPodHealth> {
		const { jobs, workers } = await this.service.json({ path: '/health', signal });
		return { jobs: counts(jobs), workers: counts(workers) };
	}

	/** A result holds only what its own job made. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	async close(): Promise<void> {
		this.files.clear();
		await this.parts.transport.close?.();
	}
}

function counts(value: unknown): Record<string, number> {
	const entries = Object.entries(isRecord(value) ? value : {});
	return Object.fromEntries(
		entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
	);
}
