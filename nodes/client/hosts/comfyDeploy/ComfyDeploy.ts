import type { AbortOptions } from '../../core/time';
import { NotFoundError, NotSupportedError } from '../../core/errors';
import type { ApiOptions } from '../../transport/Api';
import type { Download, DownloadOptions, FileAddress, Host, Submission, Upload } from '../Host';
import { capabilities, type Capabilities } from '../capabilities';
import { DeployApi, type Generation } from './Api';
import { Generations } from './ApiVersion';
import { Runs } from './Jobs';
import { Storage } from './Storage';
import { Uploads } from './Uploads';
import { Workflows } from './Workflows';

/** All that an installation is reached with. */
interface ComfyDeployParts extends ApiOptions {
	generation: 'auto' | Generation;
}

/** ComfyUI Deploy, hosted or open source: it runs workflows that were deployed there, by their deployment ID. */
export class ComfyDeploy implements Host {
	readonly name = 'ComfyUI Deploy';
	readonly hosted = true;
	readonly lost = {
		message: 'ComfyUI Deploy does not know the run.',
		hint: 'Check the run ID, and that the API key belongs to the account or organisation that started it.',
	};
	/** The workflows that are kept there: upload one, read a version of one. */
	readonly workflows: Workflows;
	private readonly api: DeployApi;
	private readonly generations: Generations;
	private readonly runs: Runs;
	private readonly storage: Storage;
	private readonly uploads: Uploads;

	constructor(private readonly parts: ComfyDeployParts) {
		this.api = new DeployApi(parts);
		this.generations = new Generations(this.api, parts.generation);
		this.runs = new Runs(this.api, this.generations);
		this.storage = new Storage(this.api);
		this.uploads = new Uploads(this.api, this.generations, this.storage);
		this.workflows = new Workflows(this.api, this.generations);
	}

	get base(): string {
		return this.parts.base;
	}

	/** Those of the hosted API as long as nobody knows which generation it is. */
	get capabilities(): Capabilities {
		const hosted = this.generations.known !== 'webApp';
		return { ...capabilities.comfyDeploy, progress: hosted, cancel: hosted, callbacks: hosted };
	}

	/** Which of the two it is; asks once per base URL. @throws AuthenticationError, NotFoundError when it is neither */
	generation = async ({ signal }: AbortOptions = {}): Promise<Generation> =>
		await this.generations.find({ signal });
	submit = async (submission: Submission, { signal }: AbortOptions = {}) =>
		await this.runs.submit(submission, { signal });
	getJobs = async (promptIds: string[], { signal }: AbortOptions = {}) =>
		await this.runs.look(promptIds, { signal });
	cancel = async (promptId: string, { signal }: AbortOptions = {}) =>
		await this.runs.cancel(promptId, { signal });
	upload = async (upload: Upload, { signal }: AbortOptions = {}) =>
		await this.uploads.upload(upload, { signal });
	fileUrl = (file: FileAddress) => file.url;
	clean = (text: string, max?: number) => this.api.clean(text, max);

	async outcome(promptId: string, { signal }: AbortOptions = {}) {
		const look = await this.runs.one(promptId, { signal });
		return look.state === 'ended' ? look.outcome : undefined;
	}

	/** @throws NotSupportedError for conversions, NotFoundError for files without an address */
	async download({ filename, url }: FileAddress, options: DownloadOptions = {}): Promise<Download> {
		if (options.preview || options.channel) {
			throw new NotSupportedError(
				'ComfyUI Deploy does not convert pictures.',
				'Turn the conversion off, or convert the picture in the workflow of the deployment.',
			);
		}
		if (!url || !URL.canParse(url) || !/^https?:/i.test(url)) {
			throw new NotFoundError(
				`ComfyUI Deploy tells no address for the file "${filename}".`,
				'Take the files of the result as they are (with their "url"). The open-source web app tells addresses of images, videos and files only, not of audio.',
			);
		}
		return await this.storage.get(url, filename, { signal: options.signal });
	}

	/** A run lists only what it made itself. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	async close(): Promise<void> {
		await this.parts.transport.close?.();
	}
}
