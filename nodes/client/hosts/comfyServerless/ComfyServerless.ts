import type { AbortOptions } from '../../core/time';
import { NotSupportedError } from '../../core/errors';
import type { ApiOptions } from '../../transport/Api';
import type { DownloadOptions, FileAddress, Host, Submission, UploadedFile } from '../Host';
import { capabilities } from '../capabilities';
import { Executions } from './jobStatus';
import { Files } from './Files';
import { Jobs } from './Jobs';
import { Looks } from './JobStatusPoller';
import { ServerlessApi } from './Api';
import { ServerlessService } from './Service';
import type { Session } from './Session';
import type { ObjectInfo } from '../../objectInfo/types';

/** All that the service is reached with. */
interface ServerlessParts extends ApiOptions {
	/** The login behind the transport, where there is one. */
	session?: Session;
	objectInfo?: ObjectInfo;
}

/**
 * ComfyUI Serverless (github Innomatix46/comfyui-serverless): a service before a ComfyUI, with accounts and
 * queues. It does not notice when a node fails: such a job counts as running until its time is up, so every
 * wait needs a deadline. What jobs make has no address unless the service was extended.
 */
export class ComfyServerless implements Host {
	readonly name = 'ComfyUI Serverless';
	readonly hosted = true;
	readonly capabilities = capabilities.comfyServerless;
	readonly lost = {
		message: 'ComfyUI Serverless does not know the job, or no longer.',
		hint: 'Check the job ID, and that base URL and account are those that the job was handed in with.',
	};
	/** What the service offers beside running jobs. */
	readonly serverless: ServerlessService;
	private readonly api: ServerlessApi;
	private readonly looks: Looks;
	private readonly jobs: Jobs;
	private readonly files: Files;

	constructor(private readonly parts: ServerlessParts) {
		this.api = new ServerlessApi(parts);
		parts.session?.onTokens(({ accessToken, refreshToken }) => this.api.hide(accessToken, refreshToken));
		const executions = new Executions(this.api);
		this.looks = new Looks(executions);
		this.jobs = new Jobs(this.api, executions, this.looks, parts.objectInfo);
		this.files = new Files(this.api);
		this.serverless = new ServerlessService(this.api, this.files);
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
	download = async (file: FileAddress, options?: DownloadOptions) => await this.files.download(file, options);
	fileUrl = (file: FileAddress) => file.url;
	clean = (text: string, max?: number) => this.api.clean(text, max);

	async outcome(promptId: string, { signal }: AbortOptions = {}) {
		const look = await this.looks.one(promptId, { signal });
		return look.state === 'ended' ? look.outcome : undefined;
	}

	/** @throws NotSupportedError: a file that Load Image cannot find would fail only in the job. */
	async upload(): Promise<UploadedFile> {
		throw new NotSupportedError(
			'ComfyUI Serverless does not hand files on to its ComfyUI, so that no workflow can use them.',
			'Let the workflow load the file from a URL or from text (base64) with a node that can, or use another host. To only store a file with the service there is serverless.uploadFile.',
		);
	}

	/** A result holds only what its own job made. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	async close(): Promise<void> {
		await this.parts.transport.close?.();
	}
}
