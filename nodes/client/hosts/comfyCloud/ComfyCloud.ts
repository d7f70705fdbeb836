import type { AbortOptions } from '../../core/time';
import { joinUrl } from '../../transport/address';
import type { ApiOptions } from '../../transport/Api';
import { EventChannel, type ChannelListener } from '../../transport/EventChannel';
import type { OpenSocket, SocketOptions } from '../../transport/socket';
import { ComfyOrgApi } from '../comfyOrg/Api';
import type { DownloadOptions, FileAddress, Host, Submission, Upload } from '../Host';
import { capabilities } from '../capabilities';
import { Catalogue } from '../selfHosted/ObjectInfoCache';
import type { ServerApi } from '../ServerApi';
import { Files } from './Files';
import { Jobs } from './Jobs';
import { CloudServer } from './Server';

/** All that Comfy Cloud is reached with. */
interface CloudOptions extends ApiOptions {
	apiKey: string;
	partnerApiKey: string;
	/** How long a full queue is waited for, ms. */
	queueWaitMs: number;
	/** Query parameters of every request, also of the WebSocket upgrade. */
	query: Record<string, string>;
	socket: SocketOptions;
	openSocket: OpenSocket;
}

/**
 * Comfy Cloud: ComfyUI's routes with differences. How many jobs run at a time depends on the plan, further
 * ones wait in the queue. Priorities do not exist.
 */
export class ComfyCloud implements Host {
	readonly name = 'Comfy Cloud';
	readonly hosted = true;
	readonly capabilities = capabilities.comfyCloud;
	readonly lost = {
		message: 'Comfy Cloud does not know the job.',
		hint: 'Check the prompt ID and that the API key is one of the account that handed the job in.',
	};
	readonly server: ServerApi;
	private readonly api: ComfyOrgApi;
	private readonly jobs: Jobs;
	private readonly files: Files;

	constructor(private readonly options: CloudOptions) {
		const { base, apiKey, partnerApiKey, queueWaitMs } = options;
		this.api = new ComfyOrgApi(options, this.name);
		this.jobs = new Jobs(this.api, partnerApiKey, queueWaitMs);
		this.files = new Files(this.api);
		const catalogue = new Catalogue(this.api, JSON.stringify([base, apiKey]));
		this.server = new CloudServer(this.api, catalogue, this.jobs);
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
		await this.files.upload(upload, { signal });
	download = async (file: FileAddress, options?: DownloadOptions) => await this.files.download(file, options);
	fileUrl = (file: FileAddress) => this.files.url(file);
	clean = (text: string, max?: number) => this.api.clean(text, max);
	listsStaleOutputs = async () => false;

	/** Whether the API key is accepted. @throws AuthenticationError, PaymentRequiredError and others when not */
	verify = async ({ signal }: AbortOptions = {}) => await this.jobs.verify({ signal });

	/** The key travels in the address, so the address is shown nowhere. */
	openEvents(clientId: string, listener: ChannelListener): EventChannel {
		const { base, query, apiKey, openSocket, socket } = this.options;
		const url = joinUrl(base.replace(/^http/, 'ws'), '/ws', { ...query, clientId, token: apiKey });
		return new EventChannel(url, openSocket, socket, listener);
	}

	async close(): Promise<void> {
		await this.options.transport.close?.();
	}
}
