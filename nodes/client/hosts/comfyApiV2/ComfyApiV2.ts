import type { AbortOptions } from '../../core/time';
import type { ApiOptions } from '../../transport/Api';
import { ComfyOrgApi, readRefusal } from '../comfyOrg/Api';
import type { DownloadOptions, FileAddress, Host, Submission, Upload } from '../Host';
import { capabilities } from '../capabilities';
import { Assets } from './Files';
import { Jobs } from './Jobs';

/** All that the API is reached with. */
interface ApiV2Options extends ApiOptions {
	partnerApiKey?: string;
	/** How long a full queue or a starting deployment is waited for, ms. */
	queueWaitMs: number;
}

/**
 * The Comfy API v2, as Comfy Cloud, serverless deployments and the proxy before a self-hosted ComfyUI serve
 * it: jobs and assets, and nothing of the servers behind. Progress is told when a job is looked at.
 */
export class ComfyApiV2 implements Host {
	readonly name = 'The Comfy API v2';
	readonly hosted = true;
	readonly capabilities = capabilities.comfyApiV2;
	readonly lost = {
		message: `${this.name} does not know the job.`,
		hint: 'Check the prompt ID and that base URL and API key are those that the job was handed in with. Jobs are kept for a limited time.',
	};
	private readonly api: ComfyOrgApi;
	private readonly jobs: Jobs;
	private readonly assets: Assets;

	constructor(private readonly options: ApiV2Options) {
		this.api = new ComfyOrgApi(options, this.name);
		this.jobs = new Jobs(this.api, this.name, options.partnerApiKey, options.queueWaitMs);
		this.assets = new Assets(this.api, this.name);
	}

	get base(): string {
		return this.options.base;
	}

	submit = async (submission: Submission, { signal }: AbortOptions = {}) =>
		await this.jobs.submit(submission, { signal });
	getJobs = async (promptIds: string[], { signal }: AbortOptions = {}) =>
		await this.jobs.look(promptIds, { signal });
	outcome = async (promptId: string, { signal }: AbortOptions = {}) =>
		await this.jobs.outcome(promptId, { signal });
	cancel = async (promptId: string, { signal }: AbortOptions = {}) =>
		await this.jobs.cancel(promptId, { signal });
	upload = async (upload: Upload, { signal }: AbortOptions = {}) =>
		await this.assets.upload(upload, { signal });
	download = async (file: FileAddress, options?: DownloadOptions) =>
		await this.assets.download(file, options);
	fileUrl = (file: FileAddress) => file.url;
	clean = (text: string, max?: number) => this.api.clean(text, max);
	listsStaleOutputs = async () => false;

	/**
	 * Whether this is the API and the key is accepted.
	 * @throws AuthenticationError, PaymentRequiredError, NotFoundError and others when not
	 */
	async verify({ signal }: AbortOptions = {}): Promise<void> {
		const path = `/api/v2/jobs/${crypto.randomUUID()}`; // nobody has it, but strangers are not told so
		const response = await this.api.text({ path, signal });
		const knowsJobs = response.status === 404 && readRefusal(response.text).code !== '';
		if (!knowsJobs) this.api.assertOk(response, path);
		this.api.parse(response, path);
	}

	async close(): Promise<void> {
		await this.options.transport.close?.();
	}
}
