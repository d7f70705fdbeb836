import type { AbortOptions } from '../../core/time';
import { HttpError, InvalidInputError, UnexpectedResponseError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { Download } from '../HostFiles';
import type {
	FileFacts,
	JobListOptions,
	ListedJob,
	ListOptions,
	ModelList,
	ServerlessApi,
	ServiceHealth,
	ServiceUpload,
} from '../ServiceApi';
import type { Files } from './Files';
import { pathOf, timeOf } from './jobStatus';
import { isRecord } from '../../core/guards';

/** Jobs in one answer of the list. */
const MAX_PAGE = 100;

/** The routes of ComfyUI Serverless besides running jobs. */
export class Service implements ServerlessApi {
	constructor(
		private readonly api: Api,
		private readonly files: Files,
	) {}

	/**
	 * Runs a failed job once more, as a new one; returns its ID.
	 * @throws InvalidInputError for a job that has not failed, NotFoundError for one that is not there
	 */
	async retry(promptId: string, { signal }: AbortOptions = {}): Promise<string> {
		const path = `${pathOf(promptId)}/retry`;
		const response = await this.api.text({ method: 'POST', path, signal });
		const error = response.status < 300 ? undefined : this.api.toError(response, path);
		if (response.status === 400) {
			throw new InvalidInputError(
				`ComfyUI Serverless does not retry the job: ${this.api.clean(error?.message ?? '', 300)}`,
				'Only failed jobs can be retried; submit the workflow again instead.',
			);
		}
		if (error instanceof HttpError && error.status >= 500)
			throw new HttpError(error.message, error.status, CANNOT_RETRY);
		if (error) throw error;
		const facts = this.api.parse(response, path);
		if (isRecord(facts) && typeof facts.execution_id === 'string') return facts.execution_id;
		throw this.unexpected(path, response.status);
	}

	/**
	 * Jobs of the account, newest first.
	 * @throws HttpError 500 where the service trips over jobs with a log; its hint names what can be listed
	 */
	async list({ status, limit, offset, signal }: ListOptions = {}): Promise<ListedJob[]> {
		const path = '/workflows/';
		const response = await this.api.text({ path, query: { status, limit, offset }, signal });
		if (response.status === 500 && (status === undefined || status === 'completed')) {
			const { message } = this.api.toError(response, path);
			throw new HttpError(message, 500, CANNOT_LIST);
		}
		this.api.assertOk(response, path);
		const rows = this.api.parse(response, path);
		if (!Array.isArray(rows)) throw this.unexpected(path, response.status);
		return rows.filter(isRecord).map((row) => readRow(row, (text) => this.api.clean(text)));
	}

	/** The jobs of all pages, newest first. @throws what {@link list} throws */
	async listAll({ status, max, signal }: JobListOptions): Promise<ListedJob[]> {
		const jobs: ListedJob[] = [];
		while (jobs.length < max) {
			const limit = Math.min(MAX_PAGE, max - jobs.length);
			const page = await this.list({ status, limit, offset: jobs.length, signal });
			jobs.push(...page);
			if (page.length < limit) break;
		}
		return jobs;
	}

	/** Models on the service's disk. @param type `checkpoint`, `lora`, `embedding`, `vae`, `controlnet`, `upscaler` */
	async models(
		type?: string,
		{ availableOnly, signal }: AbortOptions & { availableOnly?: boolean } = {},
	): Promise<ModelList> {
		const query = { model_type: type, ...(availableOnly && { available_only: true }) };
		return readModels(await this.api.json({ path: '/models/', query, signal }));
	}

	/** Loads a model into memory ahead of the job that uses it. @param type see {@link models} */
	async loadModel(name: string, type: string, { signal }: AbortOptions = {}): Promise<void> {
		const path = `/models/${segment(name, 'model name')}/load`;
		await this.api.command({ method: 'POST', path, query: { model_type: type }, signal });
	}

	/**
	 * Stores a file of up to 100 MB with the service. It does **not** get into the input folder of ComfyUI:
	 * Load Image and its relatives cannot use it.
	 * @throws InvalidInputError, TooLargeError
	 */
	async uploadFile(upload: ServiceUpload, { signal }: AbortOptions = {}): Promise<FileFacts> {
		return await this.files.store(upload, { signal });
	}

	/** Name, type, size and times of a stored file, as far as the service reports them. @throws NotFoundError */
	async fileFacts(fileId: string, { signal }: AbortOptions = {}): Promise<FileFacts> {
		return await this.files.facts(fileId, { signal });
	}

	/** The bytes of a stored file. @throws NotFoundError */
	async openFile(fileId: string, { signal }: AbortOptions = {}): Promise<Download> {
		return await this.files.open(fileId, undefined, { signal });
	}

	/** Whether the service works; tells nothing of the credentials, since it wants none here. @param detailed with its parts */
	async health(detailed = false, { signal }: AbortOptions = {}): Promise<ServiceHealth> {
		return readHealth(
			await this.api.json({ path: detailed ? '/health/detailed' : '/health/', signal }),
			(text) => this.api.clean(text, 200),
		);
	}

	private unexpected(path: string, status: number): UnexpectedResponseError {
		return new UnexpectedResponseError(
			`${this.api.base}${path} did not answer in the form of ComfyUI Serverless.`,
			status,
			'Check that the base URL is that of ComfyUI Serverless.',
		);
	}
}

const CANNOT_RETRY =
	'Submit the workflow again instead: some versions of the service cannot retry jobs, and create a copy that stays pending forever.';
const CANNOT_LIST =
	'Some versions of the service cannot list jobs that have a log. List those that are pending, running, failed or cancelled, and request completed ones by their ID.';

type Clean = (text: string) => string;

function readRow(row: Record<string, unknown>, clean: Clean): ListedJob {
	const seconds = numberOf(row.duration_seconds);
	return {
		promptId: String(row.execution_id),
		status: clean(String(row.status)),
		startedAt: timeOf(row.started_at),
		endedAt: timeOf(row.completed_at),
		durationMs: seconds === undefined ? undefined : seconds * 1000,
		error: typeof row.error === 'string' && row.error ? clean(row.error) : undefined,
		metadata: isRecord(row.metadata) ? row.metadata : undefined,
	};
}

function readModels(answer: unknown): ModelList {
	const facts = isRecord(answer) ? answer : {};
	return {
		models: records(facts.models).map((model) => ({
			name: String(model.name),
			type: String(model.type),
			loaded: model.is_loaded === true,
			downloading: model.is_downloading === true,
			downloadProgress: numberOf(model.download_progress),
			lastUsedAt: timeOf(model.last_used),
			memoryMb: numberOf(model.memory_usage_mb),
		})),
		usedMb: numberOf(facts.total_memory_usage_mb),
		availableMb: numberOf(facts.available_memory_mb),
	};
}

function readHealth(answer: unknown, clean: Clean): ServiceHealth {
	const facts = isRecord(answer) ? answer : {};
	const seconds = numberOf(facts.uptime_seconds);
	return {
		status: typeof facts.status === 'string' ? clean(facts.status) : 'unknown',
		version: typeof facts.version === 'string' ? clean(facts.version) : undefined,
		uptimeMs: seconds === undefined ? undefined : seconds * 1000,
		services: records(facts.services).map(({ name, status, error, response_time_ms }) => ({
			name: clean(String(name)),
			status: clean(String(status)),
			error: typeof error === 'string' && error ? clean(error) : undefined,
			responseMs: numberOf(response_time_ms),
		})),
	};
}

const records = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
const numberOf = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;
