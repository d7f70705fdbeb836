import type { AbortOptions } from '../../core/time';
import { SharedPromise } from '../../core/SharedPromise';
import { joinUrl } from '../../transport/address';
import { Api, type ApiOptions } from '../../transport/Api';
import { EventChannel, type ChannelListener } from '../../transport/EventChannel';
import type { OpenSocket, SocketOptions } from '../../transport/socket';
import type { DownloadOptions, FileAddress, Host, Submission, Upload } from '../Host';
import { capabilities } from '../capabilities';
import type { ServerApi } from '../ServerApi';
import { Catalogue } from './ObjectInfoCache';
import { Files } from './Files';
import { Jobs } from './Jobs';
import { Server } from './Server';
import { NotSupportedError } from '../../core/errors';

/** All that a self-hosted server is reached with. */
interface SelfHostedOptions extends ApiOptions {
	/** Distinguishes servers and credentials in the catalogue's cache; never shown. */
	identity: string;
	/** Query parameters of every request, also of the WebSocket upgrade. */
	query: Record<string, string>;
	socket: SocketOptions;
	openSocket: OpenSocket;
	/** Comfy.org key for partner nodes; travels inside the job. */
	partnerApiKey?: string;
}

/** A ComfyUI server that is reached directly, on one's own machine or a rented one. */
export class SelfHosted implements Host {
	readonly name = 'ComfyUI';
	readonly capabilities = capabilities.selfHosted;
	readonly server: ServerApi;
	private readonly api: Api;
	private readonly jobs: Jobs;
	private readonly files: Files;
	private uploadLimit?: SharedPromise<number | undefined>;
	private runsPartly = false;

	constructor(private readonly options: SelfHostedOptions) {
		this.api = new Api(options);
		this.jobs = new Jobs(this.api, options.partnerApiKey);
		this.files = new Files(this.api, async ({ signal } = {}) => await this.maxUploadBytes({ signal }));
		this.server = new Server(this.api, new Catalogue(this.api, options.identity), this.jobs);
	}

	get base(): string {
		return this.options.base;
	}

	submit = async (submission: Submission, { signal }: AbortOptions = {}) => {
		if (submission.outputNodes?.length) await this.assertPartialRuns({ signal });
		return await this.jobs.submit(submission, { signal });
	};
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

	/** The listing of stale files ended with 0.3.68; the jobs API, which came soon after, tells old from new. */
	async listsStaleOutputs(): Promise<boolean> {
		return !(await this.jobs.hasJobsApi());
	}

	openEvents(clientId: string, listener: ChannelListener): EventChannel {
		const { base, query, openSocket, socket } = this.options;
		const url = joinUrl(base.replace(/^http/, 'ws'), '/ws', { ...query, clientId });
		return new EventChannel(url, openSocket, socket, listener);
	}

	async close(): Promise<void> {
		await this.options.transport.close?.();
	}

	private async assertPartialRuns({ signal }: AbortOptions = {}): Promise<void> {
		if (!this.runsPartly) await assertPartialRuns(this.server, { signal });
		this.runsPartly = true;
	}

	private async maxUploadBytes({ signal }: AbortOptions = {}): Promise<number | undefined> {
		if (!this.uploadLimit || this.uploadLimit.spent) {
			this.uploadLimit = new SharedPromise(
				async ({ signal: stop }) =>
					await this.server.features({ signal: stop }).then(
						({ max_upload_size: max }) => (typeof max === 'number' ? max : undefined),
						() => undefined, // only a courtesy: the upload itself will tell what is wrong
					),
			);
		}
		return await this.uploadLimit.wait({ signal });
	}
}

const SINCE = '0.3.48';

/**
 * Older servers overlook which output nodes are wanted and run all of them.
 * @throws NotSupportedError for such a server; one that does not tell its version is taken for a newer one
 */
async function assertPartialRuns(server: ServerApi, { signal }: AbortOptions = {}): Promise<void> {
	const { system } = await server.systemStats({ signal });
	const version: unknown = system?.comfyui_version;
	if (typeof version !== 'string' || !isBefore(version, SINCE)) return;
	throw new NotSupportedError(
		`ComfyUI ${version.slice(0, 20)} cannot run only some of the output nodes: it would run all of them.`,
		`Update ComfyUI to ${SINCE} or later, or leave "Output Nodes to Run" empty.`,
	);
}

function isBefore(version: string, wanted: string): boolean {
	const [have, want] = [version, wanted].map((text) =>
		text
			.replace(/^v/, '')
			.split('.')
			.map((part) => parseInt(part, 10) || 0),
	);
	const index = want.findIndex((part, place) => (have[place] ?? 0) !== part);
	return index >= 0 && (have[index] ?? 0) < want[index];
}
